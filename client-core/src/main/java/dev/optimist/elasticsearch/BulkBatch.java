package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Failure;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes into one request.
 *
 * @param why an item's last refusal each; empty before the first send
 * @param sends how often they were sent, all of them
 * @param left of the time that a write has for all its sends; the time that a source keeps us waiting does not count
 * @param due when to send them
 */
record BulkBatch<T>(List<BulkItem<T>> items, List<Failure> why, int sends, Duration left, long due) {

    static <T> BulkBatch<T> first(List<BulkItem<T>> items, Duration limit) {
        return new BulkBatch<>(items, List.of(), 0, limit, 0);
    }

    BulkBatch<T> sent(Duration took) {
        return new BulkBatch<>(items, List.of(), sends + 1, left.minus(took), 0);
    }

    /** Returns the longest that the server asked for. */
    @Nullable
    Duration retryAfter() {
        Duration longest = null;
        for (Failure failure : why) {
            Duration asked = failure.retryAfter();
            if (asked != null && (longest == null || asked.compareTo(longest) > 0)) {
                longest = asked;
            }
        }
        return longest;
    }
}
