package dev.optimist.elasticsearch.sync.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How the process ends: by its command, or by SIGTERM or SIGINT, which let a command that can be stopped come to its end and
 * take the exit status from that. The JVM's own would be 143, whatever the command has done.
 */
final class Ending {
    private static final long SECONDS_TO_CLOSE = 30;

    private final Thread hook = new Thread(this::onSignal, "stop");
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Runnable stop = () -> {};
    private volatile boolean stoppable;
    private volatile boolean signalled;
    private volatile int status = ExitStatus.FAILED;

    void install() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Sets what brings the command to its end, and returns when it has come or never will. */
    void stopBy(Runnable stop) {
        this.stop = stop;
        this.stoppable = true;
    }

    boolean isSignalled() {
        return signalled;
    }

    private void onSignal() {
        signalled = true;
        if (!stoppable) {
            return; // the JVM ends, with the status of the signal
        }
        try {
            stop.run();
        } catch (RuntimeException e) {
            // the command meets it, too, and says so
        }
        try {
            var unused = ended.await(SECONDS_TO_CLOSE, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.out.flush();
        System.err.flush();
        // System.exit waits for this very hook
        Runtime.getRuntime().halt(status);
    }

    /** Ends the process. */
    void exit(int withStatus) {
        status = withStatus;
        System.out.flush();
        System.err.flush();
        if (!signalled) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // a signal came just now
            }
        }
        ended.countDown();
        System.exit(withStatus);
    }
}
