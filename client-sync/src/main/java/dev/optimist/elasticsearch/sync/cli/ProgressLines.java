package dev.optimist.elasticsearch.sync.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/** A line each time that an interval is over. */
final class ProgressLines implements Progress {
    private final PrintStream out;
    private final String task;
    private final Duration every;
    private final ProgressText text;

    ProgressLines(PrintStream out, String task, Duration every, LongSupplier nanos) {
        this.out = out;
        this.task = task;
        this.every = every;
        this.text = new ProgressText(nanos);
    }

    @Override
    public synchronized void show(Reading reading) {
        if (text.isOver(every)) {
            out.println(Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + task + ": " + text.of(reading));
            out.flush();
        }
    }

    @Override
    public void close() {}
}
