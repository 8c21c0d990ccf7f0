package dev.optimist.elasticsearch.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the workers of a {@link ConnectCluster} are to be. Not thread-safe; it lives as long as the lambda that it is given to.
 *
 * <pre>{@code
 * ConnectCluster connect = ConnectCluster.start(kafka, o -> o
 *         .workers(2)
 *         .plugin(Path.of("my-sink-1.0.zip"))
 *         .plugin("io.debezium:debezium-connector-postgres:3.6.1.Final"));
 * }</pre>
 */
public final class ConnectClusterOptions {
    private int workers = 1;
    private final List<Path> plugins = new ArrayList<>();
    private final List<String> artifacts = new ArrayList<>();
    private final List<ClassesAsPlugin> classes = new ArrayList<>();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> javaOptions =
            new ArrayList<>(List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    private Duration startTimeout = Duration.ofMinutes(3);
    private @Nullable Path logs;

    ConnectClusterOptions() {}

    /** With how many workers it begins; 1 by default, at least 1. */
    public ConnectClusterOptions workers(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("workers must be 1 or more, is " + count);
        }
        this.workers = count;
        return this;
    }

    /** Adds a plugin: a folder with its jars, or a zip that holds one such folder. It is copied. */
    public ConnectClusterOptions plugin(Path folderOrZip) {
        this.plugins.add(folderOrZip);
        return this;
    }

    /** Adds a plugin from Maven: this artifact, as {@code group:artifact:version}, with what it needs at run time and a worker lacks. */
    public ConnectClusterOptions plugin(String coordinates) {
        this.artifacts.add(coordinates);
        return this;
    }

    /**
     * Adds a plugin of classes that this JVM has, as a jar with a manifest by which the workers find it.
     *
     * @param service such as {@code SinkConnector.class} or {@code Converter.class}
     * @param provider the class that is one
     * @param others that it needs and the workers do not have; nested classes have to be named, too
     */
    public ConnectClusterOptions plugin(Class<?> service, Class<?> provider, Class<?>... others) {
        this.classes.add(new ClassesAsPlugin(service, provider, List.of(others)));
        return this;
    }

    /**
     * Adds a line to the properties of every worker, in place of a default or of what the testkit sets: offsets are committed
     * every second ({@code offset.flush.interval.ms}), and the tasks of a worker that is gone are moved after 2 s ({@code
     * scheduled.rebalance.max.delay.ms}), not after minutes.
     */
    public ConnectClusterOptions setting(String name, Object value) {
        this.settings.put(name, value.toString());
        return this;
    }

    /**
     * Replaces the options of each worker's JVM. By default a heap of 256 MB and the fast compiler only; do not measure speed
     * with that.
     */
    public ConnectClusterOptions javaOptions(String... options) {
        this.javaOptions.clear();
        this.javaOptions.addAll(List.of(options));
        return this;
    }

    /** How long the start of a worker may take; 3 minutes by default. A quiet machine of two cores needs 10 seconds. */
    public ConnectClusterOptions startTimeout(Duration time) {
        this.startTimeout = time;
        return this;
    }

    /**
     * The folder that keeps what the workers print, as {@code worker-0.log} and so on; made if it is not there. By default that
     * goes with the worker.
     */
    public ConnectClusterOptions logs(Path folder) {
        this.logs = folder.toAbsolutePath();
        return this;
    }

    int workers() {
        return workers;
    }

    List<Path> plugins() {
        return plugins;
    }

    List<String> artifacts() {
        return artifacts;
    }

    List<ClassesAsPlugin> classes() {
        return classes;
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
