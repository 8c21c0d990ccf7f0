package dev.optimist.elasticsearch.sync.verify;

import org.jspecify.annotations.Nullable;

/** Where a document is in the index. */
record Key(String id, @Nullable String routing) {}
