package dev.optimist.elasticsearch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.impl.BasicEntityDetails;
import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the parts of an answer. */
class AnswerConsumerTest {
    private static final int UNKNOWN = -1;

    private final BytePool pool = new BytePool();
    private final List<ClassicHttpResponse> answers = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0, -1",
        "1, 1",
        "300, 300",
        "300, -1",
        "8192, 8192",
        "8193, 8193",
        "8193, -1",
        "100000, 100000",
        "100000, -1",
        // the length is somebody else's word
        "300, 9000",
        "9000, 300",
        "300, 9000000000"
    })
    void isWholeWhateverItSaysOfItsLength(int length, long said) throws Exception {
        byte[] wanted = new byte[length];
        new Random(length).nextBytes(wanted);
        AnswerConsumer.Entity entity = read(wanted, said);
        assertThat(entity.getContent().readAllBytes()).isEqualTo(wanted);
        assertThat(entity.getContentLength()).isEqualTo(length);
        assertThat(entity.getContentType()).isEqualTo("application/json; charset=UTF-8");
    }

    @Test
    void itsBytesAreUsedAgainOnceNobodyLooksAtThem() throws Exception {
        byte[] ones = filled(20_000, 1);
        byte[] twos = filled(20_000, 2);
        AnswerConsumer.Entity first = read(ones, UNKNOWN);
        AnswerConsumer.Entity second = read(twos, UNKNOWN);
        assertThat(first.getContent().readAllBytes()).as("it may still be read").isEqualTo(ones);
        first.release();
        AnswerConsumer.Entity third = read(twos, UNKNOWN);
        assertThat(first.getContent().readAllBytes()).as("the same array").isEqualTo(twos);
        assertThat(second.getContent().readAllBytes()).isEqualTo(twos);
        assertThat(third.getContent().readAllBytes()).isEqualTo(twos);
    }

    @Test
    void anAnswerWithoutABodyIsOneToo() throws Exception {
        new AnswerConsumer(pool)
                .consumeResponse(new BasicHttpResponse(204, "No Content"), null, HttpCoreContext.create(), noted());
        assertThat(answers).singleElement().satisfies(a -> {
            assertThat(a.getCode()).isEqualTo(204);
            assertThat(a.getEntity()).isNull();
        });
    }

    private AnswerConsumer.Entity read(byte[] bytes, long said) throws Exception {
        AnswerConsumer consumer = new AnswerConsumer(pool);
        consumer.consumeResponse(
                new BasicHttpResponse(200, "OK"),
                new BasicEntityDetails(said, ContentType.APPLICATION_JSON),
                HttpCoreContext.create(),
                noted());
        int part = 4096; // as it comes from a connection
        for (int from = 0; from < bytes.length; from += part) {
            consumer.consume(ByteBuffer.wrap(bytes, from, Math.min(part, bytes.length - from)));
        }
        consumer.streamEnd(null);
        consumer.releaseResources();
        return (AnswerConsumer.Entity) answers.get(answers.size() - 1).getEntity();
    }

    private static byte[] filled(int length, int with) {
        byte[] bytes = new byte[length];
        java.util.Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    private FutureCallback<ClassicHttpResponse> noted() {
        return new FutureCallback<>() {
            @Override
            public void completed(ClassicHttpResponse answer) {
                answers.add(answer);
            }

            @Override
            public void failed(Exception e) {
                throw new AssertionError(e);
            }

            @Override
            public void cancelled() {
                throw new AssertionError("cancelled");
            }
        };
    }
}
