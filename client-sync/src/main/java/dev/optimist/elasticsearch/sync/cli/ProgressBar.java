package dev.optimist.elasticsearch.sync.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A bar with rate, lag and ETA, in one line of a terminal that is written over. */
final class ProgressBar implements Progress {
    private static final Duration EVERY = Duration.ofMillis(500);
    private static final int LENGTH = 20;
    private static final String CLEAR_TO_END = "\u001b[K";

    private final PrintStream out;
    private final String task;
    private final int width;
    private final ProgressText text;
    private boolean isShown;

    ProgressBar(PrintStream out, String task, int width, LongSupplier nanos) {
        this.out = out;
        this.task = task;
        this.width = width;
        this.text = new ProgressText(nanos);
    }

    /** Returns the width of the terminal, if the shell has told it. */
    static int width() {
        String columns = System.getenv("COLUMNS");
        return columns != null && columns.matches("[1-9]\\d{1,3}") ? Integer.parseInt(columns) : 80;
    }

    @Override
    public synchronized void show(Reading reading) {
        if (!text.isOver(EVERY)) {
            return;
        }
        String bar = "";
        if (reading.total() > 0) {
            int filled = (int) (ProgressText.percent(reading) * LENGTH / 100);
            bar = " [" + "#".repeat(filled) + ".".repeat(LENGTH - filled) + "]";
        }
        String line = task + bar + " " + text.of(reading);
        // a line that wraps could not be written over
        out.print("\r" + line.substring(0, Math.min(line.length(), width - 1)) + CLEAR_TO_END);
        out.flush();
        isShown = true;
    }

    @Override
    public synchronized void close() {
        if (isShown) {
            out.println();
            out.flush();
        }
    }
}
