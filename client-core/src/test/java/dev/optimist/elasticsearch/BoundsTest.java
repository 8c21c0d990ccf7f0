package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class BoundsTest {

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "a*",
                "a?",
                "a,b",
                "a b",
                "a/b",
                "a\\b",
                "a\"",
                "<a-{now/d}>",
                "a>",
                "a|b",
                "a#",
                "other:index",
                "_all",
                "_doc",
                "-a",
                "+a",
                ".",
                ".."
            })
    void refusesWhatIsNotOneIndex(String name) {
        refused("index", () -> Bounds.index(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"website", ".hidden", "a-b", "a_b", "a+b", "logs-2024.01.01", "中文", "é", "...", "1"})
    void takesTheNameOfOneIndex(String name) {
        assertThat(Bounds.index(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"\uD83D", "a\uDE00b", "\uDE00\uD83D"}) // halves of a surrogate pair would go out as '?'
    void refusesWhatIsNotAnId(String id) {
        refused("id ", () -> Bounds.id(id));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "中", "🛒"}) // of 1 to 4 bytes each
    void takesIdsUpTo512BytesNotCharacters(String unit) {
        int bytes = unit.getBytes(StandardCharsets.UTF_8).length;
        String longest = unit.repeat(512 / bytes) + "y".repeat(512 % bytes);
        assertThat(Bounds.id(longest)).isEqualTo(longest);
        refused("id ", () -> Bounds.id(longest + "z"));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void countsTheBytesOfAnyId(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            String id = random.ints(1 + random.nextInt(400), 0, 0x1_0000)
                    .filter(c -> c < 0xD800 || c > 0xDFFF)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .append('x')
                    .toString();
            if (id.getBytes(StandardCharsets.UTF_8).length <= 512) {
                assertThat(Bounds.id(id)).isEqualTo(id);
            } else {
                refused("id ", () -> Bounds.id(id));
            }
        }
    }

    @Test
    void namesTheParameter() {
        refused("routing ", () -> Bounds.text("routing", ""));
        refused("routing ", () -> Bounds.text("routing", "é\uD83D"));
        refused("type ", () -> Bounds.notNull("type", null));
        refused("requestTimeout ", () -> Bounds.positive("requestTimeout", Duration.ZERO));
        refused("deadline ", () -> Bounds.positive("deadline", Duration.ofSeconds(-1)));
        refused("version ", () -> Bounds.version("version", 4, 5));
        refused("version ", () -> Bounds.version("version", Long.MAX_VALUE, 5));
    }

    @Test
    void takesWhatIsInBounds() {
        assertThat(Bounds.text("routing", null)).isNull();
        assertThat(Bounds.text("routing", "🛒")).isEqualTo("🛒");
        assertThat(Bounds.positive("deadline", Duration.ofNanos(1))).isEqualTo(Duration.ofNanos(1));
        Bounds.version("version", 5, 5);
        Bounds.version("version", Long.MAX_VALUE - 1, 5);
    }

    private static void refused(String parameter, Runnable call) {
        assertThatIllegalArgumentException().isThrownBy(call::run).withMessageStartingWith(parameter);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\uD800"})
    void refusesAWriteId(String writeId) {
        assertThatThrownBy(() -> Bounds.writeId(writeId))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("writeId");
        assertThat(Bounds.writeId("x".repeat(256))).hasSize(256);
        assertThatThrownBy(() -> Bounds.writeId("x".repeat(257))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "_mapping", "_search"})
    void refusesWhatIsNoMappingType(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DocumentOptions().mappingType(name))
                .withMessageStartingWith("mappingType must not be empty, nor begin with _");
    }

    @Test
    void takesAMappingTypeOrNone() {
        assertThat(new DocumentOptions().mappingType("_doc").mappingType()).isEqualTo("_doc");
        assertThat(new DocumentOptions().mappingType("blog").mappingType(null).mappingType())
                .isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DocumentOptions()
                        .mappingType("blog")
                        .requireAlias(true)
                        .parameters())
                .withMessageStartingWith("require_alias: not with a mapping type");
    }
}
