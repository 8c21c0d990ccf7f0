package dev.optimist.elasticsearch.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an answer in memory: a short one in an array as long as it is, a long one, or one that does not say how long it will be,
 * in one that is used again. The low-level client's own begins with 8 kB for each and copies as it grows, which of the answer to a
 * bulk is most of the garbage that there is.
 */
final class AnswerConsumer implements AsyncResponseConsumer<ClassicHttpResponse> {
    private static final byte[] NOTHING = {};

    private static final int SHORT = 8192;

    /** No room is made for more than this before it is seen. */
    private static final long MOST_AHEAD = 16L << 20;

    /** What arrays can have. */
    private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

    private final BytePool pool;
    private @Nullable ClassicHttpResponse response;
    private @Nullable EntityDetails details;
    private @Nullable FutureCallback<ClassicHttpResponse> result;
    private byte[] bytes = NOTHING;
    private int count;

    AnswerConsumer(BytePool pool) {
        this.pool = pool;
    }

    /** An answer that is in memory. */
    static final class Entity extends ByteArrayEntity {
        private final byte[] bytes;
        private final BytePool pool;

        private Entity(byte[] bytes, int count, EntityDetails details, BytePool pool) {
            super(bytes, 0, count, ContentType.parseLenient(details.getContentType()), details.getContentEncoding());
            this.bytes = bytes;
            this.pool = pool;
        }

        /** Nobody looks at it any more. */
        void release() {
            if (bytes.length > SHORT) {
                pool.give(bytes);
            }
        }
    }

    @Override
    public void consumeResponse(
            HttpResponse head,
            @Nullable EntityDetails entity,
            HttpContext context,
            FutureCallback<ClassicHttpResponse> callback) {
        ClassicHttpResponse answer = new BasicClassicHttpResponse(head.getCode(), head.getReasonPhrase());
        answer.setHeaders(head.getHeaders());
        response = answer;
        if (entity == null) {
            callback.completed(answer);
            return;
        }
        details = entity;
        result = callback;
        long length = entity.getContentLength();
        bytes = length >= 0 && length <= SHORT
                ? new byte[(int) length]
                : pool.take((int) Math.max(SHORT + 1, Math.min(length, MOST_AHEAD)));
    }

    @Override
    public void informationResponse(HttpResponse head, HttpContext context) {
        // the answer itself follows
    }

    @Override
    public void updateCapacity(CapacityChannel channel) throws IOException {
        channel.update(Integer.MAX_VALUE);
    }

    @Override
    public void consume(ByteBuffer part) {
        int length = part.remaining();
        if (length > bytes.length - count) {
            int least = Math.addExact(count, length);
            bytes = Arrays.copyOf(bytes, Math.max(least, (int) Math.min(2L * count, MOST_BYTES)));
        }
        part.get(bytes, count, length);
        count += length;
    }

    @Override
    public void streamEnd(@Nullable List<? extends Header> trailers) {
        ClassicHttpResponse answer = response;
        EntityDetails entity = details;
        FutureCallback<ClassicHttpResponse> callback = result;
        if (answer != null && entity != null && callback != null) {
            answer.setEntity(new Entity(bytes, count, entity, pool));
            callback.completed(answer);
        }
    }

    @Override
    public void failed(Exception cause) {
        // whoever waits for it is told by the exchange
    }

    @Override
    public void releaseResources() {
        bytes = NOTHING;
    }
}
