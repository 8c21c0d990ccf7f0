package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** What is done to single processes from outside. */
final class ChildProcesses {
    /** Of a SIGKILL; on a busy machine all takes longer. */
    private static final int SECONDS_TO_DIE = 60;

    private ChildProcesses() {}

    /**
     * Kills one and waits for its end.
     *
     * @param name for messages
     */
    static void kill(String name, ProcessHandle process) {
        process.destroyForcibly();
        // not onExit(), which ends on the common pool: that of a test may be busy with the load that this disturbs
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_DIE);
        try {
            while (process.isAlive()) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException(name + " does not die");
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + name + " was being killed", e);
        }
    }

    /** Sends a signal of this name, {@code STOP} or {@code CONT}. */
    static void signal(String name, ProcessHandle process) throws IOException {
        Programs.run(new ProcessBuilder("bash", "-c", "kill -" + name + " " + process.pid()), "");
    }
}
