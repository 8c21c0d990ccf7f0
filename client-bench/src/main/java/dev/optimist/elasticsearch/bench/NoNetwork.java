package dev.optimist.elasticsearch.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.core5.concurrent.BasicFuture;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.function.Supplier;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.impl.BasicEntityDetails;
import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.apache.hc.core5.http.nio.AsyncPushConsumer;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.HandlerFactory;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorStatus;
import org.apache.hc.core5.util.TimeValue;
import org.jspecify.annotations.Nullable;

/**
 * Answers what is {@link Recorded}, at once and on the calling thread. A mock, as the time of a network and of the threads
 * that wait for it is a hundred times what is to be seen here; all of elasticsearch-java is above it and at work.
 */
final class NoNetwork extends CloseableHttpAsyncClient {
    private final Answer get = Answer.of(Recorded.GET);
    private final Answer put = Answer.of(Recorded.PUT);

    private record Answer(HttpResponse head, EntityDetails details, ByteBuffer body) {
        static Answer of(Recorded recorded) {
            HttpResponse head = new BasicHttpResponse(HttpStatus.SC_OK, "OK");
            for (String[] header : recorded.headers()) {
                head.addHeader(header[0], header[1]);
            }
            byte[] body = recorded.body();
            return new Answer(
                    head, new BasicEntityDetails(body.length, ContentType.APPLICATION_JSON), ByteBuffer.wrap(body));
        }

        <T> void to(AsyncResponseConsumer<T> response, HttpContext context, BasicFuture<T> future)
                throws HttpException, IOException {
            response.consumeResponse(head, details, context, new Completing<>(future));
            response.consume(body.duplicate());
            response.streamEnd(List.of());
        }
    }

    @Override
    protected <T> Future<T> doExecute(
            @Nullable HttpHost target,
            AsyncRequestProducer request,
            AsyncResponseConsumer<T> response,
            @Nullable HandlerFactory<AsyncPushConsumer> push,
            @Nullable HttpContext context,
            @Nullable FutureCallback<T> callback) {
        BasicFuture<T> future = new BasicFuture<>(callback);
        try {
            request.sendRequest(
                    (head, body, c) -> (Method.GET.isSame(head.getMethod()) ? get : put).to(response, c, future),
                    context);
        } catch (HttpException | IOException e) {
            future.failed(e);
        }
        return future;
    }

    @Override
    public void start() {
        // nothing to start
    }

    @Override
    public IOReactorStatus getStatus() {
        return IOReactorStatus.ACTIVE;
    }

    @Override
    public void awaitShutdown(TimeValue time) {
        // nothing to wait for
    }

    @Override
    public void initiateShutdown() {
        // nothing to shut down
    }

    @Override
    public void close(CloseMode mode) {
        // nothing to close
    }

    @Override
    public void close() {
        // nothing to close
    }

    @Override
    @Deprecated
    public void register(String host, String pattern, Supplier<AsyncPushConsumer> push) {
        throw new UnsupportedOperationException();
    }

    private record Completing<T>(BasicFuture<T> future) implements FutureCallback<T> {
        @Override
        public void completed(T result) {
            future.completed(result);
        }

        @Override
        public void failed(Exception e) {
            future.failed(e);
        }

        @Override
        public void cancelled() {
            future.cancel();
        }
    }
}
