package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import dev.optimist.elasticsearch.VersionConflictException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.data.elasticsearch.client.elc.ElasticsearchTemplate;
import org.springframework.data.elasticsearch.core.mapping.IndexCoordinates;

/** Every block of Java in the pages of the guide, compiled and run as it stands there, but for the address. */
@Tag("once") // what they say is the same for every server
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuideSnippetsIT extends ServerTest {
    private static final Set<String> PAGES =
            Set.of("start.md", "conflicts.md", "retries.md", "external-versions.md", "moving.md", "threads.md");

    private static final List<String> IMPORTS = Stream.concat(
                    SnippetsIT.IMPORTS.stream(),
                    Stream.of(
                            "co.elastic.clients.elasticsearch.ElasticsearchClient",
                            "co.elastic.clients.elasticsearch._types.ElasticsearchException",
                            "co.elastic.clients.elasticsearch.core.GetResponse",
                            "co.elastic.clients.json.JsonData",
                            "org.springframework.dao.OptimisticLockingFailureException",
                            "org.springframework.data.annotation.Id",
                            "org.springframework.data.elasticsearch.core.ElasticsearchOperations",
                            "org.springframework.data.elasticsearch.core.mapping.IndexCoordinates",
                            "org.springframework.data.elasticsearch.core.query.SeqNoPrimaryTerm"))
            .toList();

    private static final String MEMBERS = SnippetsIT.MEMBERS + """
            static class OutOfStock extends RuntimeException {
                OutOfStock(String id) { super(id); }
            }
            """;

    private final Set<String> run = new HashSet<>();
    private Map<String, String> all;
    private ElasticsearchClient elasticsearch;

    @TempDir
    private Path folder;

    static boolean isOfTheGuide(String block) {
        return PAGES.contains(block.substring(0, block.indexOf(' ')));
    }

    @BeforeAll
    void find() throws IOException {
        all = Snippets.all();
        elasticsearch = DefaultTransport.plainJson(server.url());
    }

    @AfterAll
    void everyBlockIsRun() throws IOException {
        elasticsearch.close();
        assertThat(run)
                .as("every block of the guide is run here")
                .isEqualTo(all.keySet().stream()
                        .filter(GuideSnippetsIT::isOfTheGuide)
                        .collect(Collectors.toSet()));
    }

    @BeforeEach
    void stock() {
        rest.delete("/stock"); // of an earlier run, on a server that was there
        rest.put("/stock", "{\"settings\":{\"number_of_replicas\":0}}").ok();
    }

    private String block(String name) {
        run.add(name);
        return Objects.requireNonNull(all.get(name), () -> "no " + name + " in " + all.keySet());
    }

    private void run(String body, Object... arguments) throws Exception {
        run(MEMBERS, body, arguments);
    }

    private void run(String members, String body, Object... arguments) throws Exception {
        Snippets.run(folder, IMPORTS, members, body, arguments);
    }

    private int pieces() {
        return rest.get("/stock/_doc/4711").body().at("/_source/pieces").asInt();
    }

    private void pieces(int n) {
        rest.put("/stock/_doc/4711", "{\"pieces\":" + n + "}").ok();
    }

    /** From an empty index on, as one program. */
    @Test
    void start() throws Exception {
        String connect = block("start.md 0");
        String address = "http://localhost:9200";
        assertThat(connect).contains(address);
        String read = block("start.md 1")
                .replace("read.source();", "Object source = read.source();")
                .replace("read.version();", "long version = read.version();");
        run("try ("
                + connect.strip()
                        .replaceFirst(";\\s*VersionedDocuments", ") {\n VersionedDocuments")
                        .replace(address, server.url())
                + read
                + """
                if (!source.toString().startsWith("Stock[pieces=100") || version != 1) { throw new IllegalStateException(); }
                """
                + block("start.md 2") + block("start.md 3") + "}\n");
        assertThat(pieces()).isEqualTo(99);
        run(SnippetsIT.STOCK + block("start.md 4"), client);
        assertThat(pieces()).isEqualTo(42);
        run(SnippetsIT.STOCK + block("start.md 5"), client);
        assertThat(pieces()).isEqualTo(41);
    }

    /** Of an older version it is stale, of a deleted document absent, and of version 1 it is written. */
    @Test
    void whatAConflictSays() throws Exception {
        String block = SnippetsIT.STOCK + block("conflicts.md 0");
        pieces(1);
        pieces(2);
        run(block, client);
        assertThat(pieces()).isEqualTo(2);
        rest.delete("/stock/_doc/4711").ok();
        run(block, client);
        assertThat(rest.get("/stock/_doc/4711").body().path("found").asBoolean())
                .isFalse();
        stock();
        pieces(1);
        run(block, client);
        assertThat(pieces()).isEqualTo(42);
    }

    @Test
    void presets() throws Exception {
        pieces(10);
        run(SnippetsIT.STOCK + block("retries.md 0") + """
                status.readModifyWrite("4711", Stock::sellOne);
                impatient.readModifyWrite("4711", Stock::sellOne);
                """, client);
        assertThat(pieces()).isEqualTo(8);
    }

    @Test
    void externalVersions() throws Exception {
        String block = block("external-versions.md 0");
        String refused = "catch (VersionConflictException e) {";
        assertThat(block).contains(refused);
        run(SnippetsIT.STOCK + block, client);
        assertThat(rest.get("/stock/_doc/1").body().path("_version").asInt()).isEqualTo(10);
        Throwable again = catchThrowable(() -> run(
                SnippetsIT.STOCK + "boolean again = true;\n" + block.replace(refused, refused + " if (again) throw e;"),
                client));
        assertThat(again).isInstanceOf(VersionConflictException.class);
    }

    @Test
    void anInterrupt() throws Exception {
        pieces(10);
        run(SnippetsIT.STOCK + block("threads.md 0"), client);
        assertThat(pieces()).isBetween(9, 10);
    }

    @Test
    void fromALoop() throws Exception {
        pieces(10);
        run(
                "ElasticsearchClient elasticsearch = (ElasticsearchClient) arguments[0];\n" + block("moving.md 0"),
                elasticsearch);
        assertThat(pieces()).isEqualTo(9);
        run(SnippetsIT.STOCK + block("moving.md 1"), client);
        assertThat(pieces()).isEqualTo(8);
    }

    /** The distribution for tests has no scripts, and says so: the request is as it should be. */
    @Test
    void fromAScript() throws Exception {
        pieces(10);
        String before =
                "ElasticsearchClient elasticsearch = (ElasticsearchClient) arguments[0];\n" + block("moving.md 2");
        Throwable refused = catchThrowable(() -> run(before, elasticsearch));
        if (refused == null) {
            assertThat(pieces()).isEqualTo(9);
        } else {
            assertThat(refused)
                    .isInstanceOfSatisfying(
                            ElasticsearchException.class,
                            e -> assertThat(e.error().causedBy().reason()).contains("painless"));
        }
        pieces(9);
        run(SnippetsIT.STOCK + block("moving.md 3"), client);
        assertThat(pieces()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fromSpringData(boolean somebodyWritesBetween) throws Exception {
        pieces(10);
        String before = block("moving.md 4");
        String save = "try {";
        assertThat(before).contains(save);
        String between = somebodyWritesBetween ? "stock0.readModifyWrite(\"4711\", Stock::sellOne);\n" : "";
        List<Object> conflicts = new ArrayList<>();
        run(
                MEMBERS + block("moving.md 5"),
                """
                ElasticsearchOperations operations = (ElasticsearchOperations) arguments[1];
                IndexCoordinates stock = (IndexCoordinates) arguments[2];
                VersionedDocuments<Stock> stock0 = ((VersionedClient) arguments[0]).documents("stock", Stock.class);
                """
                        + before.replace(save, between + save)
                                .replace("// retry?", "((List<Object>) arguments[3]).add(e);\n//"),
                client,
                new ElasticsearchTemplate(elasticsearch),
                IndexCoordinates.of("stock"),
                conflicts);
        assertThat(conflicts).hasSize(somebodyWritesBetween ? 1 : 0);
        assertThat(pieces()).isEqualTo(9);
        run("VersionedClient client = (VersionedClient) arguments[0];\n" + block("moving.md 6"), client);
        assertThat(pieces()).isEqualTo(8);
        assertThat(rest.get("/stock/_doc/4711").body().at("/_source").has("_class"))
                .as("Spring Data's own field")
                .isEqualTo(!somebodyWritesBetween);
    }
}
