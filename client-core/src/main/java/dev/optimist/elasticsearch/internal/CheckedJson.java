package dev.optimist.elasticsearch.internal;

/**
 * A document that is JSON already, and goes into a request as it is: for other modules of this library, which have checked that
 * it is one object in UTF-8, on one line.
 *
 * @param bytes must not change
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record CheckedJson(byte[] bytes) {}
