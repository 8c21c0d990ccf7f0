package dev.optimist.elasticsearch.connect;

import dev.optimist.elasticsearch.ExternalResult.Outcome;
import java.util.LinkedHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The counts of a task among the worker's own metrics, which it removes with the task:
 * {@code kafka.connect:type=plugins,connector=…,task=…}.
 */
final class SinkMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(SinkMetrics.class);

    private SinkMetrics() {}

    static void register(SinkTaskContext context, Outcomes outcomes) {
        try {
            register(context.pluginMetrics(), outcomes);
        } catch (LinkageError e) { // of a worker before 4.1
            LOG.info("this worker has no metrics of plugins, so this task shows none");
        }
    }

    private static void register(PluginMetrics metrics, Outcomes outcomes) {
        add(metrics, "records", "records that were taken", outcomes.records::sum);
        add(metrics, "applied", "records that are in the index", () -> outcomes.of(Outcome.APPLIED));
        add(
                metrics,
                "superseded",
                "records that came late: a newer version was there",
                () -> outcomes.of(Outcome.SUPERSEDED));
        add(
                metrics,
                "duplicates",
                "records that came again: the same version was there",
                () -> outcomes.of(Outcome.DUPLICATE));
        add(metrics, "dead-lettered", "records that Connect's reporter has", outcomes.deadLettered::sum);
        add(metrics, "skipped", "records without a value that Debezium sends after a delete", outcomes.skipped::sum);
        add(
                metrics,
                "handed-over",
                "records whose partition was revoked or read anew before their outcome was decided",
                outcomes.handedOver::sum);
        add(metrics, "open", "records that have no outcome yet", outcomes::open);
        add(metrics, "sent-again", "records that were given up by the writer and sent again", outcomes.sentAgain::sum);
    }

    private static void add(PluginMetrics metrics, String name, String words, LongSupplier value) {
        Gauge<Double> gauge = (config, now) -> (double) value.getAsLong();
        metrics.addMetric(metrics.metricName(name, "The number of " + words, new LinkedHashMap<>()), gauge);
    }
}
