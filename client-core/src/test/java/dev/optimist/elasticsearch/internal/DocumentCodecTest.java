package dev.optimist.elasticsearch.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentCodecTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String DIGITS =
            "{\"a\":123456789012345678901234567890,\"b\":1.10,\"c\":0.1234567890123456789012345,\"d\":null}";

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Numbers(
            double d,
            float f,
            double[] ds,
            float[] fs,
            @Nullable Double boxed) {}

    record Named(@Nullable String name, int n) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"b\":2} ~ {\"b\":2,\"a\":1}",
                "{\"a\":1} ~ { \"a\" :\t 1 }",
                "{\"a\":1.1} ~ {\"a\":1.10}",
                "{\"a\":{\"b\":[1,{\"c\":2,\"d\":3}]}} ~ {\"a\":{\"b\":[1,{\"d\":3,\"c\":2}]}}",
                "{\"a\":\"\\u00e9\"} ~ {\"a\":\"é\"}",
                "{\"a\":123456789012345678901234567890} ~ {\"a\": 123456789012345678901234567890}",
                "{\"a\":0.1234567890123456789012345} ~ {\"a\": 0.1234567890123456789012345}"
            })
    void sameJsonWhateverTheOrderAndWhiteSpace(String one, String other) {
        assertThat(same(one, other)).isTrue();
        assertThat(same(other, one)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{\"a\":1} ~ {\"a\":2}",
                "{\"a\":1} ~ {\"a\":\"1\"}",
                "{\"a\":1} ~ {\"a\":1,\"b\":null}",
                "{\"a\":null} ~ {}",
                "{\"a\":[1,2]} ~ {\"a\":[2,1]}",
                "{\"a\":[1]} ~ {\"a\":1}",
                // whoever changes 1 into 1.0 means it
                "{\"a\":1} ~ {\"a\":1.0}",
                // equal as doubles
                "{\"a\":123456789012345678901234567890} ~ {\"a\":123456789012345678901234567891}",
                "{\"a\":9007199254740993.0} ~ {\"a\":9007199254740992.0}",
                "{\"a\":0.1234567890123456789012345} ~ {\"a\":0.1234567890123456789012346}"
            })
    void otherJsonIfAnyDigitDiffers(String one, String other) {
        assertThat(same(one, other)).isFalse();
        assertThat(same(other, one)).isFalse();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void shufflingFieldsKeepsADocumentTheSameAndChangingOneDoesNot(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            ObjectNode tree = tree(random, 3);
            ObjectNode shuffled = (ObjectNode) shuffled(tree, random);
            assertThat(same(tree.toString(), shuffled.toPrettyString())).isTrue();
            shuffled.put("one more", random.nextInt());
            assertThat(same(tree.toString(), shuffled.toString())).isFalse();
        }
    }

    @Test
    void refusesNumbersThatJsonDoesNotHave() {
        DocumentCodec<Numbers> codec = codec(Numbers.class, MAPPER);
        double[] doubles = {1, Double.NEGATIVE_INFINITY};
        float[] floats = {1, Float.NaN};
        double nan = Double.NaN;
        float infinite = Float.POSITIVE_INFINITY;
        refused("NaN", codec, new Numbers(nan, 1, new double[0], new float[0], null));
        refused("Infinity", codec, new Numbers(1, infinite, new double[0], new float[0], null));
        refused("-Infinity at /ds/1", codec, new Numbers(1, 1, doubles, new float[0], null));
        refused("NaN at /fs/1", codec, new Numbers(1, 1, new double[0], floats, null));
        refused("NaN at /boxed", codec, new Numbers(1, 1, new double[0], new float[0], nan));
        refused(
                "NaN at /a",
                codec(JsonNode.class, MAPPER),
                MAPPER.createObjectNode().put("a", nan));
        refused(
                "NaN at /a",
                codec(JsonNode.class, MAPPER),
                MAPPER.createObjectNode().put("a", Float.NaN));
        refused("Infinity", codec(Map.class, MAPPER), Map.of("a", List.of(Map.of("b", infinite))));
    }

    @Test
    void writesOrdinaryNumbersAsTheyAre() {
        Numbers numbers = new Numbers(1.5, -0.0f, new double[] {1e300, 0.1}, new float[] {0.1f}, 2.0);
        assertThat(codec(Numbers.class, MAPPER).write(numbers))
                .asString(UTF_8)
                .isEqualTo("{\"d\":1.5,\"f\":-0.0,\"ds\":[1.0E300,0.1],\"fs\":[0.1],\"boxed\":2.0}");
    }

    @Test
    void refusesWhatIsNotAnObject() {
        JsonNodeFactory json = JsonNodeFactory.instance;
        DocumentCodec<JsonNode> nodes = codec(JsonNode.class, MAPPER);
        for (JsonNode node : List.of(
                json.textNode("{}"), json.numberNode(1), json.nullNode(), json.arrayNode(), json.missingNode())) {
            refused("document", nodes, node);
        }
        refused("java.lang.String", codec(String.class, MAPPER), "{");
        refused("document", codec(List.class, MAPPER), List.of(Map.of()));
    }

    @Test
    void saysWhyADocumentCannotBeWritten() {
        refused("document: cannot be written", codec(Object.class, MAPPER), new Object());
    }

    @Test
    void keepsNullsUnlessTheMapperSaysOtherwise() {
        Named named = new Named(null, 1);
        assertThat(codec(Named.class, MAPPER).write(named)).asString(UTF_8).isEqualTo("{\"name\":null,\"n\":1}");
        ObjectMapper without = new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);
        assertThat(codec(Named.class, without).write(named)).asString(UTF_8).isEqualTo("{\"n\":1}");
    }

    @Test
    void writesOneLineWhateverTheMapperSays() {
        // a bulk is a line each: an indented document would be read as several requests
        ObjectMapper indenting = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        assertThat(codec(Map.class, indenting).write(Map.of("a", List.of("x\ny"))))
                .asString(UTF_8)
                .isEqualTo("{\"a\":[\"x\\ny\"]}");
    }

    @Test
    void keepsEveryDigitOfAJsonNode() throws IOException {
        for (Class<? extends JsonNode> type : List.of(JsonNode.class, ObjectNode.class)) {
            DocumentCodec<? extends JsonNode> codec = codec(type, MAPPER);
            assertThat(rewritten(codec, DIGITS)).isEqualTo(DIGITS);
        }
    }

    @Test
    void aFieldThatTheClassDoesNotKnowIsAnError() {
        // else writing the object back would wipe it
        assertThatThrownBy(() -> codec(Named.class, MAPPER).read("{\"n\":1,\"other\":2}".getBytes(UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("other");
    }

    private static <T> DocumentCodec<T> codec(Class<T> type, ObjectMapper mapper) {
        return new DocumentCodec<>(mapper, mapper.constructType(type));
    }

    private static <T> String rewritten(DocumentCodec<T> codec, String json) throws IOException {
        return new String(codec.write(codec.read(json.getBytes(UTF_8))), UTF_8);
    }

    private static <T> void refused(String why, DocumentCodec<T> codec, T document) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> codec.write(document))
                .withMessageStartingWith("document: ")
                .withMessageContaining(why);
    }

    private static boolean same(String one, String other) {
        return DocumentCodec.sameJson(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }

    private static ObjectNode tree(Random random, int depth) {
        ObjectNode node = MAPPER.createObjectNode();
        for (int i = random.nextInt(5); i >= 0; i--) {
            switch (random.nextInt(depth > 0 ? 6 : 4)) {
                case 0 -> node.put("k" + i, random.nextLong());
                case 1 -> node.put("k" + i, random.nextDouble());
                case 2 -> node.put("k" + i, Integer.toString(random.nextInt(), 36));
                case 3 -> node.putNull("k" + i);
                case 4 -> node.set("k" + i, tree(random, depth - 1));
                default -> node.putArray("k" + i).add(tree(random, depth - 1)).add(i);
            }
        }
        return node;
    }

    private static JsonNode shuffled(JsonNode node, Random random) {
        if (node.isArray()) {
            return MAPPER.createArrayNode().addAll(shuffledEach(node, random));
        } else if (!node.isObject()) {
            return node;
        }
        Map<String, JsonNode> fields = new HashMap<>();
        node.properties().forEach(e -> fields.put(e.getKey(), shuffled(e.getValue(), random)));
        List<String> names = new ArrayList<>(fields.keySet());
        Collections.shuffle(names, random);
        ObjectNode other = MAPPER.createObjectNode();
        names.forEach(name -> other.set(name, fields.get(name)));
        return other;
    }

    private static List<JsonNode> shuffledEach(JsonNode array, Random random) {
        List<JsonNode> all = new ArrayList<>();
        array.forEach(each -> all.add(shuffled(each, random)));
        return all;
    }

    @Test
    void whatIsJsonAlreadyStaysAsItIs() {
        byte[] json = "{\"a\": 1.10}".getBytes(UTF_8);
        DocumentCodec<Object> codec = new DocumentCodec<>(MAPPER, MAPPER.constructType(Object.class));
        assertThat(codec.write(new CheckedJson(json))).isSameAs(json);
    }
}
