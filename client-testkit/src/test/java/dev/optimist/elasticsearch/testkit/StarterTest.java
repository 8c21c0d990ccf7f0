package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be had is refused before anything is fetched. */
class StarterTest {
    @TempDir
    Path cache;

    @AfterEach
    void nothingWasFetched() {
        assertThat(cache).isEmptyDirectory();
    }

    private void start(String server, String version, Consumer<ServerOptions> more) {
        ElasticsearchServer.start(
                o -> more.accept(o.server(server).version(version).cache(cache)));
    }

    @ParameterizedTest
    @CsvSource({
        "2.4.6, Elasticsearch 2.4.6",
        "5.6.16, Elasticsearch 5.6.16",
        "6.8.23, Elasticsearch 6.8.23",
        "opensearch-2.19.6, OpenSearch 2.19.6",
        "opensearch-3.6.0, OpenSearch 3.6.0"
    })
    void someAreOneProcessAndNothingElse(String version, String title) {
        assertThatThrownBy(() -> start("container", version, o -> {}))
                .isInstanceOf(ServerStartException.class)
                .hasMessage("optimist.testkit.server must be process or auto, is container: " + title
                        + " is not started as one");
        for (String server : List.of("auto", "process")) {
            assertThatThrownBy(() -> start(server, version, o -> o.nodes(2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("nodes must be 1 with " + title + ", is 2");
            assertThatThrownBy(() -> start(server, version, o -> o.password("123456")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("password: none can be had with " + title);
        }
    }

    @Test
    void aJavaThatIsTooNewIsRefused() {
        JavaHome java = new JavaHome(Path.of("jdk-25"), 25);

        assertThatThrownBy(() -> start("process", "5.6.16", o -> o.javaHomes(List.of(java))))
                .isInstanceOf(ServerStartException.class)
                .hasMessageStartingWith(
                        "Elasticsearch 5.6.16 needs a Java 17, and there is none that fits. Found: 25 in jdk-25.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "container", "process"})
    void aVersionThatIsNotStartedIsRefusedInAnyForm(String server) {
        assertThatThrownBy(() -> start(server, "6.7.2", o -> {}))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("optimist.testkit.version must be");
    }
}
