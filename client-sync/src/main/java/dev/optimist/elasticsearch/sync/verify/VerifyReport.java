package dev.optimist.elasticsearch.sync.verify;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a comparison came to. Immutable and thread-safe.
 *
 * <pre>{@code
 * VerifyReport report = verifier.verify();
 * log.info("{} rows, {} differences", report.rows(), report.differences());
 * }</pre>
 *
 * @param rows how many rows the database gave
 * @param deletes how many deletes the database remembers
 * @param documents how many documents the index gave
 * @param tombstones how many tombstones the index gave
 * @param counts how many differences of each kind; kinds without any are left out
 * @param examples the first of each kind; as many as {@link VerifyOptions#examples} said
 * @param unsettled how many documents changed on one side at every one of ten looks, so that nothing can be said of them
 * @param took how long it took
 */
public record VerifyReport(
        long rows,
        long deletes,
        long documents,
        long tombstones,
        Map<Difference.Kind, Long> counts,
        List<Difference> examples,
        long unsettled,
        Duration took) {
    /** Copies the lists. */
    public VerifyReport {
        Map<Difference.Kind, Long> copy = new EnumMap<>(Difference.Kind.class);
        copy.putAll(counts);
        counts = Collections.unmodifiableMap(copy);
        examples = List.copyOf(examples);
    }

    /** Returns whether index and database agree: no difference, and nothing {@link #unsettled}. */
    public boolean isEqual() {
        return counts.isEmpty() && unsettled == 0;
    }

    /** Returns how many differences there are. */
    public long differences() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns how many differences of a kind there are. */
    public long count(Difference.Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }
}
