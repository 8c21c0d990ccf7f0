package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every public type that applications use has an example in its javadoc, and each compiles. */
class JavadocExamplesTest {
    private static final List<String> MODULES = List.of(
            "client-core",
            "client-kafka-connect",
            "client-merge",
            "client-observability",
            "client-spring-boot-starter",
            "client-sync",
            "client-testkit");

    /** Public for others to find: the main class of a jar, and what Debezium and Connect make by its name. */
    private static final Set<String> NOT_TO_BE_CALLED = Set.of("SyncMain", "StartOffset", "OptimisticSinkTask");

    private static final Pattern TYPE = Pattern.compile(
            "^public (?:(?:final|sealed|abstract|non-sealed) )*(?:class|interface|record|enum) (\\w+)",
            Pattern.MULTILINE);
    private static final Pattern EXAMPLE = Pattern.compile("<pre>\\{@code\n(.*?)\n *\\* *}</pre>", Pattern.DOTALL);

    private static final List<String> IMPORTS = List.of(
            "co.elastic.clients.elasticsearch._types.Refresh",
            "com.fasterxml.jackson.databind.JsonNode",
            "com.fasterxml.jackson.databind.ObjectMapper",
            "com.fasterxml.jackson.databind.node.ObjectNode",
            "dev.optimist.elasticsearch.*",
            "dev.optimist.elasticsearch.merge.*",
            "dev.optimist.elasticsearch.observability.*",
            "dev.optimist.elasticsearch.spring.*",
            "dev.optimist.elasticsearch.sync.*",
            "dev.optimist.elasticsearch.sync.debezium.*",
            "dev.optimist.elasticsearch.sync.jdbc.*",
            "dev.optimist.elasticsearch.sync.verify.*",
            "dev.optimist.elasticsearch.testkit.*",
            "io.micrometer.core.instrument.MeterRegistry",
            "io.opentelemetry.api.OpenTelemetry",
            "java.math.BigDecimal",
            "java.nio.file.Path",
            "java.sql.Connection",
            "java.time.Duration",
            "java.util.*",
            "java.util.function.Consumer",
            "javax.sql.DataSource",
            "org.junit.jupiter.api.Test",
            "org.junit.jupiter.api.extension.ExtendWith",
            "org.slf4j.*",
            "org.springframework.boot.autoconfigure.SpringBootApplication",
            "org.springframework.boot.builder.SpringApplicationBuilder",
            "org.springframework.boot.health.contributor.Health",
            "org.springframework.context.annotation.Bean",
            "org.springframework.context.annotation.Configuration",
            "org.springframework.dao.OptimisticLockingFailureException",
            "org.springframework.stereotype.Repository",
            "org.springframework.stereotype.Service");

    /** What an example may begin with. */
    private static final String GIVEN = """
            record Stock(int pieces, double price) {
                Stock(int pieces) { this(pieces, 1); }
                Stock sellOne() { return withPieces(pieces - 1); }
                Stock withPieces(int pieces) { return new Stock(pieces, price); }
                Stock withPrice(double price) { return new Stock(pieces, price); }
            }
            record Cart(String customer) { Cart checkout() { return this; } }
            record Counter(int n) {
                static Counter first() { return new Counter(1); }
                Counter increment() { return new Counter(n + 1); }
            }
            record Order(String id) {}
            record Shop() {}
            record Product(String name, BigDecimal price) {
                Product(String name) { this(name, BigDecimal.ONE); }
            }
            Logger log;
            VersionedClient client;
            VersionedDocuments<Stock> stock;
            VersionedDocuments<Stock> posts;
            VersionedDocuments<Cart> carts;
            VersionedDocuments<Counter> counters;
            VersionedDocuments<Product> products;
            VersionedDocuments<ObjectNode> documents;
            VersionedDocument<Stock> read;
            VersionedDocument<ObjectNode> latest;
            ExternalVersionWriter<Stock> writer;
            DocumentTokens tokens;
            Merging merging;
            MergeResult result;
            Edits<Stock> edits;
            ObjectNode base, mine, theirs;
            JsonNode patch;
            List<BulkOperation<Stock>> operations;
            List<String> ids;
            Stock edited, counted;
            Product product;
            Order order;
            String id, field, page, customer, secret, sha256;
            byte[] key;
            long version, seed;
            DataSource dataSource;
            Source<Product> source;
            Changes<Product> changes;
            Checkpoints checkpoints;
            SyncJob<Product> job;
            Inventory<Product> inventory;
            Map<String, Row<Product>> table;
            Verifier<Product> verifier;
            MeterRegistry registry;
            OpenTelemetry openTelemetry;
            HotDocuments hot;
            String url;
            ElasticsearchServer server;
            FaultProxy proxy;
            KafkaServer kafka;
            ConnectCluster connect;
            Path zip;
            Map<String, String> settings;
            """;

    @TempDir
    private Path folder;

    private record Example(String type, String code) {}

    private static List<Example> examples(List<String> without) throws IOException {
        List<Example> examples = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
                for (Path file : files.filter(f ->
                                f.toString().endsWith(".java") && !f.toString().contains("/internal/"))
                        .sorted()
                        .toList()) {
                    String source = Files.readString(file);
                    List<MatchResult> found = EXAMPLE.matcher(source).results().toList();
                    TYPE.matcher(source)
                            .results()
                            .findFirst()
                            .map(type -> type.group(1))
                            .ifPresent(type -> {
                                if (found.isEmpty() && !NOT_TO_BE_CALLED.contains(type)) {
                                    without.add(type);
                                }
                                // others are JSON
                                found.stream()
                                        .filter(one -> !one.group(1).strip().startsWith("* {"))
                                        .forEach(one -> examples.add(
                                                new Example(type, one.group(1).replaceAll("(?m)^ *\\* ?", ""))));
                            });
                }
            }
        }
        return examples;
    }

    @Test
    void areThereAndCompile() throws Exception {
        List<String> without = new ArrayList<>();
        List<Example> examples = examples(without);
        assertThat(without).as("public types without an example").isEmpty();
        assertThat(examples).hasSizeGreaterThan(80);
        StringBuilder members = new StringBuilder(GIVEN);
        for (int i = 0; i < examples.size(); i++) {
            // a method each, so that they may use the same names
            members.append("void the")
                    .append(examples.get(i).type())
                    .append(i)
                    .append("() throws Exception {\n")
                    .append(examples.get(i).code())
                    .append("\n}\n");
        }
        Snippets.run(folder, IMPORTS, members.toString(), "");
    }
}
