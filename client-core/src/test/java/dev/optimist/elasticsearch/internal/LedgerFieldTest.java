package dev.optimist.elasticsearch.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.internal.Ledger.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerFieldTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final LedgerField FIELD = new LedgerField("ledger");
    private static final Ledger LEDGER = new Ledger("b", 2, 0, List.of(new Entry(1, "x"), new Entry(2, "}\",{")));
    private static final String VALUE = new String(LEDGER.toJson(), UTF_8);

    /** Pieces that a search for braces, quotes, commas or the name would stumble over. */
    private static final List<String> STRINGS = List.of(
            "",
            "a",
            "ledger",
            "\"ledger\":{",
            "}",
            "{",
            "},{",
            "]",
            "\\",
            "\\\"",
            "\"",
            ",",
            ":",
            "\n\t\u0000",
            "ä",
            "中文",
            "\uD83D\uDE00",
            "\u2028");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{L}|{}",
                "{ L }|{ }",
                "{L,'a':1}|{'a':1}",
                "{L , 'a':1}|{'a':1}",
                "{'a':1,L}|{'a':1}",
                "{'a':1 , L }|{'a':1 }",
                "{'a':1,L,'b':2}|{'a':1,'b':2}",
                "{'a':'x',L,'b':'y'}|{'a':'x','b':'y'}",
                "{'a':{'ledger':{}},L}|{'a':{'ledger':{}}}",
                "{'a':['}',{'ledger':5}],L}|{'a':['}',{'ledger':5}]}",
                "{'a':null,L,'b':true}|{'a':null,'b':true}",
                "{'a':-1.5e300,L,'b':[]}|{'a':-1.5e300,'b':[]}",
                "{'ledgers':1,L,'ledge':2}|{'ledgers':1,'ledge':2}",
                "{'a':1.0,'b':12345678901234567890.10}|{'a':1.0,'b':12345678901234567890.10}",
                "{}|{}"
            })
    void takesTheFieldOutWhereverItStands(String with, String without) throws IOException {
        String source = with.replace('\'', '"').replace("L", "\"ledger\":" + VALUE);
        LedgerField.Parts parts = FIELD.split(source.getBytes(UTF_8));
        assertThat(new String(parts.document(), UTF_8)).isEqualTo(without.replace('\'', '"'));
        assertThat(parts.ledger()).isEqualTo(with.contains("L") ? LEDGER : null);
    }

    @Test
    void knowsItsNameInEverySpelling() throws IOException {
        String escaped = "{\"a\":1,\"\\u006cedg\\u0065r\":" + VALUE + "}";
        LedgerField.Parts parts = FIELD.split(escaped.getBytes(UTF_8));
        assertThat(new String(parts.document(), UTF_8)).isEqualTo("{\"a\":1}");
        assertThat(parts.ledger()).isEqualTo(LEDGER);
        assertThatThrownBy(() -> FIELD.join(escaped.getBytes(UTF_8), LEDGER))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|{L}",
                "{'a':1}|{'a':1,L}",
                "{'a':'}'}|{'a':'}',L}",
                "{'a':{}}|{'a':{},L}",
                "{'a':'{'}|{'a':'{',L}",
                "{'a':{'ledger':1}}|{'a':{'ledger':1},L}"
            })
    void putsItBehindTheOthers(String document, String joined) {
        byte[] bytes = FIELD.join(document.replace('\'', '"').getBytes(UTF_8), LEDGER);
        assertThat(new String(bytes, UTF_8)).isEqualTo(joined.replace('\'', '"').replace("L", "\"ledger\":" + VALUE));
    }

    @Test
    void toleratesSpaceAtTheEnds() throws IOException {
        for (String spaced : List.of(" {} ", "\n{ \n}\n", "{\n  \"a\" : 1\n}\n", " { \"a\" : [ ] } \t\r\n")) {
            byte[] joined = FIELD.join(spaced.getBytes(UTF_8), LEDGER);
            assertThat(JSON.readTree(joined).get("ledger")).isEqualTo(JSON.readTree(VALUE));
            LedgerField.Parts parts = FIELD.split(joined);
            assertThat(parts.ledger()).isEqualTo(LEDGER);
            assertThat(JSON.readTree(parts.document())).isEqualTo(JSON.readTree(spaced));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"ledger\":{}}", "{\"ledger\":null}", "{\"a\":1,\"ledger\":\"x\"}", "{\"ledger\":1,\"b\":{}}"})
    void refusesADocumentThatHasTheField(String document) {
        assertThatThrownBy(() -> FIELD.join(document.getBytes(UTF_8), LEDGER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[ledger]")
                .hasMessageContaining("WriteLedger.withField");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"n\":1}", "[]", "null", "5", "\"x\"", "true"})
    void refusesWhatIsNoLedger(String value) {
        for (String source : List.of(
                "{\"ledger\":" + value + "}",
                "{\"ledger\":" + value + ",\"a\":1}",
                "{\"a\":\"{\",\"ledger\":" + value + "}")) {
            assertThatThrownBy(() -> FIELD.split(source.getBytes(UTF_8))).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void givesBackEveryDocumentByteForByte(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            byte[] document = JSON.writeValueAsBytes(object(random, 3));
            LedgerField.Parts parts = FIELD.split(FIELD.join(document, LEDGER));
            assertThat(parts.document()).as("%s", new String(document, UTF_8)).isEqualTo(document);
            assertThat(parts.ledger()).isEqualTo(LEDGER);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void takesItOutOfEveryDocument(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            ObjectNode document = object(random, 3);
            List<String> names = new ArrayList<>();
            document.fieldNames().forEachRemaining(names::add);
            names.add("ledger");
            Collections.shuffle(names, random);
            ObjectNode with = JSON.createObjectNode();
            for (String name : names) {
                with.set(name, name.equals("ledger") ? JSON.readTree(VALUE) : document.get(name));
            }
            byte[] source = random.nextBoolean()
                    ? JSON.writeValueAsBytes(with)
                    : JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(with);
            LedgerField.Parts parts = FIELD.split(source);
            assertThat(JSON.readTree(parts.document()))
                    .as("%s", new String(source, UTF_8))
                    .isEqualTo(document);
            assertThat(parts.ledger()).isEqualTo(LEDGER);
        }
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = JSON.createObjectNode();
        for (int i = random.nextInt(5); i > 0; i--) {
            String name = string(random) + (depth == 3 ? i : ""); // "ledger" itself only further down
            object.set(name, value(random, depth - 1));
        }
        return object;
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
            case 2 -> JSON.getNodeFactory().numberNode(random.nextLong());
            case 3 -> JSON.getNodeFactory().numberNode(random.nextDouble());
            case 4, 5 -> JSON.getNodeFactory().textNode(string(random));
            case 6 -> JSON.createArrayNode().add(value(random, depth - 1)).add(value(random, depth - 1));
            default -> object(random, depth);
        };
    }

    private static String string(Random random) {
        StringBuilder string = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            string.append(STRINGS.get(random.nextInt(STRINGS.size())));
        }
        return random.nextInt(50) == 0 ? string.toString().repeat(2000) : string.toString();
    }
}
