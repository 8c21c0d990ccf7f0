package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterIT {
    /** Containers where there is an engine. */
    @Test
    void nodesFindEachOtherInWhateverForm() throws Exception {
        try (ElasticsearchServer server =
                ElasticsearchServer.start(o -> o.server("auto").nodes(3))) {
            assertCluster(server);
        }
    }

    @Test
    void nodesFindEachOther() throws Exception {
        List<Long> pids;
        try (ElasticsearchServer server = ElasticsearchServer.start(
                o -> o.server("process").version(Versions.NEWEST).nodes(3))) {
            assertCluster(server);
            pids = server.pids();
            assertThat(pids)
                    .hasSize(3)
                    .doesNotHaveDuplicates()
                    .allMatch(pid -> ProcessHandle.of(pid).isPresent());
        }
        assertThat(pids).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
    }

    private static void assertCluster(ElasticsearchServer server) throws Exception {
        assertThat(server.urls()).hasSize(3).doesNotHaveDuplicates().contains(server.url());
        for (String url : server.urls()) {
            assertThat(Rest.get(url + "/_cluster/health")
                            .path("number_of_nodes")
                            .asInt())
                    .as(url)
                    .isEqualTo(3);
        }
    }
}
