package dev.optimist.elasticsearch.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.optimist.elasticsearch.ExternalVersions;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Whole numbers, in the forms that records have them. */
final class Numbers {
    private Numbers() {}

    /**
     * Returns a version.
     *
     * @throws BadRecordException if it is none
     */
    static long version(String what, Object value) {
        long number = whole(what, value);
        try {
            return ExternalVersions.ofRowVersion(number);
        } catch (IllegalArgumentException e) {
            throw new BadRecordException(
                    what + " must be a version from 0 to " + (Long.MAX_VALUE - 1) + ", is " + number, e);
        }
    }

    /**
     * Returns a whole number.
     *
     * @throws BadRecordException if it is none, or too large
     */
    static long whole(String what, Object value) {
        try {
            if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
                return ((Number) value).longValue();
            }
            if (value instanceof BigInteger number) {
                return number.longValueExact();
            }
            if (value instanceof BigDecimal number) {
                return number.longValueExact();
            }
            if (value instanceof String text) {
                return Long.parseLong(text);
            }
            if (value instanceof byte[] bytes) {
                return Long.parseLong(new String(bytes, UTF_8));
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw new BadRecordException(what + " is no whole number of 64 bits: " + shown(value), e);
        }
        throw new BadRecordException(what + " is no whole number: " + shown(value));
    }

    private static String shown(Object value) {
        String text = value instanceof byte[] bytes ? new String(bytes, UTF_8) : value.toString();
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
