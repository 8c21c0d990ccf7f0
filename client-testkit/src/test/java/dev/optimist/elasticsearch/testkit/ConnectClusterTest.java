package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

class ConnectClusterTest {
    @Test
    void namesWhatIsOutOfBounds() {
        assertThatThrownBy(() -> new ConnectClusterOptions().workers(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("workers must be 1 or more, is 0");
        assertThatThrownBy(() -> PluginFolder.of(List.of(), List.of("debezium"), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be group:artifact:version, is debezium");
    }

    @Test
    void makesAPluginOfClasses() throws IOException {
        Path plugins;
        try (PluginFolder folder = PluginFolder.of(
                List.of(), List.of(), List.of(new ClassesAsPlugin(Runnable.class, TinyServer.class, List.of())))) {
            plugins = folder.path();
            try (JarFile jar =
                    new JarFile(plugins.resolve("TinyServer/classes.jar").toFile())) {
                assertThat(jar.stream().map(ZipEntry::getName))
                        .containsExactly(
                                "dev/optimist/elasticsearch/testkit/TinyServer.class",
                                "META-INF/services/java.lang.Runnable");
            }
        }
        assertThat(plugins).doesNotExist();
    }

    @Test
    void takesOtherPortsIfOneWasTakenMeanwhile() {
        List<List<Integer>> tried = new ArrayList<>();
        String started = KafkaProgram.onFreePorts(2, ports -> {
            tried.add(ports);
            if (tried.size() < 3) {
                throw new KafkaProgram.PortTakenException("taken");
            }
            return "started";
        });
        assertThat(started).isEqualTo("started");
        assertThat(tried)
                .hasSize(3)
                .allSatisfy(ports -> assertThat(ports).hasSize(2).doesNotHaveDuplicates());
        assertThatThrownBy(() -> KafkaProgram.<String>onFreePorts(1, ports -> {
                    throw new KafkaProgram.PortTakenException("always taken");
                }))
                .isInstanceOf(ServerStartException.class)
                .hasMessage("always taken");
    }

    @Test
    void saysWhichPluginIsNotThere() {
        assertThatThrownBy(() -> PluginFolder.of(List.of(Path.of("/no/such.zip")), List.of(), List.of()))
                .hasMessageContaining("/no/such.zip");
    }
}
