package dev.optimist.elasticsearch.testkit;

import static dev.optimist.elasticsearch.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The JVM that has started a server ends without closing it. */
class JvmEndsIT {
    /** The watchdog grants the server 15 s. */
    private static final Duration BY_WATCHDOG = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("dev.optimist.elasticsearch.testkit.Versions#oldestAndNewest")
    void itReturnsFromMain(String version) throws Exception {
        try (ChildJvm jvm = ChildJvm.start(folder, ServerMain.class, "version=" + version)) {
            List<ProcessHandle> processes = started(jvm);
            long pid = Long.parseLong(jvm.report("pids"));

            assertThat(jvm.end()).isZero();

            assertThat(ProcessHandle.of(pid)).isEmpty(); // at once: not only by the watchdog, later
            assertThat(jvm.files()).isEmpty();
            assertNothingIsLeft(jvm, processes);
        }
    }

    /** A container where there is an engine, by its API of 1.41, unless the engine is so new that it has left that behind. */
    @Test
    void itReturnsFromMainWithAServerInWhateverForm() throws Exception {
        String requests = "com.github.dockerjava.zerodep.shaded.org.apache.hc.client5.http.headers";
        List<String> by = List.of(
                "env",
                "JAVA_TOOL_OPTIONS=-Dapi.version=1.41 -Dorg.slf4j.simpleLogger.log.org.testcontainers.shaded."
                        + requests + "=debug -Dorg.slf4j.simpleLogger.log." + requests + "=debug");
        try (ChildJvm jvm = ChildJvm.start(folder, by, ServerMain.class, "server=auto")) {
            String url = jvm.report("url");
            assertThat(Rest.get(url + "/_cluster/health")
                            .path("number_of_nodes")
                            .asInt())
                    .isEqualTo(1);
            String kind = jvm.report("kind");
            assertThat(jvm.output().contains("POST /v1.41/containers/create"))
                    .as("as %s", kind)
                    .isEqualTo(kind.equals("CONTAINER"));

            assertThat(jvm.end()).isZero();

            assertThatThrownBy(() -> Rest.get(url)).isInstanceOf(ConnectException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.optimist.elasticsearch.testkit.Versions#oldestAndNewest")
    void itIsKilled(String version) throws Exception {
        try (ChildJvm jvm = ChildJvm.start(folder, ServerMain.class, "version=" + version)) {
            List<ProcessHandle> processes = started(jvm);

            jvm.kill();

            assertNothingIsLeft(jvm, processes);
        }
    }

    @Test
    void itIsKilledWithAServerThatHasAPassword() throws Exception {
        try (ChildJvm jvm = ChildJvm.start(folder, ServerMain.class, "version=7.17.29", "password=secret")) {
            List<ProcessHandle> processes = started(jvm);

            jvm.kill();

            assertNothingIsLeft(jvm, processes);
        }
    }

    @Test
    void itIsKilledWhileTheServerStarts() throws Exception {
        try (ChildJvm jvm = ChildJvm.start(folder, ServerMain.class, "version=" + Versions.NEWEST)) {
            eventually("the server logs", Duration.ofMinutes(2), this::serverLogs);
            List<ProcessHandle> processes = jvm.descendants();

            jvm.kill();

            assertThat(jvm.output()).doesNotContain("url=");
            assertNothingIsLeft(jvm, processes);
        }
    }

    @Test
    void itIsKilledWhileTheServerIsPaused() throws Exception {
        try (ChildJvm jvm = ChildJvm.start(folder, ServerMain.class, "version=" + Versions.NEWEST)) {
            List<ProcessHandle> processes = started(jvm);
            Signals.pause(Long.parseLong(jvm.report("pids")));

            jvm.kill();

            assertNothingIsLeft(jvm, processes);
        }
    }

    /** Returns its processes, the watchdog too, once the server is ready. */
    private List<ProcessHandle> started(ChildJvm jvm) throws Exception {
        String pid = jvm.report("pids");
        List<ProcessHandle> processes = jvm.descendants();
        assertThat(processes).extracting(p -> Long.toString(p.pid())).contains(pid);
        assertThat(jvm.users()).extracting(p -> Long.toString(p.pid())).contains(pid);
        assertThat(jvm.files()).isNotEmpty();
        return processes;
    }

    private boolean serverLogs() throws IOException {
        try (Stream<Path> all = Files.find(folder, 5, (path, a) -> path.endsWith("logs"))) {
            List<Path> logs = all.toList();
            if (logs.isEmpty()) {
                return false;
            }
            try (Stream<Path> files = Files.list(logs.get(0))) {
                return files.findAny().isPresent();
            }
        }
    }

    private void assertNothingIsLeft(ChildJvm jvm, List<ProcessHandle> processes) throws Exception {
        eventually(
                "all processes have ended",
                BY_WATCHDOG,
                () -> processes.stream().noneMatch(ProcessHandle::isAlive));
        eventually("no temp folder is left", BY_WATCHDOG, () -> jvm.files().isEmpty());
        assertThat(jvm.users()).isEmpty();
    }
}
