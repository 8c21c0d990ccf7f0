package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import org.jspecify.annotations.Nullable;

/**
 * A write that the server has acknowledged.
 *
 * @param result what it did; {@code NoOp} if an ingest pipeline dropped it
 * @param token the state of the document afterwards; null if there is none
 */
record Acknowledged(Result result, @Nullable DocumentToken token) {}
