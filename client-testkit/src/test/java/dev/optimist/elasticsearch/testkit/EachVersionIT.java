package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One process of each generation: that it starts as it is told, stores, starts again with what it has stored, and leaves
 * nothing.
 */
class EachVersionIT {
    private static final long MEGA = 1 << 20;

    @TempDir
    Path cache;

    /** It stands for those that need the most. */
    @Test
    void oneOfTheOldOnes() throws Exception {
        startsAndStoresAndLeavesNothing("5.6.16", "auto", "the testkit has no container of it");
    }

    @Tag("each-version")
    @ParameterizedTest
    @ValueSource(strings = {"2.4.6", "6.8.23", "7.17.29", "8.19.21", "9.5.3", "opensearch-2.19.6", "opensearch-3.6.0"})
    void eachOther(String version) throws Exception {
        startsAndStoresAndLeavesNothing(version, "process", "as chosen");
    }

    private void startsAndStoresAndLeavesNothing(String version, String form, String why) throws Exception {
        Path home = Distribution.home(ServerVersion.chosen(version), cache);
        assertThat(home)
                .isEqualTo(cache.resolve(isOpen(version) ? "opensearch" : "elasticsearch")
                        .resolve(number(version)));
        Map<Path, Long> before = sizes(home);
        long pid;
        Path folder;
        try (ElasticsearchServer server = ElasticsearchServer.start(
                o -> o.server(form).version(version).cache(cache).javaOptions("-Xms300m", "-Xmx300m"))) {
            assertIs(version, server);
            assertThat(server.description())
                    .startsWith((isOpen(version) ? "OpenSearch " : "Elasticsearch ") + number(version)
                            + " (as chosen) as local process (" + why + ") at " + server.url());
            try (ElasticsearchServer same =
                    ElasticsearchServer.start(o -> o.server(server.url()).version(version))) {
                assertIs(version, same);
            }
            folder = assertRunsAsItIsTold(version, server);
            assertStores(server);
            pid = server.pids().get(0);
        }
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(folder).doesNotExist();
        assertThat(sizes(home)).isEqualTo(before);
    }

    private static void assertIs(String version, ElasticsearchServer server) {
        assertThat(server.version()).isEqualTo(version);
        assertThat(server.isOpenSearch()).isEqualTo(isOpen(version));
        assertThat(server.major()).isEqualTo(Integer.parseInt(number(version).replaceFirst("\\..*", "")));
    }

    /** Returns the folder of all that it writes. */
    private static Path assertRunsAsItIsTold(String version, ElasticsearchServer server) throws Exception {
        JsonNode node = Rest.get(server.url() + "/_nodes/_local")
                .path("nodes")
                .elements()
                .next();
        assertThat(node.path("version").asText()).isEqualTo(number(version));
        assertThat(node.path("name").asText()).isEqualTo(server.nodeName(0));
        assertThat(node.path("transport_address").asText()).startsWith("127.0.0.1:");
        assertThat(node.at("/jvm/mem/heap_max_in_bytes").asLong()).isBetween(250 * MEGA, 300 * MEGA);
        assertThat(node.at("/process/id").asLong()).isEqualTo(server.pids().get(0));
        Path folder = Path.of(node.at("/settings/path/logs").asText()).resolveSibling("");
        assertThat(folder).isDirectory();
        return folder;
    }

    private static void assertStores(ElasticsearchServer server) throws Exception {
        String type = server.isOpenSearch() || server.major() >= 6 ? "_doc" : "counter";
        String document = server.url() + "/counters/" + type + "/1";
        assertThat(Rest.put(document, "{\"n\":1}").path("_version").asInt()).isEqualTo(1);
        assertThat(Rest.get(document).at("/_source/n").asInt()).isEqualTo(1);
        long pid = server.pids().get(0);

        server.kill(0);
        server.restart(0);

        assertThat(server.pids()).doesNotContain(pid);
        Rest.get(server.url() + "/_cluster/health/counters?wait_for_status=yellow");
        assertThat(Rest.get(document).at("/_source/n").asInt()).isEqualTo(1);
    }

    private static boolean isOpen(String version) {
        return version.startsWith("opensearch-");
    }

    private static String number(String version) {
        return version.replace("opensearch-", "");
    }

    /** Of a folder, 0. */
    private static Map<Path, Long> sizes(Path home) throws IOException {
        try (Stream<Path> all = Files.walk(home)) {
            return all.collect(Collectors.toMap(
                    path -> path,
                    path -> Files.isDirectory(path) ? 0 : path.toFile().length()));
        }
    }
}
