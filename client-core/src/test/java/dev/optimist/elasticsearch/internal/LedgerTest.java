package dev.optimist.elasticsearch.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.optimist.elasticsearch.internal.Ledger.Entry;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {

    @Test
    void hasAFormatThatStays() throws Exception { // it is in users' documents
        Ledger ledger = new Ledger("s.0-0.0", 17, 9, List.of(new Entry(16, "a:b"), new Entry(17, "\"中\n")));
        String json = "{\"born\":\"s.0-0.0\",\"n\":17,\"dropped\":9,\"writes\":[\"16:a:b\",\"17:\\\"中\\n\"]}";
        assertThat(new String(ledger.toJson(), UTF_8)).isEqualTo(json);
        assertThat(parse(json)).isEqualTo(ledger);
        assertThat(parse("{\"later\":{\"n\":[1]}," + json.substring(1))).isEqualTo(ledger);
    }

    @Test
    void readsOnlyTheBytesItIsGiven() throws Exception {
        byte[] bytes = "xx{\"born\":\"b\",\"n\":1,\"dropped\":0,\"writes\":[]}}}".getBytes(UTF_8);
        assertThat(Ledger.parse(bytes, 2, bytes.length - 4)).isEqualTo(new Ledger("b", 1, 0, List.of()));
    }

    @Test
    void beginsWithTheFirstWrite() {
        assertThat(Ledger.after(null, "a", null, 1)).isEqualTo(new Ledger("a", 1, 0, List.of(new Entry(1, "a"))));
    }

    @Test
    void growsByOneAWriteAndKeepsWhereItBegan() {
        Ledger ledger = after(3, null, "a", "b", "c");
        assertThat(ledger)
                .isEqualTo(new Ledger("a", 3, 0, List.of(new Entry(1, "a"), new Entry(2, "b"), new Entry(3, "c"))));
        assertThat(ledger.contains("b")).isTrue();
        assertThat(ledger.contains("B")).isFalse();
        assertThat(ledger.contains("")).isFalse();
    }

    @Test
    void dropsTheOldestAndSaysUpToWhich() {
        assertThat(after(2, null, "a", "b", "c"))
                .isEqualTo(new Ledger("a", 3, 1, List.of(new Entry(2, "b"), new Entry(3, "c"))));
        assertThat(after(1, null, "a", "b", "c")).isEqualTo(new Ledger("a", 3, 2, List.of(new Entry(3, "c"))));
    }

    @Test
    void isCutWhenTheSizeIsSetLower() {
        Ledger smaller = Ledger.after(after(5, null, "a", "b", "c", "d", "e"), "f", null, 2);
        assertThat(smaller).isEqualTo(new Ledger("a", 6, 4, List.of(new Entry(5, "e"), new Entry(6, "f"))));
        Ledger larger = Ledger.after(smaller, "g", null, 9);
        assertThat(larger.dropped()).as("what is gone is gone").isEqualTo(4);
        assertThat(larger.writes()).hasSize(3);
    }

    @Test
    void neverForgetsThatItDroppedALaterOne() {
        Ledger odd = new Ledger("a", 9, 8, List.of(new Entry(1, "a"), new Entry(9, "b")));
        assertThat(Ledger.after(odd, "c", null, 2).dropped()).isEqualTo(8);
    }

    @Test
    void theSameIdMoves() {
        assertThat(after(9, null, "a", "b", "a"))
                .isEqualTo(new Ledger("a", 3, 0, List.of(new Entry(2, "b"), new Entry(3, "a"))));
        assertThat(after(2, null, "a", "b", "a").dropped())
                .as("nobody was dropped for it")
                .isZero();
    }

    @Test
    void aSettledWriteMakesRoomForTheNextOfItsSlot() {
        Ledger ledger = after(2, "s.0-1.", "s.0-1.a", "other", "s.0-1.b");
        assertThat(ledger)
                .isEqualTo(new Ledger("s.0-1.a", 3, 0, List.of(new Entry(2, "other"), new Entry(3, "s.0-1.b"))));
        // neither the same slot of another session or generation, nor a slot that begins alike
        Ledger others = after(9, null, "s.1-1.a", "t.0-1.a", "s.0-10.a", "s.0-1");
        assertThat(Ledger.after(others, "s.0-1.c", "s.0-1.", 9).writes()).hasSize(5);
    }

    @Test
    void doesNotShareItsList() {
        List<Entry> writes = new java.util.ArrayList<>(List.of(new Entry(1, "a")));
        Ledger ledger = new Ledger("a", 1, 0, writes);
        writes.clear();
        assertThat(ledger.contains("a")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"a\":1}",
                "{\"n\":1,\"dropped\":0,\"writes\":[]}",
                "{\"born\":\"b\",\"dropped\":0,\"writes\":[]}",
                "{\"born\":\"b\",\"n\":1,\"writes\":[]}",
                "{\"born\":\"b\",\"n\":1,\"dropped\":0}",
                "{\"born\":\"b\",\"n\":0,\"dropped\":0,\"writes\":[]}",
                "{\"born\":\"b\",\"n\":1,\"dropped\":-1,\"writes\":[]}",
                "{\"born\":\"b\",\"n\":\"1\",\"dropped\":0,\"writes\":[]}",
                "{\"born\":\"b\",\"n\":null,\"dropped\":0,\"writes\":[]}",
                "{\"born\":\"b\",\"n\":9223372036854775808,\"dropped\":0,\"writes\":[]}",
                "{\"born\":null,\"n\":1,\"dropped\":0,\"writes\":[]}",
                "{\"born\":7,\"n\":1,\"dropped\":0,\"writes\":[]}",
                "{\"born\":{\"n\":1,\"dropped\":0,\"writes\":[]}}",
                "{\"born\":\"b\",\"n\":1,\"dropped\":0,\"writes\":{}}",
                "{\"born\":\"b\",\"n\":1,\"dropped\":0,\"writes\":\"1:a\"}",
                "{\"born\":\"b\",\"n\":1,\"dropped\":0,\"writes\":[\"a\"]}",
                "{\"born\":\"b\",\"n\":1,\"dropped\":0,\"writes\":[\":a\"]}",
                "{\"born\":\"b\",\"n\":1,\"dropped\":0,\"writes\":[\"x:a\"]}",
                "{\"born\":\"b\",\"n\":1,\"dropped\":0,\"writes\":[\"1:a\",5]}",
                "{\"born\":\"b\",\"n\":1,\"dropped\":0,\"writes\":[null]}",
                "{\"born\":\"b\",\"n\":1,\"dropped\":0,\"writes\":[[\"1:a\"]]}"
            })
    void refusesWhatIsNone(String json) {
        assertThatThrownBy(() -> parse(json)).isInstanceOf(IOException.class);
    }

    private static Ledger parse(String json) throws IOException {
        byte[] bytes = json.getBytes(UTF_8);
        return Ledger.parse(bytes, 0, bytes.length);
    }

    private static Ledger after(int size, @Nullable String settled, String... ids) {
        Ledger ledger = null;
        for (String id : ids) {
            ledger = Ledger.after(ledger, id, id.startsWith("s.") ? settled : null, size);
        }
        return java.util.Objects.requireNonNull(ledger);
    }
}
