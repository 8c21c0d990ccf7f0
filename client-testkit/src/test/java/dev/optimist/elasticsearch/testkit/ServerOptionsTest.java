package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.util.ClearSystemProperty;
import org.junit.jupiter.api.util.SetSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerOptionsTest {
    private final ServerOptions options = new ServerOptions();

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void aClusterHasANode(int nodes) {
        assertThatThrownBy(() -> options.nodes(nodes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nodes must be 1 or more, is " + nodes);
        assertThat(options.nodes()).isEqualTo(1);
        assertThat(options.nodes(1).nodes()).isEqualTo(1);
    }

    @Test
    void aPasswordHasSixCharacters() {
        assertThatThrownBy(() -> options.password("12345"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("password must have 6 characters or more");
        assertThat(options.password()).isNull();
        assertThat(options.password("123456").password()).isEqualTo("123456");
    }

    @Test
    @SetSystemProperty(key = "optimist.testkit.server", value = "container")
    @SetSystemProperty(key = "optimist.testkit.version", value = "8.19.21")
    @SetSystemProperty(key = "optimist.testkit.cache", value = "/property")
    void systemPropertiesAreTaken() {
        ServerOptions set = new ServerOptions();

        assertThat(set.server()).isEqualTo("container");
        assertThat(set.version()).isEqualTo("8.19.21");
        assertThat(set.cache()).isEqualTo(Path.of("/property"));
    }

    @Test
    @SetSystemProperty(key = "optimist.testkit.server", value = "container")
    @SetSystemProperty(key = "optimist.testkit.version", value = "8.19.21")
    @SetSystemProperty(key = "optimist.testkit.cache", value = "/property")
    void whatIsSetGoesBeforeSystemProperties() {
        ServerOptions set =
                new ServerOptions().server("process").version("7.17.29").cache(Path.of("/set"));

        assertThat(set.server()).isEqualTo("process");
        assertThat(set.version()).isEqualTo("7.17.29");
        assertThat(set.cache()).isEqualTo(Path.of("/set"));
    }

    @Test
    @SetSystemProperty(key = "optimist.testkit.version", value = " ")
    void aBlankPropertyIsNone() {
        String withBlank = new ServerOptions().version();
        System.clearProperty("optimist.testkit.version");

        assertThat(withBlank).isEqualTo(new ServerOptions().version());
    }

    @Test
    @ClearSystemProperty(key = "optimist.testkit.cache")
    void theCacheIsTheUsersByDefault() {
        assertThat(new ServerOptions().cache()).isAbsolute();
    }

    @Test
    @SetSystemProperty(key = "optimist.testkit.cache", value = "target/cache")
    void aRelativeCacheIsBelowTheWorkingFolder() {
        Path absolute = Path.of("target", "cache").toAbsolutePath();

        assertThat(new ServerOptions().cache()).isEqualTo(absolute);
        assertThat(options.cache(Path.of("target/cache")).cache()).isEqualTo(absolute);
    }

    @Test
    void javaOptionsReplaceTheDefaults() {
        assertThat(options.javaOptions()).contains("-Xmx512m");
        assertThat(options.javaOptions("-Xmx1g", "-Xms1g").javaOptions()).containsExactly("-Xmx1g", "-Xms1g");
    }

    @Test
    void settingsAreText() {
        assertThat(options.setting("indices.query.bool.max_clause_count", 2048).settings())
                .containsEntry("indices.query.bool.max_clause_count", "2048");
    }
}
