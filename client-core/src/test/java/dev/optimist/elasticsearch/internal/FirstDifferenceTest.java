package dev.optimist.elasticsearch.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FirstDifferenceTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> TEXTS = List.of("", "x", "xy", "é", "日本", "a,b", "{", "\"", "a\\b", ":", "1");

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{\"a\":1} ~ {\"a\":2}",
                "{\"a\":12} ~ {\"a\":123}",
                "{\"a\":12,\"b\":1} ~ {\"a\":123,\"b\":1}",
                "{\"a\":1} ~ {\"a\":-1}",
                "{\"a\":1} ~ {\"a\":\"1\"}",
                "{\"a\":true} ~ {\"a\":null}",
                "{\"a\":\"x\"} ~ {\"a\":\"xy\"}",
                "{\"a\":\"é\"} ~ {\"a\":\"è\"}",
                "{\"a\\\"\":[{\"b\":\"\\\\\"},1]} ~ {\"a\\\"\":[{\"b\":\"\\\\\"},2]}",
                "{\"a\":9007199254740993} ~ {\"a\":9007199254740992}"
            })
    void aChangedValueDecides(String one, String other) {
        assertThat(decisive(one, other)).isTrue();
        assertThat(decisive(other, one)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{\"a\":1} ~ {\"a\":1}",
                "{\"a\":1} ~ {\"a\":1}\n",
                "{\"a\":1,\"b\":2} ~ {\"b\":2,\"a\":1}",
                "{\"a\":1,\"ab\":2} ~ {\"ab\":2,\"a\":1}",
                "{\"a\" :1,\"b\" :2} ~ {\"b\" :2,\"a\" :1}",
                "{\"a\":1} ~ {\"a\": 1}",
                "{\"a\":1.1} ~ {\"a\":1.10}",
                "{\"a\":100} ~ {\"a\":1e2}",
                "{\"a\":100} ~ {\"a\":100.0}",
                "{\"a\":0} ~ {\"a\":-0}",
                "{\"a\":\"\\u00e9\"} ~ {\"a\":\"é\"}",
                "{\"a\":\"\\/\"} ~ {\"a\":\"/\"}",
                "{\"a\":\"x/\"} ~ {\"a\":\"x\\/\"}",
                "{\"a\":\"\\u00e9\"} ~ {\"a\":\"\\u00E9\"}",
                "{\"a\":{}} ~ {\"a\":{ }}",
                "{\"a\":true} ~ {\"a\":true }"
            })
    void whatMayBeTheSameDoesNot(String one, String other) {
        assertThat(decisive(one, other)).isFalse();
        assertThat(decisive(other, one)).isFalse();
    }

    /** Whatever it decides must be what the trees say. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void agreesWithTheTrees(long seed) throws Exception {
        Random random = new Random(seed);
        int decided = 0;
        for (int i = 0; i < 5000; i++) {
            ObjectNode one = object(random, 2);
            ObjectNode other = random.nextBoolean() ? object(random, 2) : one.deepCopy();
            if (random.nextBoolean()) {
                other.put("f" + random.nextInt(3), random.nextInt(3));
            }
            String a = random.nextBoolean() ? one.toString() : one.toPrettyString();
            String b = random.nextBoolean() ? other.toString() : other.toPrettyString();
            if (decisive(a, b)) {
                decided++;
                assertThat(MAPPER.readTree(a)).as("%s and %s", a, b).isNotEqualTo(MAPPER.readTree(b));
            }
        }
        assertThat(decided).isPositive();
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = MAPPER.createObjectNode();
        int fields = random.nextInt(4);
        for (int i = 0; i < fields; i++) {
            String name = "f" + random.nextInt(3);
            switch (random.nextInt(depth == 0 ? 4 : 6)) {
                case 0 -> object.put(name, random.nextInt(3) - 1);
                case 1 -> object.put(name, TEXTS.get(random.nextInt(TEXTS.size())));
                case 2 -> object.put(name, random.nextBoolean());
                case 3 -> object.putNull(name);
                case 4 -> object.set(name, object(random, depth - 1));
                default -> {
                    ArrayNode array = object.putArray(name);
                    for (int n = random.nextInt(3); n > 0; n--) {
                        array.add(random.nextInt(3));
                    }
                }
            }
        }
        return object;
    }

    private static boolean decisive(String one, String other) {
        return FirstDifference.isDecisive(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }
}
