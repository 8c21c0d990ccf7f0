package dev.optimist.elasticsearch.bench;

import java.time.Duration;

/**
 * How long a side works.
 *
 * @param lead what ends in this time is not counted: all threads have just begun, on the same document perhaps, and the
 *     waits between attempts have not grown yet
 * @param counted the time after it
 */
record Span(Duration lead, Duration counted) {
    static Span ofMillis(long lead, long counted) {
        return new Span(Duration.ofMillis(lead), Duration.ofMillis(counted));
    }

    Span dividedBy(int parts) {
        return new Span(lead.dividedBy(parts), counted.dividedBy(parts));
    }

    @Override
    public String toString() {
        return counted.toMillis() + " ms a side" + (lead.isZero() ? "" : " (after " + lead.toMillis() + " ms each)");
    }
}
