/**
 * Compares an index with the primary database that it is a copy of, while changes flow, and mends what differs:
 * {@link dev.optimist.elasticsearch.sync.verify.Verifier}.
 */
@NullMarked
package dev.optimist.elasticsearch.sync.verify;

import org.jspecify.annotations.NullMarked;
