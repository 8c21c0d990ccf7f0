package dev.optimist.elasticsearch.internal;

import dev.optimist.elasticsearch.WriteCondition;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for sequence numbers where a server keeps none: the {@code _version}, with a primary term that no server has, so
 * that a server which does keep them would refuse it. Such a server compares versions itself ({@code ?version=n}).
 */
final class VersionAsSeqNo {
    private static final long TERM = Long.MAX_VALUE;

    private VersionAsSeqNo() {}

    static Stored of(Address address, Stored read) {
        return isNeeded(address, read.seqNo()) && read.found()
                ? new Stored(read.index(), true, read.routing(), read.version(), read.version(), TERM, read.source())
                : read;
    }

    static Written of(Address address, Written written) {
        return isNeeded(address, written.seqNo())
                ? new Written(written.index(), written.result(), written.version(), written.version(), TERM)
                : written;
    }

    private static boolean isNeeded(Address address, long seqNo) {
        return address.mappingType() != null && seqNo < 0;
    }

    static boolean isIn(Stored read) {
        return read.primaryTerm() == TERM;
    }

    /** Returns what the server is to compare the stored {@code _version} with, or null if it is not that. */
    static @Nullable Long version(WriteCondition condition) {
        if (condition instanceof WriteCondition.Version version) {
            return version.version();
        }
        if (condition instanceof WriteCondition.UnchangedSince since
                && since.token().primaryTerm() == TERM) {
            return since.token().seqNo();
        }
        return condition instanceof WriteCondition.IfSeqNo c && c.primaryTerm() == TERM ? (Long) c.seqNo() : null;
    }
}
