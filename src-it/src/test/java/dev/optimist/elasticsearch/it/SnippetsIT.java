package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.testkit.PostgresServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every block of Java in README.md and docs, compiled and run as it stands there, but for the address. */
@Tag("once") // what they say is the same for every server
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnippetsIT extends ServerTest {
    static final List<String> IMPORTS = List.of(
            "dev.optimist.elasticsearch.*",
            "dev.optimist.elasticsearch.BulkItemResult.Outcome",
            "dev.optimist.elasticsearch.merge.*",
            "dev.optimist.elasticsearch.observability.*",
            "dev.optimist.elasticsearch.sync.*",
            "dev.optimist.elasticsearch.sync.jdbc.*",
            "com.fasterxml.jackson.databind.ObjectMapper",
            "com.fasterxml.jackson.databind.node.*",
            "java.time.Duration",
            "java.util.*",
            "java.util.concurrent.*",
            "java.util.stream.*",
            "javax.sql.DataSource",
            "org.jspecify.annotations.Nullable",
            "org.slf4j.*");

    static final String MEMBERS = """
            record Stock(int pieces, double price) {
                Stock(int pieces) { this(pieces, 1.0); }
                Stock sellOne() { return new Stock(pieces - 1, price); }
                Stock withPrice(double price) { return new Stock(pieces, price); }
            }
            record Audit(String what) {}
            record Order(String id) {}
            static final Logger log = LoggerFactory.getLogger("snippet");
            """;

    static final String STOCK = """
            VersionedClient client = (VersionedClient) arguments[0];
            VersionedDocuments<Stock> stock = client.documents("stock", Stock.class);
            """;

    private final Set<String> run = new HashSet<>();
    private Map<String, String> all;

    @TempDir
    private Path folder;

    @BeforeAll
    void find() throws IOException {
        all = Snippets.all();
    }

    @BeforeEach
    void stock() {
        for (String name : List.of("stock", "audit", "products", "profiles", "sync")) {
            rest.delete("/" + name); // of an earlier run, on a server that was there
        }
        rest.put("/stock", "{\"settings\":{\"number_of_replicas\":0}}").ok();
        rest.put("/stock/_doc/4711", "{\"pieces\":100}").ok();
    }

    private String block(String name) {
        run.add(name);
        return Objects.requireNonNull(all.get(name), () -> "no " + name + " in " + all.keySet());
    }

    private void run(String members, String body, Object... arguments) throws Exception {
        Snippets.run(folder, IMPORTS, members, body, arguments);
    }

    private JsonNode document(String name, String id) {
        return rest.get("/" + name + "/_doc/" + id).body();
    }

    /** One test, so that what none of them runs is found out. */
    @Test
    void doWhatTheySay() throws Exception {
        theFirstExample();
        for (Runs each : List.<Runs>of(
                () -> theLedger("README.md 1"),
                () -> theLedger("guarantees.md 0"),
                this::bulk,
                this::bulkOfAStream,
                this::contention,
                this::contextOfTheCaller,
                this::withoutWaiting,
                this::allDocuments,
                this::forms,
                this::merging,
                this::listeners,
                this::syncOfATable,
                this::aSourceOfOnesOwn)) {
            stock();
            each.run();
        }
        assertThat(run)
                .as("every block is run here, or in GuideSnippetsIT")
                .isEqualTo(all.keySet().stream()
                        .filter(name -> !GuideSnippetsIT.isOfTheGuide(name))
                        .collect(Collectors.toSet()));
    }

    private interface Runs {
        void run() throws Exception;
    }

    private void theFirstExample() throws Exception {
        String block = block("README.md 0");
        String address = "http://localhost:9200";
        assertThat(block).contains(address);
        run("", block.replace(address, server.url()));
        assertThat(document("stock", "4711").path("_version").asInt()).isEqualTo(3);
        assertThat(document("stock", "4711").at("/_source/pieces").asInt()).isEqualTo(10);
    }

    private void theLedger(String name) throws Exception {
        String program = "VersionedClient client = (VersionedClient) arguments[0];\nOrder order = new Order(\"881\");\n"
                + block(name);
        run(MEMBERS, program, client);
        assertThat(document("stock", "4711").at("/_source/pieces").asInt()).isEqualTo(98);
        run(MEMBERS, program, client);
        assertThat(document("stock", "4711").at("/_source/pieces").asInt())
                .as("the order once, over restarts too")
                .isEqualTo(97);
    }

    private void bulk() throws Exception {
        for (int version = 1; version <= 3; version++) {
            rest.put("/stock/_doc/4713", "{\"pieces\":" + version + "}").ok();
        }
        rest.put("/stock/_doc/4712", "{\"pieces\":1}").ok();
        AtomicReference<String> shown = new AtomicReference<>();
        run(
                MEMBERS + """
                static AtomicReference<String> shown;
                static void showWhatChanged(BulkOperation<Stock> operation) { shown.set(operation.id()); }
                """.replace("AtomicReference", "java.util.concurrent.atomic.AtomicReference"),
                "shown = (java.util.concurrent.atomic.AtomicReference<String>) arguments[1];\n" + STOCK + """
                VersionedDocument<Stock> read = stock.get("4711").orElseThrow();
                Stock counted = new Stock(7);
                """
                        + block("bulk.md 0"),
                client,
                shown);
        assertThat(document("stock", "4711").at("/_source/pieces").asInt()).isEqualTo(7);
        assertThat(document("stock", "4713").path("found").asBoolean()).isFalse();
        assertThat(shown).hasValue("4712");
    }

    private void bulkOfAStream() throws Exception {
        rest.put("/stock/_doc/old?version=9&version_type=external", "{\"pieces\":9}")
                .ok();
        Set<String> looked = new HashSet<>();
        run(MEMBERS + """
                record Row(String key, Stock stock, long version) {}
                record Table(List<Row> rows) { Stream<Row> stream() { return rows.stream(); } }
                static Set<String> looked;
                static void look(BulkItemResult<Stock> result) { looked.add(result.operation().id()); }
                """, "looked = (Set<String>) arguments[1];\n" + STOCK + """
                Table table = new Table(List.of(new Row("new", new Stock(1), 5), new Row("old", new Stock(2), 5)));
                """ + block("bulk.md 1"), client, looked);
        assertThat(document("stock", "new").path("_version").asInt()).isEqualTo(5);
        assertThat(document("stock", "old").at("/_source/pieces").asInt()).isEqualTo(9);
        assertThat(looked).containsExactly("old");
    }

    private void contention() throws Exception {
        run(
                MEMBERS,
                "VersionedClient client = (VersionedClient) arguments[0];\n" + block("hot-documents.md 0") + """
                stock.readModifyWrite("4711", Stock::sellOne);
                audit.create("1", new Audit("sold"));
                """,
                client);
        assertThat(document("stock", "4711").at("/_source/pieces").asInt()).isEqualTo(99);
        assertThat(document("audit", "1").at("/_source/what").asText()).isEqualTo("sold");
    }

    private void contextOfTheCaller() throws Exception {
        run(MEMBERS, STOCK + "String id = \"4711\";\n" + block("hot-documents.md 1"), client);
        assertThat(document("stock", "4711").at("/_source/pieces").asInt()).isEqualTo(99);
    }

    private void withoutWaiting() throws Exception {
        run(MEMBERS, STOCK + block("hot-documents.md 2") + "sold.get(30, TimeUnit.SECONDS);\n", client);
        assertThat(document("stock", "4711").at("/_source/pieces").asInt()).isEqualTo(99);
    }

    private void allDocuments() throws Exception {
        rest.put("/stock/_doc/4712", "{\"pieces\":1,\"price\":10}").ok();
        run(
                MEMBERS,
                STOCK + "List<String> ids = List.of(\"4712\");\n" + block("hot-documents.md 3")
                        + "if (!total.complete()) { throw new IllegalStateException(); }\n",
                client);
        assertThat(document("stock", "4712").at("/_source/price").asInt()).isEqualTo(11);
    }

    private static final String KEY = "byte[] key = new byte[32];\n";

    /** With clients that have not seen the index that had this name before. */
    private void forms() throws Exception {
        for (boolean inHeaders : new boolean[] {false, true}) {
            stock();
            try (VersionedClient own = VersionedClient.connect(server.url())) {
                if (inHeaders) {
                    eTags(own);
                } else {
                    aForm(own);
                }
            }
        }
    }

    private void aForm(VersionedClient client) throws Exception {
        List<Object> shown = new ArrayList<>();
        String members = MEMBERS + """
                static List<Object> shown;
                static void showWhatChanged(Object current) { shown.add(current); }
                static void startAgain(Object reason) { shown.add(reason); }
                """;
        String block = block("edit-forms.md 0");
        String sent = "// the form is sent";
        assertThat(block).contains(sent);
        String program = "shown = (List<Object>) arguments[1];\n" + STOCK + KEY + """
                String id = "4711";
                Stock edited = new Stock(7);
                """;
        run(members, program + block, client, shown);
        assertThat(document("stock", "4711").at("/_source/pieces").asInt()).isEqualTo(7);
        assertThat(shown).isEmpty();
        String another = "stock.readModifyWrite(id, Stock::sellOne);\n";
        run(members, program + block.replace(sent, another + sent), client, shown);
        assertThat(document("stock", "4711").at("/_source/pieces").asInt()).isEqualTo(6);
        assertThat(shown).hasSize(1).first().asString().contains("pieces=6");
        run(members, program + block.replace(sent, "hidden = hidden.substring(8);\n" + sent), client, shown);
        assertThat(shown.get(1)).hasToString("TAMPERED");
    }

    private void eTags(VersionedClient client) throws Exception {
        String program = STOCK + KEY + """
                Resource resource = new Resource(stock, stock.tokens().signedWith(key));
                Answer shown = resource.get("4711", null);
                same(200, shown);
                same(304, resource.get("4711", shown.etag()));
                Answer saved = resource.put("4711", shown.etag(), null, new Stock(7));
                same(200, saved);
                same(412, resource.put("4711", shown.etag(), null, new Stock(8)));
                same(200, resource.put("4711", shown.etag() + ", " + saved.etag(), null, new Stock(9)));
                same(200, resource.get("4711", shown.etag()));
                same(428, resource.put("4711", null, null, new Stock(10)));
                same(428, resource.put("4711", "*", null, new Stock(10)));
                same(400, resource.put("4711", "x", null, new Stock(10)));
                same(412, resource.put("4711", "W/" + resource.get("4711", null).etag(), null, new Stock(10)));
                same(412, resource.put("4711", null, "*", new Stock(10)));
                same(404, resource.get("4712", null));
                same(200, resource.put("4712", null, "*", new Stock(10)));
                """;
        run(MEMBERS + """
                record Answer(int status, String etag, Object body) {}
                static void same(int status, Answer answer) {
                    if (answer.status() != status) { throw new IllegalStateException(status + " is " + answer); }
                }
                record Resource(VersionedDocuments<Stock> stock, DocumentTokens tokens) {
                """ + block("edit-forms.md 1") + "}\n", program, client);
        assertThat(document("stock", "4711").at("/_source/pieces").asInt()).isEqualTo(9);
        assertThat(document("stock", "4712").at("/_source/pieces").asInt()).isEqualTo(10);
    }

    private void merging() throws Exception {
        rest.put("/profiles", "{\"settings\":{\"number_of_replicas\":0}}").ok();
        rest.put("/profiles/_doc/1", "{\"phone\":\"1\",\"tags\":[],\"x\":1}").ok();
        List<Object> asked = new ArrayList<>();
        String members = """
                static List<Object> asked;
                static void ask(Object... values) { asked.add(List.of(values).toString()); }
                record Profile(String phone, Map<String, Object> address) {
                    Profile withPhone(String phone) { return new Profile(phone, address); }
                }
                """;
        String program = """
                VersionedClient client = (VersionedClient) arguments[0];
                asked = (List<Object>) arguments[1];
                ObjectMapper mapper = new ObjectMapper();
                String id = "1";
                String phone = "2";
                """;
        String merge = block("edit-forms.md 2");
        String others = "profiles.readModifyWrite(id, d -> d.put(\"%s\", \"7\"));\n";
        String between = "ObjectNode mine";
        assertThat(merge).contains(between);
        run(members, program + merge.replace(between, others.formatted("name") + between), client, asked);
        assertThat(document("profiles", "1").path("_source").toString())
                .isEqualTo("{\"phone\":\"2\",\"tags\":[],\"x\":1,\"name\":\"7\"}");
        assertThat(asked).isEmpty();
        String again = program.replace("\"2\"", "\"3\"");
        run(members, again + merge.replace(between, others.formatted("phone") + between), client, asked);
        assertThat(asked).containsExactly("[/phone, \"2\", \"3\", \"7\"]");

        rest.put("/profiles/_doc/1", "{\"phone\":\"1\",\"status\":\"draft\",\"address\":{\"zip\":1,\"city\":\"a\"}}")
                .ok();
        String handle = """
                VersionedDocuments<ObjectNode> profiles = client.documents("profiles", ObjectNode.class);
                Merging merging = Merging.of(profiles);
                """;
        run(members, program + handle + block("edit-forms.md 3"), client, asked);
        run(members, program + handle + block("edit-forms.md 4"), client, asked);
        assertThat(document("profiles", "1").path("_source").toString())
                .isEqualTo("{\"phone\":\"2\",\"status\":\"published\",\"address\":{\"city\":\"a\"}}");
    }

    private void listeners() throws Exception {
        String block = block("observability.md 0");
        String address = "http://localhost:9200";
        assertThat(block).contains(address);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        List<String> audit = new ArrayList<>();
        run(MEMBERS, """
                var registry = (io.micrometer.core.instrument.MeterRegistry) arguments[0];
                List<String> audit = (List<String>) arguments[1];
                """ + block.replace(address, server.url()) + """
                if (!hottest.isEmpty()) { throw new IllegalStateException(); }
                """, registry, audit);
        assertThat(audit).containsExactly("READ_MODIFY_WRITE 4711 APPLIED");
        assertThat(registry.get("optimist.operations")
                        .tags("operation", "read_modify_write", "index", "stock", "outcome", "applied")
                        .timer()
                        .count())
                .isOne();
    }

    private void syncOfATable() throws Exception {
        rest.put("/products", "{\"settings\":{\"number_of_replicas\":0}}").ok();
        try (PostgresServer postgres = PostgresServer.start()) {
            postgres.execute("create table product (id text primary key, version bigint not null, name text)");
            postgres.execute("create table product_deletes (id text not null, version bigint not null)");
            postgres.execute("insert into product values ('1', 5, 'lamp')");
            postgres.execute("insert into product_deletes values ('2', 6)");
            String program = """
                    VersionedClient client = (VersionedClient) arguments[0];
                    DataSource dataSource = (DataSource) arguments[1];
                    """ + block("sync.md 0");
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread job = new Thread(() -> {
                try {
                    run("", program, client, postgres.dataSource());
                } catch (InterruptedException e) {
                    // its end, as asked for
                } catch (Throwable e) {
                    thrown.set(e);
                }
            });
            job.start();
            await(() -> thrown.get() != null
                    || (document("products", "1").path("found").asBoolean()
                            && document("products", "2").path("found").asBoolean()));
            job.interrupt();
            job.join();
            assertThat(thrown).hasNullValue();
        }
        assertThat(document("products", "1").path("_version").asInt()).isEqualTo(5);
        rest.post("/products/_refresh", "").ok();
        JsonNode found = rest.get("/products-search/_search").body();
        assertThat(found.at("/hits/hits")).hasSize(1); // without the tombstone
    }

    private void aSourceOfOnesOwn() throws Exception {
        rest.put("/products", "{\"settings\":{\"number_of_replicas\":0}}").ok();
        run("""
                record Event(String id, long version, long number, ObjectNode body) {
                    boolean isDelete() { return body == null; }
                }
                interface Events { List<Event> after(long number); }
                static Events feed;
                """, """
                VersionedClient client = (VersionedClient) arguments[0];
                CountDownLatch asked = new CountDownLatch(2);
                List<Event> events = List.of(
                        new Event("1", 5, 1, JsonNodeFactory.instance.objectNode().put("name", "lamp")),
                        new Event("2", 6, 2, null));
                feed = number -> {
                    asked.countDown();
                    return events.stream().filter(e -> e.number() > number).toList();
                };
                """ + block("sync.md 1") + """
                try (SyncJob<ObjectNode> job = SyncJob.of(
                        client.documents("products", ObjectNode.class),
                        new Feed(),
                        Checkpoints.inElasticsearch(client, "sync", "feed"),
                        o -> o.name("feed"))) {
                    job.start();
                    if (!asked.await(30, TimeUnit.SECONDS)) { throw new IllegalStateException(); }
                    job.stop();
                }
                """, client);
        assertThat(document("products", "1").path("_version").asInt()).isEqualTo(5);
        assertThat(document("products", "2").path("_version").asInt()).isEqualTo(6);
    }
}
