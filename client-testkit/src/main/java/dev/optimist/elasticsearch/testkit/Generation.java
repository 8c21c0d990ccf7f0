package dev.optimist.elasticsearch.testkit;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Servers that are fetched, configured and started in the same way. What differs from version to version is here and nowhere
 * else.
 */
enum Generation {
    // these three install a security manager, which Java after 17 refuses
    ELASTICSEARCH_2(Product.ELASTICSEARCH, 2, 4, 17, 17),
    ELASTICSEARCH_5(Product.ELASTICSEARCH, 5, 6, 17, 17),
    ELASTICSEARCH_6(Product.ELASTICSEARCH, 6, 8, 17, 17),
    // this one asks for it to be allowed, which Java after 23 refuses, and so does OpenSearch 2
    ELASTICSEARCH_7(Product.ELASTICSEARCH, 7, 17, 11, 21),
    ELASTICSEARCH_8(Product.ELASTICSEARCH, 8, 0, 17, Integer.MAX_VALUE),
    /** And whatever comes after it. */
    ELASTICSEARCH_9(Product.ELASTICSEARCH, 9, 0, 21, Integer.MAX_VALUE),
    OPENSEARCH_2(Product.OPENSEARCH, 2, 19, 11, 21),
    OPENSEARCH_3(Product.OPENSEARCH, 3, 0, 21, Integer.MAX_VALUE);

    /** All of them, for people. */
    static final String SUPPORTED =
            "2.4.x, 5.6.x, 6.8.x, 7.17 or later of Elasticsearch, opensearch-2.19.x or opensearch-3.x";

    private static final int NEWEST_ELASTICSEARCH = 9;

    private final Product product;
    private final int major;
    private final int leastMinor;
    private final int leastJava;
    private final int mostJava;

    Generation(Product product, int major, int leastMinor, int leastJava, int mostJava) {
        this.product = product;
        this.major = major;
        this.leastMinor = leastMinor;
        this.leastJava = leastJava;
        this.mostJava = mostJava;
    }

    static Optional<Generation> of(Product product, int major, int minor) {
        int known = product == Product.ELASTICSEARCH ? Math.min(major, NEWEST_ELASTICSEARCH) : major;
        return Arrays.stream(values())
                .filter(g -> g.product == product && g.major == known)
                .filter(g -> major > known || minor >= g.leastMinor)
                .findFirst();
    }

    Product product() {
        return product;
    }

    /** Returns whether it is started as one local process without a password, and in no other form. */
    boolean onlyOneProcess() {
        return product == Product.OPENSEARCH || isBefore7();
    }

    private boolean isBefore7() {
        return product == Product.ELASTICSEARCH && major < 7;
    }

    /** Returns the group of its zip on Maven Central, all with no JDK in it. */
    String group() {
        return switch (this) {
            case ELASTICSEARCH_2, ELASTICSEARCH_5, ELASTICSEARCH_6 -> "org.elasticsearch.distribution.zip";
            case ELASTICSEARCH_7, ELASTICSEARCH_8, ELASTICSEARCH_9 -> "org.elasticsearch.distribution.integ-test-zip";
            case OPENSEARCH_2, OPENSEARCH_3 -> "org.opensearch.distribution.integ-test-zip";
        };
    }

    Optional<JavaHome> java(List<JavaHome> homes) {
        return JavaHome.between(homes, leastJava, mostJava);
    }

    /** Returns which Java it takes, for people. */
    String javaNeeded() {
        if (mostJava == Integer.MAX_VALUE) {
            return "a Java of " + leastJava + " or later";
        }
        return leastJava == mostJava ? "a Java " + leastJava : "a Java of " + leastJava + " to " + mostJava;
    }

    /** Returns the settings of each of its nodes. */
    Map<String, String> settings() {
        List<String> off = switch (this) {
            case ELASTICSEARCH_6 -> List.of("security", "ml", "monitoring", "watcher");
            case ELASTICSEARCH_7, ELASTICSEARCH_8, ELASTICSEARCH_9 -> List.of("security");
            default -> List.of(); // those have no such parts
        };
        Map<String, String> settings = new LinkedHashMap<>();
        off.forEach(part -> settings.put("xpack." + part + ".enabled", "false"));
        return settings;
    }

    /** Returns the settings of a node that is the whole cluster. */
    Map<String, String> alone() {
        return this == ELASTICSEARCH_2
                ? Map.of()
                : Map.of("discovery.type", "single-node"); // 2.4 needs to be told nothing
    }

    /** Returns the name of the setting. */
    String transportPort() {
        return isBefore7() ? "transport.tcp.port" : "transport.port";
    }

    /** Returns the settings that keep what a node writes in its folder. */
    Map<String, String> paths(Path folder) {
        Map<String, String> paths = new LinkedHashMap<>();
        paths.put("path.data", folder.resolve("data").toString());
        paths.put("path.logs", folder.resolve("logs").toString());
        if (this == ELASTICSEARCH_2) {
            paths.put("path.plugins", folder.resolve("plugins").toString()); // it has none and would make the folder
        }
        return paths;
    }

    /** Returns the environment variables that say so, too, and with which options its JVM runs. */
    Map<String, String> environment(Path folder, List<String> javaOptions) {
        String config = config(folder);
        String temporary = folder.resolve("tmp").toString();
        String options = String.join(" ", javaOptions);
        return switch (this) {
            case ELASTICSEARCH_2 ->
                // not empty: else it asks for a garbage collector that there is no longer
                Map.of("ES_GC_OPTS", " ", "ES_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary + " " + options);
            case ELASTICSEARCH_5 ->
                Map.of(
                        "ES_JVM_OPTIONS",
                        config + "/" + JvmOptions.FILE,
                        "ES_JAVA_OPTS",
                        "-Djava.io.tmpdir=" + temporary + " " + options);
            default ->
                Map.of(
                        product.variable("PATH_CONF"), config,
                        product.variable("TMPDIR"), temporary,
                        product.variable("JAVA_OPTS"), options);
        };
    }

    /** Returns the arguments of its program. */
    List<String> arguments(Path folder) {
        return switch (this) {
            case ELASTICSEARCH_2 -> List.of("-Des.path.conf=" + config(folder));
            case ELASTICSEARCH_5 -> List.of("-Epath.conf=" + config(folder));
            default -> List.of(); // in the environment
        };
    }

    private static String config(Path folder) {
        return folder.resolve("config").toString();
    }
}
