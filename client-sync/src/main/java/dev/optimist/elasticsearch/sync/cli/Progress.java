package dev.optimist.elasticsearch.sync.cli;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells people how far a command is: on a terminal as a bar, elsewhere in lines now and then. */
interface Progress extends AutoCloseable {

    /** Takes a reading; may show it. */
    void show(Reading reading);

    @Override
    void close();

    /** Returns the one that suits where the process runs. */
    static Progress of(Console console, String task, @Nullable Duration every) {
        if (every != null && isTerminal()) {
            return new ProgressBar(console.err(), task, ProgressBar.width(), System::nanoTime);
        }
        return every == null ? new None() : new ProgressLines(console.err(), task, every, System::nanoTime);
    }

    /** From Java 22 on there is a console where there is no terminal, too. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        java.io.Console console = System.console();
        if (console == null || "dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            return (Boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** Shows readings once a second, until it is closed. */
    static AutoCloseable watching(Progress progress, Supplier<Reading> readings) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            Thread.sleep(1_000);
                            progress.show(readings.get());
                        }
                    } catch (InterruptedException e) {
                        // it is closed
                    }
                },
                "progress");
        thread.setDaemon(true);
        thread.start();
        return () -> {
            thread.interrupt();
            thread.join();
            progress.close();
        };
    }

    /** For who wants none. */
    final class None implements Progress {
        @Override
        public void show(Reading reading) {}

        @Override
        public void close() {}
    }
}
