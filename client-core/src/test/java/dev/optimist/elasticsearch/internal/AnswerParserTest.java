package dev.optimist.elasticsearch.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import co.elastic.clients.json.JsonpDeserializer;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import jakarta.json.stream.JsonParser;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerParserTest {
    private static final JacksonJsonpMapper MAPPER = new JacksonJsonpMapper();
    private static final String HEAD = "{\"_index\":\"i\",\"_id\":\"é日本\",\"_version\":3,\"_seq_no\":2,"
            + "\"_primary_term\":1,\"_routing\":\"r\",\"found\":true,\"fields\":{\"_source\":[1]},\"_source\":";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"n\":123456789012345678901234567890,\"d\":1.10,\"e\":1E400}",
                "{\"a\":\"é日本\\u00e9\\\"}\",\"b\":{\"c\":[{},[]]}}",
                "{ \"a\" : 1\n}"
            })
    void cutsTheSourceOutAsItIs(String source) {
        for (String tail : new String[] {"}", ",\"x\":{\"y\":1}}\n"}) {
            Stored stored = stored(HEAD + source + tail);
            assertThat(stored.source()).asString(UTF_8).isEqualTo(source);
            assertThat(stored.index()).isEqualTo("i");
            assertThat(stored.routing()).isEqualTo("r");
            assertThat(stored.found()).isTrue();
            assertThat(stored.version()).isEqualTo(3);
            assertThat(stored.seqNo()).isEqualTo(2);
            assertThat(stored.primaryTerm()).isEqualTo(1);
        }
    }

    /** Jackson reads 8000 bytes at a time: the source begins, ends and has its characters on both sides of that. */
    @Test
    void cutsWhereverTheBuffersOfTheParserEnd() {
        for (int length = 7700; length < 8100; length++) {
            String before = "{\"pad\":\"" + "x".repeat(length) + "\"," + HEAD.substring(1);
            String small = "{\"a\":\"é\"}";
            assertThat(stored(before + small + "}").source()).asString(UTF_8).isEqualTo(small);
            String big = "{\"a\":\"" + "é".repeat(length / 2) + "\",\"b\":[" + length + "]}";
            assertThat(stored(HEAD + big + "}").source()).asString(UTF_8).isEqualTo(big);
        }
    }

    /** After a source was cut out, the parser has to go on where it was. */
    @Test
    void cutsEachOfManyWhereverTheBuffersEnd() {
        for (int length = 7600; length < 8100; length += 7) {
            List<Address> asked = new ArrayList<>();
            List<String> sources = new ArrayList<>();
            StringBuilder docs = new StringBuilder("{\"docs\":[");
            for (int i = 0; i < 6; i++) {
                String source = "{\"n\":" + i + ",\"a\":\"" + "é".repeat(i % 2 == 0 ? length / 2 : 3) + "\"}";
                asked.add(new Address("i", "é" + i, null));
                sources.add(source);
                docs.append(i == 0 ? "" : ",")
                        .append(HEAD.replace("é日本", "é" + i))
                        .append(source)
                        .append('}');
            }
            List<Answer<Stored>> answers = parsed(
                    MgetRequests.documents(asked).responseDeserializer(),
                    new ByteArrayInputStream(docs.append("]}").toString().getBytes(UTF_8)));
            assertThat(answers).hasSize(6);
            for (int i = 0; i < 6; i++) {
                Stored stored = Objects.requireNonNull(answers.get(i).value());
                assertThat(stored.source()).asString(UTF_8).isEqualTo(sources.get(i));
            }
        }
    }

    @Test
    void keepsEveryDigitOfAStreamThatCannotBeReadTwice() {
        String source = "{\"n\":123456789012345678901234567890,\"d\":1.10}";
        byte[] json = (HEAD + source + "}").getBytes(UTF_8);
        Stored stored = parsed(AnswerParser.STORED, new BufferedInputStream(new ByteArrayInputStream(json)));
        assertThat(stored.source()).asString(UTF_8).isEqualTo(source);
    }

    @Test
    void knowsAnAbsentDocumentAndOneWithoutSourceOrNumbers() {
        Stored absent = stored("{\"_index\":\"i\",\"_id\":\"1\",\"found\":false}");
        assertThat(absent.found()).isFalse();
        assertThat(absent.source()).isNull();
        Stored bare = stored("{\"_index\":\"i\",\"_id\":\"1\",\"_version\":1,\"found\":true}");
        assertThat(bare.source()).isNull();
        assertThat(bare.seqNo()).isEqualTo(Stored.NO_SEQ_NO);
        assertThat(bare.primaryTerm()).isEqualTo(Stored.NO_PRIMARY_TERM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"_index\":\"i\"}",
                "{\"found\":true}",
                "{\"_index\":\"i\",\"found\":\"yes\"}",
                "{\"_index\":\"i\",\"found\":true,\"_version\":1.5}",
                "{\"_index\":\"i\",\"found\":true,\"_version\":\"1\"}",
                "{\"_index\":\"i\",\"found\":true,\"_seq_no\":9223372036854775808}",
                "{\"_index\":\"i\",\"found\":true,\"_source\":[]}",
                "{\"_index\":\"i\",\"found\":true,\"_source\":{\"a\":1",
                "{\"_index\":\"i\",\"found\":true",
                "[]"
            })
    void throwsWhatIsNoAnswerToARead(String json) {
        assertThatThrownBy(() -> stored(json)).isInstanceOf(RuntimeException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"_index\":\"i\",\"_version\":1}",
                "{\"_index\":\"i\",\"result\":\"updated\"}",
                "{\"_version\":1,\"result\":\"updated\"}",
                "{\"_index\":\"i\",\"_version\":1,\"result\":\"pondered\"}",
                "{\"_index\":\"i\",\"_version\":1,\"result\":null}",
                "{\"_index\":\"i\",\"_version\":1,\"result\":\"updated\"",
            })
    void throwsWhatIsNoAnswerToAWrite(String json) {
        assertThatThrownBy(() -> parsed(AnswerParser.WRITTEN, stream(json))).isInstanceOf(RuntimeException.class);
    }

    private static Stored stored(String json) {
        return parsed(AnswerParser.STORED, stream(json));
    }

    private static InputStream stream(String json) {
        byte[] bytes = ("#" + json + "#").getBytes(UTF_8); // as a part of a larger array, as HttpClient has it
        return new ByteArrayInputStream(bytes, 1, bytes.length - 2);
    }

    private static <A> A parsed(JsonpDeserializer<A> deserializer, InputStream stream) {
        try (JsonParser parser = MAPPER.jsonProvider().createParser(stream)) {
            return deserializer.deserialize(parser, MAPPER);
        }
    }

    @Test
    void uuidsAreReadOfWhateverStandsAround() {
        String settings =
                "{\"defaults\":{\"uuid\":1},\"settings\":{\"x\":[{}],\"index\":{\"a\":{},\"uuid\":\"%s\",\"b\":1}}}";
        String answer = "{\"i-1\":" + settings.formatted("u1") + ",\"i-2\":" + settings.formatted("u2") + "}";
        assertThat(parsed(AnswerParser.UUIDS, stream(answer))).isEqualTo(Map.of("i-1", "u1", "i-2", "u2"));
        assertThat(parsed(AnswerParser.UUIDS, stream("{}"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"i\":{}}",
                "{\"i\":{\"settings\":{}}}",
                "{\"i\":{\"settings\":{\"index\":{\"uuid\":7}}}}",
                "{\"i\":[]}",
                "{\"i\":{\"settings\":{\"index\":{\"uuid\":\"u\""
            })
    void anAnswerWithoutTheUuidMakesNoSense(String answer) {
        assertThatThrownBy(() -> parsed(AnswerParser.UUIDS, stream(answer))).isInstanceOf(RuntimeException.class);
    }
}
