package dev.optimist.elasticsearch.sync.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** A reading in words, with its rate and ETA. For one thread at a time. */
final class ProgressText {
    private final LongSupplier nanos;
    private final long begin;
    private long last;
    private long lastDone;

    ProgressText(LongSupplier nanos) {
        this.nanos = nanos;
        this.begin = nanos.getAsLong();
        this.last = begin;
    }

    /** Returns whether so much time is over since the last text, or the beginning. */
    boolean isOver(Duration interval) {
        return nanos.getAsLong() - last >= interval.toNanos();
    }

    /** Returns the text, whose rate is that since the last one. */
    String of(Reading reading) {
        long now = nanos.getAsLong();
        double rate = (reading.done() - lastDone) * 1e9 / Math.max(1, now - last);
        // of the whole time, as one interval says little
        double average = reading.done() * 1e9 / Math.max(1, now - begin);
        last = now;
        lastDone = reading.done();
        StringBuilder text = new StringBuilder().append(reading.done());
        if (reading.total() > 0) {
            text.append(" of about ").append(reading.total()).append(" (");
            text.append(percent(reading)).append(" %)");
        }
        text.append(String.format(Locale.ROOT, ", %.0f/s", rate));
        if (reading.lag() != null) {
            text.append(", lag ").append(Durations.text(reading.lag()));
        }
        if (reading.total() > reading.done() && average > 0) {
            long seconds = (long) ((reading.total() - reading.done()) / average);
            text.append(", ETA ").append(Durations.text(Duration.ofSeconds(seconds)));
        }
        if (!reading.more().isEmpty()) {
            text.append("; ").append(reading.more());
        }
        return text.toString();
    }

    /** Of the total, which is an estimate and may be passed. */
    static long percent(Reading reading) {
        return reading.total() <= 0 ? 0 : Math.min(100, 100 * reading.done() / reading.total());
    }
}
