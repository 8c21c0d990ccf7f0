package dev.optimist.elasticsearch.sync.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.sync.SyncException;
import dev.optimist.elasticsearch.sync.SyncJob;
import dev.optimist.elasticsearch.sync.SyncStatus;

/** A job under the eyes of people, which a signal brings to its end. */
final class Runner {
    private Runner() {}

    /** Returns how it has ended, by itself or by a signal. */
    static SyncStatus run(
            Console console, ConfigOptions options, SyncJob<ObjectNode> job, String name, long total, boolean isLive)
            throws Exception {
        console.ending().stopBy(() -> stop(job));
        Progress progress = Progress.of(console, name, options.progressEvery());
        AutoCloseable watch = Progress.watching(progress, () -> Reading.of(job.status(), total, isLive));
        try {
            return job.run();
        } finally {
            watch.close();
        }
    }

    private static void stop(SyncJob<ObjectNode> job) {
        try {
            var unused = job.stop();
        } catch (SyncException e) {
            // who waits for the job gets it, too
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String summary(SyncStatus status) {
        return status.name() + ": " + status.total() + " changes: applied " + status.applied() + ", superseded "
                + status.superseded() + ", duplicate " + status.duplicate() + ", rejected " + status.rejected()
                + ", suspicious " + status.suspicious();
    }
}
