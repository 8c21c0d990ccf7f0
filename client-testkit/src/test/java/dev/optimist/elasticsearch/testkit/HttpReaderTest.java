package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.testkit.HttpReader.Head;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReaderTest {
    private static final String FIXED = "PUT /a HTTP/1.1\r\nCONTENT-LENGTH:  4 \r\nX: content-length: 9\r\n\r\nab\r\n";
    private static final String CHUNKED =
            "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\n\r\n0\r\n\r\n0\r\nTrailer: t\r\nU: v\r\n\r\n";
    private static final String PLAIN = "GET /c HTTP/1.1\r\n\r\n";

    @Test
    void messagesAreCutWhereTheyEndHoweverTheyArrive() throws Exception {
        String all = FIXED + CHUNKED + PLAIN + FIXED;
        for (int cut = 0; cut <= all.length(); cut++) {
            HttpReader reader =
                    new HttpReader(new SequenceInputStream(bytes(all.substring(0, cut)), bytes(all.substring(cut))));
            assertThat(List.of(request(reader), request(reader), request(reader), request(reader)))
                    .containsExactly(FIXED, CHUNKED, PLAIN, FIXED);
            assertThat(reader.head()).isNull();
            assertThat(reader.rest()).isEmpty();
            assertThat(reader.wasReset()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {FIXED, CHUNKED, PLAIN})
    void whatBreaksOffIsNoMessage(String message) throws Exception {
        for (int length = 0; length < message.length(); length++) {
            String begun = message.substring(0, length);
            HttpReader reader = new HttpReader(bytes(begun));
            Head head = reader.head();
            assertThat(head == null ? null : reader.request(head)).isNull();
            assertThat(reader.rest()).asString(StandardCharsets.ISO_8859_1).isEqualTo(begun);
        }
    }

    @Test
    void anAnswerEndsAsItsStatusAndMethodSay() throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n";
        assertThat(answer(head + "abc", false)).isEqualTo(head + "abc");
        assertThat(answer(head, true)).isEqualTo(head);
        assertThat(answer("HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", false))
                .isNotNull();
        assertThat(answer("HTTP/1.1 200 OK\r\n\r\nto the end", false)).isEqualTo("HTTP/1.1 200 OK\r\n\r\nto the end");
    }

    @Test
    void largeBodiesAndManyOfThem() throws Exception {
        String large = "PUT /a HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000);
        HttpReader reader = new HttpReader(new SequenceInputStream(
                Collections.enumeration(List.of(bytes(large), bytes(PLAIN + large), bytes(large + PLAIN)))));
        assertThat(List.of(request(reader), request(reader), request(reader), request(reader), request(reader)))
                .containsExactly(large, PLAIN, large, large, PLAIN);
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String request(HttpReader reader) throws Exception {
        Head head = reader.head();
        byte[] message = head == null ? null : reader.request(head);
        assertThat(message).isNotNull();
        return new String(message, StandardCharsets.ISO_8859_1);
    }

    private static @Nullable String answer(String text, boolean toHead) throws Exception {
        HttpReader reader = new HttpReader(bytes(text));
        Head head = reader.head();
        byte[] message = head == null ? null : reader.answer(head, toHead);
        return message == null ? null : new String(message, StandardCharsets.ISO_8859_1);
    }
}
