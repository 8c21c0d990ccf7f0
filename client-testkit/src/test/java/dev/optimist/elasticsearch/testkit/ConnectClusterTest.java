package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectClusterTest {
    @Test
    void namesWhatIsOutOfBounds() {
        assertThatThrownBy(() -> new ConnectClusterOptions().workers(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("workers must be 1 or more, is 0");
        assertThatThrownBy(() -> PluginFolder.of(List.of(), List.of("debezium")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be group:artifact:version, is debezium");
    }

    @Test
    void saysWhichPluginIsNotThere() {
        assertThatThrownBy(() -> PluginFolder.of(List.of(Path.of("/no/such.zip")), List.of()))
                .hasMessageContaining("/no/such.zip");
    }
}
