package dev.optimist.elasticsearch.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What kind of broker is wanted. Not thread-safe; it lives as long as the lambda that it is given to.
 *
 * <pre>{@code
 * KafkaServer kafka = KafkaServer.start(o -> o.setting("message.max.bytes", 4_000_000));
 * }</pre>
 */
public final class KafkaOptions {
    /** The newest in whose workers Debezium 3.6 runs, which needs classes that 4.4 has moved. */
    static final String DEFAULT_VERSION = "4.3.1";

    private String version = DEFAULT_VERSION;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> javaOptions =
            new ArrayList<>(List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    private Duration startTimeout = Duration.ofMinutes(3);
    private @Nullable Path logs;

    KafkaOptions() {}

    /** Which version of Kafka, 4.0 or later, for the broker and the workers of Connect; {@value #DEFAULT_VERSION} by default, as Debezium 3.6 does not run on 4.4. */
    public KafkaOptions version(String value) {
        this.version = value;
        return this;
    }

    /** Adds a line to {@code server.properties}, in place of a default or of what the testkit sets. */
    public KafkaOptions setting(String name, Object value) {
        this.settings.put(name, value.toString());
        return this;
    }

    /**
     * Replaces the options of the broker's JVM. By default a heap of 256 MB and the fast compiler only; do not measure speed with
     * that.
     */
    public KafkaOptions javaOptions(String... options) {
        this.javaOptions.clear();
        this.javaOptions.addAll(List.of(options));
        return this;
    }

    /** How long a start may take; 3 minutes by default. A quiet machine of two cores needs 10 seconds. */
    public KafkaOptions startTimeout(Duration time) {
        this.startTimeout = time;
        return this;
    }

    /**
     * The folder that keeps what the broker prints, as {@code kafka.log}; made if it is not there. By default that goes with the
     * broker.
     */
    public KafkaOptions logs(Path folder) {
        this.logs = folder.toAbsolutePath();
        return this;
    }

    String version() {
        return version;
    }

    Map<String, String> settings() {
        return settings;
    }

    List<String> javaOptions() {
        return javaOptions;
    }

    Duration startTimeout() {
        return startTimeout;
    }

    @Nullable
    Path logs() {
        return logs;
    }
}
