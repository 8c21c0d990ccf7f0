package dev.optimist.elasticsearch.sync.cli;

import dev.optimist.elasticsearch.sync.SyncStatus;
import dev.optimist.elasticsearch.sync.verify.VerifyProgress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far a command is.
 *
 * @param done how many
 * @param total of how many, about; -1 if nobody knows
 * @param lag how far the index is behind; null where that means nothing
 * @param more what is to be noticed; empty for nothing
 */
record Reading(long done, long total, @Nullable Duration lag, String more) {

    static Reading of(SyncStatus status, long total, boolean isLive) {
        StringBuilder more = new StringBuilder();
        append(more, "rejected", status.rejected());
        append(more, "suspicious", status.suspicious());
        append(more, "unresolved", status.unresolved());
        return new Reading(status.total(), total, isLive ? status.lag() : null, more.toString());
    }

    static Reading of(VerifyProgress progress) {
        StringBuilder more = new StringBuilder();
        append(more, "differences", progress.differences());
        append(more, "looked at again", progress.suspects());
        long total = progress.totalRows() < 0 ? -1 : progress.totalRows() + progress.totalDocuments();
        return new Reading(progress.rows() + progress.documents(), total, null, more.toString());
    }

    private static void append(StringBuilder text, String what, long count) {
        if (count > 0) {
            text.append(text.isEmpty() ? "" : ", ").append(what).append(' ').append(count);
        }
    }
}
