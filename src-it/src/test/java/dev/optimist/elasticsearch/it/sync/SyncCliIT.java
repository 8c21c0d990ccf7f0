package dev.optimist.elasticsearch.it.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.optimist.elasticsearch.testkit.ElasticsearchExtension;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import dev.optimist.elasticsearch.testkit.PostgresServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** Every command of the command line, as a process, from a PostgreSQL into an Elasticsearch. */
@ExtendWith(ElasticsearchExtension.class)
@Tag("once")
class SyncCliIT {
    private static final String SECRET = "hunter2-shop";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static PostgresServer postgres;

    @TempDir
    Path folder;

    private final List<SyncProcess> processes = new ArrayList<>();
    private final Shop shop = new Shop(postgres.dataSource());

    @BeforeAll
    static void startPostgres() {
        postgres = PostgresServer.start();
    }

    @AfterAll
    static void stopPostgres() {
        postgres.close();
    }

    @BeforeEach
    void fill() throws SQLException {
        shop.create();
        put(1, 1_000);
    }

    @AfterEach
    void endAndLookForTheSecret() throws Exception {
        for (SyncProcess process : processes) {
            process.kill();
            assertThat(process.toString()).doesNotContain(SECRET);
        }
    }

    @Test
    void runIsStoppedBySigtermAndLosesNothing(ElasticsearchServer server) throws Exception {
        Path config = polling(server, "cli-run");
        assertThat(ended("status", "-c", config).end()).isEqualTo(3);

        SyncProcess run = start("run", "-c", config, "--progress-every", "1");
        run.awaitOut("runs");
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> writing = thread.submit(() -> write(over));
            awaitPosition(server, "cli-run");
            run.terminate();
            assertThat(run.end()).as("%s", run).isZero();
            over.set(true);
            assertThat(writing.get(1, TimeUnit.MINUTES)).isPositive();
        } finally {
            over.set(true);
            thread.shutdownNow();
        }
        assertThat(run.out()).contains("cli-run: position ").contains("rejected 0");
        SyncProcess status = ended("status", "-c", config);
        assertThat(status.end()).isZero();
        assertThat(status.out()).contains("ENDED").contains("lag_seconds").contains("applied");
        assertThat(ended("status", "-c", config, "--json", "--max-lag", "1ms").end())
                .isEqualTo(3);

        SyncProcess rest = start("run", "-c", config, "--once");
        assertThat(rest.end()).as("%s", rest).isZero();
        assertThat(shop.differences(server.url(), "cli-run")).isEmpty();
        SyncProcess verify = start("verify", "-c", config);
        assertThat(verify.end()).as("%s", verify).isZero();
        assertThat(verify.out()).contains("differences: 0, unsettled: 0");
    }

    @Test
    void backfillVerifyRepairAndSweep(ElasticsearchServer server) throws Exception {
        Path config = polling(server, "cli-fill");
        assertThat(ended("run", "-c", config, "--once").end()).isZero();
        String position = position(server, "cli-fill");
        insertUnseen(2_001);
        put(9, 9); // new to the run, which is to find it after the backfill has been there
        SyncProcess backfill = ended("backfill", "-c", config);
        assertThat(backfill.end()).as("%s", backfill).isZero();
        assertThat(backfill.out())
                .contains("about 1001 rows")
                .contains("applied 2, superseded 0, duplicate 999, rejected 0, suspicious 0");
        assertThat(position(server, "cli-fill")).as("that of the run").isEqualTo(position);
        SyncProcess rest = ended("run", "-c", config, "--once");
        assertThat(rest.out()).contains("applied 0, superseded 0, duplicate 1,");

        insertUnseen(2_002);
        send(server, "PUT", "/cli-fill/_doc/4711", "{\"name\": \"nobody's\"}");
        SyncProcess verify = ended("verify", "-c", config, "--most", "1");
        assertThat(verify.end()).as("%s", verify).isEqualTo(3);
        assertThat(verify.out()).contains("… and 1 more").contains("differences: 2 (missing 1, orphan 1)");
        SyncProcess dry = ended("repair", "-c", config);
        assertThat(dry.end()).as("%s", dry).isEqualTo(3);
        assertThat(dry.out()).contains("planned").contains("MISSING [2002]").contains("nothing was written");
        assertThat(ended("verify", "-c", config).end()).isEqualTo(3);
        SyncProcess repair = ended("repair", "-c", config, "--apply");
        assertThat(repair.end()).as("%s", repair).isZero();
        assertThat(repair.out()).contains("repairs: repaired 2");
        assertThat(ended("verify", "-c", config).end()).isZero();
        SyncProcess sweep = ended("sweep", "-c", config, "--older-than", "7d");
        assertThat(sweep.end()).as("%s", sweep).isZero();
        assertThat(sweep.out()).contains("removed 0");
    }

    @Test
    @SuppressWarnings("try") // the reader of a slot is there to be there
    void changesFromTheLog(ElasticsearchServer server) throws Exception {
        String index = "cli-cdc";
        String yaml = yaml(server, index).replaceFirst("(?s)table:.*", """
                table:
                  name: public.products
                  exclude: [changed]
                cdc:
                  slot: cli
                checkpoint:
                  index: cli-sync
                verify:
                  settle: 1s
                """);
        Path config = Files.writeString(folder.resolve("cdc.yaml"), yaml);
        SyncProcess run = start("run", "-c", config, "-v");
        awaitPosition(server, "cli-cdc");
        shop.run("delete from products where id <= 10");
        run.terminate();
        assertThat(run.end()).as("%s", run).isZero();
        put(11, 20);
        SyncProcess rest = ended("run", "-c", config, "--once");
        assertThat(rest.end()).as("%s", rest).isZero();
        SyncProcess verify = ended("verify", "-c", config);
        assertThat(verify.end()).as("%s", verify).isZero();
        assertThat(verify.out()).contains("rows 990").contains("tombstones 10");

        String position = position(server, "cli-cdc");
        SyncProcess backfill;
        try (Connection reader = readerOf("cli_backfill")) { // as one that was killed is, until PostgreSQL notices
            backfill = start("backfill", "-c", config);
            Set<String> looks = new HashSet<>();
            SyncProcess waiting = backfill;
            waiting.await(() -> {
                looks.addAll(texts("select query_start from pg_stat_activity"
                        + " where query like 'select 1 from pg_replication_slots%'"));
                return waiting.out().contains("about") || looks.size() > 2;
            });
            assertThat(waiting.out()).as("begins when the slot is free").doesNotContain("about");
        }
        assertThat(backfill.end()).as("%s", backfill).isZero();
        assertThat(backfill.out()).contains("990 changes").contains("rejected 0, suspicious 0");
        assertThat(position(server, "cli-cdc")).isEqualTo(position);
        assertThat(ended("verify", "-c", config).end()).isZero();
        assertThat(slots()).containsExactly("cli");
        shop.run("select pg_drop_replication_slot('cli')");
    }

    @Test
    void aWrongConfigurationIsRefusedAndNothingIsSent() throws Exception {
        try (ServerSocket nobody = new ServerSocket(0)) {
            nobody.setSoTimeout(1);
            String yaml = yaml("http://127.0.0.1:" + nobody.getLocalPort(), "cli-wrong")
                    .replace(postgres.jdbcUrl(), "jdbc:postgresql://127.0.0.1:" + nobody.getLocalPort() + "/shop")
                    .replace("exclude:", "excludes:");
            Path config = Files.writeString(folder.resolve("wrong.yaml"), yaml);
            List<SyncProcess> all = new ArrayList<>();
            for (String command : List.of("run", "backfill", "verify", "repair", "status")) {
                all.add(start(command, "-c", config));
            }
            for (SyncProcess process : all) {
                assertThat(process.end()).as("%s", process).isEqualTo(2);
                assertThat(process.err())
                        .isEqualToNormalizingNewlines(
                                "sync: " + config + ":12: table.excludes: is unknown here; is it exclude?\n");
                assertThat(process.out()).isEmpty();
            }
            assertThatThrownBy(nobody::accept).as("nobody has connected").isInstanceOf(SocketTimeoutException.class);
        }
        SyncProcess none = ended("run");
        assertThat(none.end()).isEqualTo(2);
        assertThat(none.err()).contains("Missing required option: '--config=FILE'");
    }

    @Test
    void whatFailsSaysWhyAndKeepsTheSecret(ElasticsearchServer server) throws Exception {
        Path config = polling(server, "cli-fails");
        String yaml = Files.readString(config);
        Path noColumn =
                Files.writeString(folder.resolve("column.yaml"), yaml.replace("cursor: changed", "cursor: none"));
        SyncProcess run = ended("run", "-v", "-c", noColumn);
        assertThat(run.end()).isEqualTo(1);
        assertThat(run.err()).contains("there is no column none in products");
        String login = yaml.replace("user: postgres", "user: " + SECRET);
        SyncProcess noLogin = ended("verify", "-v", "-c", Files.writeString(folder.resolve("login.yaml"), login));
        assertThat(noLogin.end()).as("%s", noLogin).isEqualTo(1);
        assertThat(noLogin.err()).contains("\"***\" does not exist");
    }

    @Test
    void helpAndAnExampleToBeginWith() throws Exception {
        SyncProcess help = ended("--help");
        assertThat(help.end()).isZero();
        assertThat(help.out()).contains("run", "backfill", "verify", "repair", "status", "Exit status");
        SyncProcess init = ended("init");
        assertThat(init.end()).isZero();
        Path example = Files.writeString(folder.resolve("sync.yaml"), init.out());
        SyncProcess run = SyncProcess.start(folder, Map.of(), "run", "-c", example.toString());
        assertThat(run.end()).isEqualTo(2);
        assertThat(run.err()).contains("database.password: SHOP_PASSWORD is not set in the environment");
    }

    @Test
    void theJarNeedsNothingElse() throws Exception {
        Path jar = Path.of("..", "client-sync", "target", "optimist-sync.jar").toRealPath();
        SyncProcess version = SyncProcess.start(folder, Map.of(), List.of("-jar", jar.toString()), "--version");
        assertThat(version.end()).as("%s", version).isZero();
        assertThat(version.out()).contains("Optimist sync ").doesNotContain("not from a jar");
    }

    private Path polling(ElasticsearchServer server, String name) throws IOException {
        return Files.writeString(folder.resolve(name + ".yaml"), yaml(server, name));
    }

    private static String yaml(ElasticsearchServer server, String name) {
        return yaml(server.url(), name);
    }

    private static String yaml(String url, String name) {
        return """
                name: %s
                elasticsearch:
                  hosts: %s
                  index: %s
                  searchAlias: %s-search
                database:
                  url: %s
                  user: postgres
                  password: ${SHOP_PASSWORD}
                table:
                  name: products
                  exclude: [changed]
                  deletes: products_deleted
                poll:
                  cursor: changed
                  safeUpTo: %s
                  interval: 50ms
                checkpoint:
                  index: cli-sync
                  every: 100ms
                verify:
                  settle: 1s
                """.formatted(name, url, name, name, postgres.jdbcUrl().replaceFirst("\\?.*", ""), Shop.SAFE_UP_TO);
    }

    private SyncProcess start(Object... arguments) throws IOException {
        String[] texts = Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
        SyncProcess process = SyncProcess.start(folder, Map.of("SHOP_PASSWORD", SECRET), texts);
        processes.add(process);
        return process;
    }

    private SyncProcess ended(Object... arguments) throws IOException, InterruptedException {
        SyncProcess process = start(arguments);
        process.end();
        return process;
    }

    /** Waits until the run has stored one. */
    private void awaitPosition(ElasticsearchServer server, String name) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (position(server, name).isEmpty()) {
            assertThat(System.nanoTime()).as("%s", processes).isLessThan(end);
            Thread.sleep(20);
        }
    }

    /** Returns the stored document; empty if there is none. */
    private static String position(ElasticsearchServer server, String name) throws IOException, InterruptedException {
        var answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(server.url() + "/cli-sync/_source/position:" + name))
                        .build(),
                BodyHandlers.ofString());
        return answer.statusCode() == 200 ? answer.body() : "";
    }

    /** A row that polling does not find any more, as it has an old cursor. */
    private void insertUnseen(long id) throws SQLException {
        shop.run("alter table products disable trigger stamp; insert into products values (" + id
                + ", 'unseen', nextval('products_version'), '3'); alter table products enable trigger stamp");
    }

    private void put(long from, long to) throws SQLException {
        shop.run("insert into products (id, name) select i, 'name ' || i from generate_series(" + from + ", " + to
                + ") i on conflict (id) do update set name = excluded.name || ' new'");
    }

    private int write(AtomicBoolean over) throws SQLException {
        int changes = 0;
        try (Connection connection = postgres.dataSource().getConnection()) {
            while (!over.get()) {
                Shop.put(connection, changes % 1_500, "changed " + changes);
                Shop.delete(connection, (changes * 7L) % 1_500);
                changes++;
            }
        }
        return changes;
    }

    /** Makes a replication slot and reads it until it is closed. */
    private Connection readerOf(String slot) throws SQLException {
        shop.run("select pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
        Properties properties = new Properties();
        properties.setProperty("user", PostgresServer.USER);
        properties.setProperty("replication", "database");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("assumeMinServerVersion", "9.4");
        Connection connection = DriverManager.getConnection(postgres.jdbcUrl(), properties);
        var unused = connection
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(slot)
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", "optimist")
                .start();
        return connection;
    }

    private List<String> slots() {
        return texts("select slot_name from pg_replication_slots");
    }

    private List<String> texts(String query) {
        List<String> texts = new ArrayList<>();
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                texts.add(row.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
        return texts;
    }

    private static void send(ElasticsearchServer server, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path + "?refresh=true"))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, BodyHandlers.ofString())
                        .statusCode())
                .isBetween(200, 201);
    }
}
