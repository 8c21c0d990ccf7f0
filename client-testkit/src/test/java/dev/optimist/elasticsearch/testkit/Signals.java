package dev.optimist.elasticsearch.testkit;

import java.io.IOException;

/** What {@link ProcessHandle} cannot send. */
final class Signals {
    private Signals() {}

    static void pause(long pid) throws IOException, InterruptedException {
        kill("-STOP", pid);
    }

    static void resume(long pid) throws IOException, InterruptedException {
        kill("-CONT", pid);
    }

    private static void kill(String signal, long pid) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(pid))
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill " + signal + " " + pid + " failed");
        }
    }
}
