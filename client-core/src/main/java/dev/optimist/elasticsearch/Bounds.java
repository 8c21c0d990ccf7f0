package dev.optimist.elasticsearch;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Bad input gets its answer here, before anything is sent. Bounds are those that real servers were seen to enforce. */
final class Bounds {
    /** Elasticsearch's own limit for {@code _id}, in bytes of UTF-8: 512 is accepted, 513 is a 400. */
    static final int MAX_ID_BYTES = 512;

    private static final int MAX_WRITE_ID = 256;

    /** Far from where nanoseconds overflow, and longer than anybody waits. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private Bounds() {}

    static void version(String parameter, long version, long least) {
        if (version < least || version == Long.MAX_VALUE) {
            throw new IllegalArgumentException(
                    parameter + " must be between " + least + " and " + (Long.MAX_VALUE - 1) + ", is " + version);
        }
    }

    static String id(@Nullable String id) {
        if (id == null || id.isEmpty()) {
            throw new IllegalArgumentException("id must not be empty");
        }
        int bytes = isAscii(id) ? id.length() : encodable("id", id).getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_ID_BYTES) {
            throw new IllegalArgumentException(
                    "id must have at most " + MAX_ID_BYTES + " bytes in UTF-8, has " + bytes + ": " + id);
        }
        return id;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                return false;
            }
        }
        return true;
    }

    static String writeId(@Nullable String writeId) {
        if (writeId == null || writeId.isEmpty() || writeId.length() > MAX_WRITE_ID) {
            throw new IllegalArgumentException("writeId must have 1 to " + MAX_WRITE_ID + " characters, is "
                    + (writeId == null ? null : writeId.length() + " long"));
        }
        return encodable("writeId", writeId);
    }

    static String index(@Nullable String index) {
        if (index == null || index.isEmpty()) {
            throw new IllegalArgumentException("index must not be empty");
        }
        for (int i = 0; i < index.length(); i++) {
            if ("\\/*?\"<>| ,#:".indexOf(index.charAt(i)) >= 0) {
                throw new IllegalArgumentException("index must be the name of one index or alias; '" + index.charAt(i)
                        + "' cannot be in one: " + index);
            }
        }
        if ("_-+".indexOf(index.charAt(0)) >= 0 || index.equals(".") || index.equals("..")) {
            throw new IllegalArgumentException("index must not start with _, - or +, nor be . or ..: " + index);
        }
        return index;
    }

    static String mappingType(String type) {
        if (type.isEmpty() || (type.startsWith("_") && !type.equals("_doc"))) { // _mapping, say, is something else
            throw new IllegalArgumentException(
                    "mappingType must not be empty, nor begin with _ unless it is _doc, is [" + type + "]");
        }
        return type;
    }

    /** Null, or what a request can carry. */
    static @Nullable String text(String parameter, @Nullable String value) {
        if (value == null) {
            return null;
        }
        if (value.isEmpty()) {
            throw new IllegalArgumentException(parameter + " must not be empty; leave it out instead");
        }
        return encodable(parameter, value);
    }

    /** What is not would be sent as '?', which is something else. */
    private static String encodable(String parameter, String text) {
        if (!isAscii(text) && !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(parameter + " holds an unpaired surrogate, which has no form in UTF-8");
        }
        return text;
    }

    static <V> V notNull(String parameter, @Nullable V value) {
        if (value == null) {
            throw new IllegalArgumentException(parameter + " must not be null");
        }
        return value;
    }

    static Duration positive(String parameter, @Nullable Duration value) {
        Duration time = notNull(parameter, value);
        if (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    parameter + " must be longer than 0 and at most " + LONGEST.toDays() + " days, is " + time);
        }
        return time;
    }
}
