package dev.optimist.elasticsearch.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What kind of server is wanted. What is set here goes before system properties, and those before environment
 * variables; see the package's description.
 *
 * <p>Not thread-safe; it lives as long as the lambda that it is given to.
 *
 * <pre>{@code
 * ElasticsearchServer cluster = ElasticsearchServer.start(o -> o.version("9.5.3").nodes(3));
 * }</pre>
 */
public final class ServerOptions {
    private String server = setting("server", "auto");
    private @Nullable String version = emptyToNull(setting("version", ""));
    private Path cache = defaultCache();
    private int nodes = 1;
    private Duration startTimeout = Duration.ofMinutes(6);
    private @Nullable String password;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> javaOptions =
            new ArrayList<>(List.of("-Xms512m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:-AlwaysPreTouch"));
    private List<JavaHome> javaHomes = JavaHome.all();

    ServerOptions() {}

    /** Where it runs: {@code auto}, {@code container}, {@code process}, or an http address. */
    public ServerOptions server(String value) {
        this.server = value;
        return this;
    }

    /**
     * Which version: of Elasticsearch, 7.17 or later, in any form; or as one local process without a password, 2.4.x, 5.6.x
     * and 6.8.x, and of OpenSearch {@code opensearch-2.19.x} and {@code opensearch-3.x}, such as {@code opensearch-3.6.0}. By
     * default the newest Elasticsearch that this machine can run.
     */
    public ServerOptions version(String value) {
        this.version = value;
        return this;
    }

    /** How many nodes the cluster has; 1 by default, at least 1; no more on OpenSearch and before Elasticsearch 7.17. */
    public ServerOptions nodes(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("nodes must be 1 or more, is " + count);
        }
        this.nodes = count;
        return this;
    }

    /** Adds a line to {@code elasticsearch.yml}, or {@code opensearch.yml}, of every node. */
    public ServerOptions setting(String name, Object value) {
        this.settings.put(name, value.toString());
        return this;
    }

    /**
     * Switches security on, with https, for user {@code elastic} with this password, on all nodes; of Elasticsearch 7.17 or
     * later. Off by default. A single container of 8 or later makes its own certificate, as the image always does; else the
     * testkit makes one for all nodes.
     */
    public ServerOptions password(String value) {
        if (value.length() < 6) {
            throw new IllegalArgumentException("password must have 6 characters or more");
        }
        this.password = value;
        return this;
    }

    /**
     * Replaces the options of the server's JVM. By default a heap of 512 MB and the fast compiler only, which starts in
     * half the time; do not measure speed with that.
     */
    public ServerOptions javaOptions(String... options) {
        this.javaOptions.clear();
        this.javaOptions.addAll(List.of(options));
        return this;
    }

    /** How long a start may take; 6 minutes by default. A quiet machine of two cores needs 20 seconds. */
    public ServerOptions startTimeout(Duration time) {
        this.startTimeout = time;
        return this;
    }

    /** The folder that keeps unpacked distributions, one of each version. */
    public ServerOptions cache(Path folder) {
        this.cache = folder.toAbsolutePath();
        return this;
    }

    ServerOptions javaHomes(List<JavaHome> homes) {
        this.javaHomes = homes;
        return this;
    }

    String server() {
        return server;
    }

    @Nullable
    String version() {
        return version;
    }

    int nodes() {
        return nodes;
    }

    Map<String, String> settings() {
        return settings;
    }

    @Nullable
    String password() {
        return password;
    }

    List<String> javaOptions() {
        return javaOptions;
    }

    Duration startTimeout() {
        return startTimeout;
    }

    Path cache() {
        return cache;
    }

    /** Returns whether something is wanted that a server of somebody else cannot be given. */
    boolean wantsItsOwn() {
        return nodes > 1 || password != null || !settings.isEmpty();
    }

    List<JavaHome> javaHomes() {
        return javaHomes;
    }

    private static String setting(String name, String otherwise) {
        String property = System.getProperty("optimist.testkit." + name);
        if (property != null && !property.isBlank()) {
            return property;
        }
        String variable = System.getenv("OPTIMIST_TESTKIT_" + name.toUpperCase(Locale.ROOT));
        return variable == null || variable.isBlank() ? otherwise : variable;
    }

    private static @Nullable String emptyToNull(String value) {
        return value.isEmpty() ? null : value;
    }

    private static Path defaultCache() {
        String chosen = setting("cache", "");
        if (!chosen.isEmpty()) {
            return Path.of(chosen).toAbsolutePath();
        }
        String home = System.getProperty("user.home");
        String xdg = System.getenv("XDG_CACHE_HOME");
        if (xdg != null && !xdg.isBlank()) {
            return Path.of(xdg, "optimist");
        }
        boolean mac = System.getProperty("os.name").startsWith("Mac");
        return mac ? Path.of(home, "Library", "Caches", "optimist") : Path.of(home, ".cache", "optimist");
    }
}
