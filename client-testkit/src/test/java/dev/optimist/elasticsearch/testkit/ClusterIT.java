package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterIT {
    @Test
    void nodesFindEachOther() throws Exception {
        List<Long> pids;
        try (ElasticsearchServer server = ElasticsearchServer.start(
                o -> o.server("process").version(Versions.NEWEST).nodes(3))) {
            assertThat(server.urls()).hasSize(3).doesNotHaveDuplicates().contains(server.url());
            for (String url : server.urls()) {
                assertThat(Rest.get(url + "/_cluster/health")
                                .path("number_of_nodes")
                                .asInt())
                        .as(url)
                        .isEqualTo(3);
            }
            pids = server.pids();
            assertThat(pids)
                    .hasSize(3)
                    .doesNotHaveDuplicates()
                    .allMatch(pid -> ProcessHandle.of(pid).isPresent());
        }
        assertThat(pids).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
    }
}
