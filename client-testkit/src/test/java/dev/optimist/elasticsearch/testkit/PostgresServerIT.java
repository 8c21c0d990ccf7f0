package dev.optimist.elasticsearch.testkit;

import static dev.optimist.elasticsearch.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerIT {
    @TempDir
    Path folder;

    @Test
    void itDecodesItsLogListensOnLoopbackAndEndsWhenClosed() throws Exception {
        ProcessHandle process;
        Path data;
        try (PostgresServer server = PostgresServer.start()) {
            process = ProcessHandle.of(server.pid()).orElseThrow();
            server.execute("CREATE TABLE book (id int PRIMARY KEY)");
            assertThat(query(server, "SELECT count(*) FROM book")).isEqualTo("0");
            assertThat(query(server, "SHOW wal_level")).isEqualTo("logical");
            assertThat(query(server, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(query(server, "SELECT slot_name FROM pg_create_logical_replication_slot('s', 'pgoutput')"))
                    .isEqualTo("s");
            data = Path.of(query(server, "SHOW data_directory"));
            assertThat(data).exists();
        }
        assertThat(process.isAlive()).isFalse();
        assertThat(data.getParent()).doesNotExist();
    }

    @Test
    void itEndsWithTheJvmThatReturnsFromMain() throws Exception {
        try (ChildJvm jvm = ChildJvm.start(folder, PostgresMain.class)) {
            ProcessHandle process = process(jvm);
            assertThat(jvm.end()).isZero();
            assertThat(process.isAlive()).isFalse(); // at once: not only by the watchdog, later
            assertThat(left(jvm)).isEmpty();
        }
    }

    @Test
    void itEndsWithTheJvmThatIsKilled() throws Exception {
        try (ChildJvm jvm = ChildJvm.start(folder, PostgresMain.class)) {
            ProcessHandle server = process(jvm);
            List<ProcessHandle> processes = Stream.of(
                            Stream.of(server), server.descendants(), jvm.descendants().stream())
                    .flatMap(all -> all)
                    .toList();
            assertThat(processes).hasSizeGreaterThan(3); // the server, its workers, the watchdog
            assertThat(left(jvm)).hasSize(1);
            jvm.kill();
            eventually(
                    "all processes have ended",
                    Duration.ofSeconds(40),
                    () -> processes.stream().noneMatch(ProcessHandle::isAlive));
            eventually(
                    "no folder is left", Duration.ofSeconds(40), () -> left(jvm).isEmpty());
        }
    }

    private static List<Path> left(ChildJvm jvm) throws Exception {
        return jvm.files().stream()
                .filter(path -> path.getFileName().toString().startsWith("optimist-"))
                .toList();
    }

    private static ProcessHandle process(ChildJvm jvm) throws Exception {
        return ProcessHandle.of(Long.parseLong(jvm.report("pid"))).orElseThrow();
    }

    private static String query(PostgresServer server, String sql) throws Exception {
        try (Connection connection = server.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }
}
