package dev.optimist.elasticsearch.sync.verify;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a repair came to. Immutable and thread-safe.
 *
 * <pre>{@code
 * RepairReport report = verifier.repair(products, o -> o.dryRun(false));
 * if (!report.isMended()) {
 *     log.warn("{}", report.left());
 * }
 * }</pre>
 *
 * @param found what was different
 * @param outcomes what became of how many; outcomes without any are left out
 * @param left the first of those that are {@link Repair.Outcome#LISTED} or {@link Repair.Outcome#FAILED}; as many of both as
 *     {@link VerifyOptions#examples} said
 */
public record RepairReport(VerifyReport found, Map<Repair.Outcome, Long> outcomes, List<Repair> left) {
    /** Copies the lists. */
    public RepairReport {
        Map<Repair.Outcome, Long> copy = new EnumMap<>(Repair.Outcome.class);
        copy.putAll(outcomes);
        outcomes = Collections.unmodifiableMap(copy);
        left = List.copyOf(left);
    }

    /** Returns how many ended so. */
    public long count(Repair.Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    /** Returns whether there is nothing left to be done, by this repair or by you. */
    public boolean isMended() {
        return found.unsettled() == 0
                && count(Repair.Outcome.PLANNED) == 0
                && count(Repair.Outcome.LISTED) == 0
                && count(Repair.Outcome.FAILED) == 0;
    }
}
