package dev.optimist.elasticsearch.sync;

import java.nio.charset.StandardCharsets;

/** What can be stored as a position. */
final class Positions {
    private static final int MOST_BYTES = 32 * 1024;

    private Positions() {}

    static String checked(String position) {
        int bytes = position.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "position must have 1 to " + MOST_BYTES + " bytes in UTF-8, has " + bytes);
        }
        return position;
    }
}
