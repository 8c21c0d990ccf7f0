package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root needs help to run Elasticsearch, nobody else does. */
class NormalUserIT {
    @TempDir
    Path folder;

    @Test
    void aUserWhoIsNotRootStartsIt() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        List<String> by = root ? List.of("unshare", "--user", "--map-user=1000", "--map-group=1000") : List.of();

        try (ChildJvm jvm = ChildJvm.start(folder, by, ServerMain.class, "version=7.17.29")) {
            assertThat(jvm.report("url")).startsWith("http://127.0.0.1:");
            assertThat(jvm.report("version")).isEqualTo("7.17.29");
            assertThat(jvm.report("user")).isNotEqualTo("root");
            assertThat(namespace(jvm.report("pids"))).isEqualTo(namespace(jvm.report("pid")));
            assertThat(Rest.get(jvm.report("url") + "/_cluster/health")
                            .path("number_of_nodes")
                            .asInt())
                    .isEqualTo(1);
            assertThat(jvm.end()).isZero();
            assertThat(jvm.files()).isEmpty();
        }
    }

    /** Returns which user namespace a process is in; where there are none, all are in the same. */
    private static String namespace(String pid) throws Exception {
        Path link = Path.of("/proc", pid, "ns", "user");
        return Files.exists(link) ? Files.readSymbolicLink(link).toString() : "";
    }
}
