package dev.optimist.elasticsearch.internal;

import co.elastic.clients.transport.endpoints.SimpleEndpoint;
import co.elastic.clients.transport.rest5_client.low_level.Cancellable;
import co.elastic.clients.transport.rest5_client.low_level.Request;
import co.elastic.clients.transport.rest5_client.low_level.RequestOptions;
import co.elastic.clients.transport.rest5_client.low_level.Response;
import co.elastic.clients.transport.rest5_client.low_level.ResponseListener;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import co.elastic.clients.util.BinaryData;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/**
 * Through the low-level client under elasticsearch-java's transport, which is left out: what it does to each request and to
 * each answer costs more than all that we do with one (ADR 15).
 */
final class LowLevelWire implements Wire {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int FIRST_ERROR = 400;

    private final Rest5Client http;
    private final RequestOptions options;
    private final BytePool pool = new BytePool();

    LowLevelWire(Rest5Client http, RequestOptions options) {
        this.http = http;
        this.options = options.toBuilder()
                .setHttpAsyncResponseConsumerFactory(() -> new AnswerConsumer(pool))
                .build();
    }

    @Override
    public <Q, A> CompletableFuture<A> send(Q request, SimpleEndpoint<Q, A> endpoint) {
        Request wanted = new Request(endpoint.method(request), endpoint.requestUrl(request));
        wanted.addParameters(endpoint.queryParameters(request));
        wanted.setOptions(options);
        if (endpoint.body(request) instanceof BinaryData body) {
            wanted.setEntity(new BytesEntity(bytes(body)));
        }
        Answered<A> answered = new Answered<>((AnswerParser<A>) endpoint.responseDeserializer());
        answered.begun = http.performRequestAsync(wanted, answered);
        return answered;
    }

    private static ByteBuffer bytes(BinaryData body) {
        try {
            return body.asByteBuffer();
        } catch (IOException e) {
            throw new UncheckedIOException("from memory, which does not fail", e);
        }
    }

    private static final class Answered<A> extends CompletableFuture<A> implements ResponseListener {
        private final AnswerParser<A> parser;
        private volatile @Nullable Cancellable begun;

        Answered(AnswerParser<A> parser) {
            this.parser = parser;
        }

        @Override
        public void onSuccess(Response response) {
            try {
                complete(answer(response));
            } catch (ErrorAnswer refused) {
                completeExceptionally(refused);
            } catch (IOException | RuntimeException | Error e) { // the server has acted
                completeExceptionally(new DialectException(Failures.senseless(response.getStatusCode(), e)));
            }
        }

        @Override
        public void onFailure(Exception e) {
            completeExceptionally(e);
        }

        private A answer(Response response) throws IOException, ErrorAnswer {
            HttpEntity entity = response.getEntity();
            if (entity == null) {
                throw new IOException("an answer without a body");
            }
            if (response.getStatusCode() >= FIRST_ERROR && hasError(entity)) {
                throw ErrorAnswer.of(response);
            }
            try (JsonParser json = JSON.createParser(entity.getContent())) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    throw new IOException(json.currentToken() + " instead of an object");
                }
                A read = parser.parse(json);
                if (entity instanceof AnswerConsumer.Entity whole) {
                    whole.release();
                }
                return read;
            }
        }

        /** A document that is not there is answered with 404, too, and is no error. */
        private static boolean hasError(HttpEntity entity) throws IOException {
            try (JsonParser json = JSON.createParser(entity.getContent())) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    return true;
                }
                while (AnswerParser.nextField(json)) {
                    if (json.currentName().equals("error")) {
                        return true;
                    }
                    json.skipChildren();
                }
                return false;
            } catch (JacksonException notJson) {
                return true;
            }
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            Cancellable request = begun;
            if (cancelled && request != null) {
                request.cancel();
            }
            return cancelled;
        }
    }
}
