package dev.optimist.elasticsearch.sync.cli;

import dev.optimist.elasticsearch.sync.verify.RepairReport;
import dev.optimist.elasticsearch.sync.verify.VerifyReport;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The last line of a report. */
final class Summaries {
    private Summaries() {}

    static String of(VerifyReport report) {
        String counts = report.differences() == 0 ? "" : " (" + counts(report.counts()) + ")";
        return "differences: " + report.differences() + counts + ", unsettled: " + report.unsettled() + "; rows "
                + report.rows() + ", deletes " + report.deletes() + ", documents " + report.documents()
                + ", tombstones " + report.tombstones() + ", in " + Durations.text(report.took());
    }

    static String of(RepairReport report) {
        String outcomes = report.outcomes().isEmpty() ? "nothing to do" : counts(report.outcomes());
        return "repairs: " + outcomes;
    }

    private static String counts(Map<? extends Enum<?>, Long> counts) {
        return counts.entrySet().stream()
                .map(e -> e.getKey().name().toLowerCase(Locale.ROOT) + " " + e.getValue())
                .collect(Collectors.joining(", "));
    }
}
