package dev.optimist.elasticsearch.internal;

import org.jspecify.annotations.Nullable;

/**
 * Where a document is.
 *
 * @param index an index or alias
 * @param id its {@code _id}
 * @param routing {@code routing}, or null for the id
 */
public record Address(String index, String id, @Nullable String routing) {
    @Override
    public String toString() {
        return "[" + index + "][" + id + "]" + (routing == null ? "" : " routing [" + routing + "]");
    }
}
