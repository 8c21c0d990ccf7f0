package dev.optimist.elasticsearch.sync.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DebeziumOptionsTest {
    private static final JsonMapper JSON = new JsonMapper();

    private static DebeziumSource<ObjectNode> source(Consumer<DebeziumOptions> options) {
        return DebeziumSource.postgres(options);
    }

    @Test
    void whatIsOutOfBoundsIsNamed() {
        assertThatThrownBy(() -> source(o -> {})).hasMessage("table must be set");
        assertThatThrownBy(() -> source(o -> o.table("product"))).hasMessage("table must be schema.name, is product");
        assertThatThrownBy(() -> source(o -> o.port(0))).hasMessage("port must be between 1 and 65535, is 0");
        assertThatThrownBy(() -> source(o -> o.host(""))).hasMessage("host must not be empty");
        assertThatThrownBy(() -> source(o -> o.slot("My-Slot"))).hasMessageStartingWith("slot must be 1 to 63");
        assertThatThrownBy(() -> source(o -> o.publication("a\"; DROP TABLE b")))
                .hasMessageStartingWith("publication must be 1 to 63");
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot.mode", "offset.storage", "lsn.flush.mode", "database.password", "slot.name"})
    void whatTheSourceRestsOnIsItsOwn(String property) {
        assertThatThrownBy(() -> source(o -> o.property(property, "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(property + " is set by the source itself");
    }

    @Test
    void textsTellNoPassword() {
        DebeziumSource<ObjectNode> source =
                source(o -> o.table("public.product").password("s3cret"));
        assertThat(source).hasToString("DebeziumSource[public.product of localhost:5432/postgres, slot optimist]");
    }

    @Test
    void differentKeysStayDifferent() throws Exception {
        assertThat(id("{'a':'x|y'}")).isEqualTo("x|y");
        assertThat(id("{'a':7}")).isEqualTo("7");
        assertThat(id("{'a':'x|y','b':'z'}")).isEqualTo("x\\|y|z");
        assertThat(id("{'a':'x','b':'y|z'}")).isEqualTo("x|y\\|z");
        assertThat(id("{'a':'x\\\\','b':'y'}")).isEqualTo("x\\\\|y");
    }

    private static String id(String key) throws Exception {
        return Keys.joined((ObjectNode) JSON.readTree(key.replace('\'', '"')));
    }

    @Test
    void positionsAreReadAsTheyAreWritten() {
        LogPosition position = LogPosition.ofText("16/B374D848");
        assertThat(position).hasToString("16/B374D848");
        assertThat(LogPosition.parse(position.toJson())).isEqualTo(position);
        assertThatThrownBy(() -> LogPosition.parse("7")).hasMessage("not a position of a DebeziumSource: 7");
        assertThatThrownBy(() -> LogPosition.parse("{")).hasMessage("not a position of a DebeziumSource: {");
    }
}
