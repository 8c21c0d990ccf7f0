package dev.optimist.elasticsearch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.ErrorResponse;
import co.elastic.clients.json.JsonpMappingException;
import co.elastic.clients.util.MissingRequiredPropertyException;
import com.fasterxml.jackson.core.JsonParseException;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import dev.optimist.elasticsearch.internal.Write.Operation;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.RequestNotExecutedException;
import org.apache.hc.core5.reactor.IOReactorShutdownException;
import org.apache.hc.core5.util.Deadline;
import org.apache.hc.core5.util.DeadlineTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is thrown without an answer, and what came before it. */
class ThrownFailuresTest {
    private static final WriteCondition CONDITION = WriteCondition.ifSeqNo(0, 1);
    private static final String STALE =
            "[1]: version conflict, required seqNo [0], primary term [1]. current document has"
                    + " seqNo [1] and primary term [1]";

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void classifiesWhatIsThrown(Throwable thrown, Outcome outcome) {
        for (Throwable each : List.of(
                thrown, new CompletionException(thrown), new ExecutionException(new CompletionException(thrown)))) {
            Failure failure = classify(each);
            assertThat(failure.outcome()).isEqualTo(outcome);
            assertThat(failure.status()).isZero();
            assertThat(failure.cause()).isSameAs(thrown);
        }
    }

    static Stream<Arguments> classifiesWhatIsThrown() throws Exception {
        return Stream.of(
                arguments(new ConnectException("refused"), Outcome.NOT_APPLIED),
                arguments(new ConnectTimeoutException("connect timed out"), Outcome.NOT_APPLIED),
                arguments(new UnknownHostException("nowhere"), Outcome.NOT_APPLIED),
                arguments(new NoRouteToHostException(), Outcome.NOT_APPLIED),
                arguments(new ConnectionRequestTimeoutException("pool"), Outcome.NOT_APPLIED),
                arguments(DeadlineTimeoutException.from(Deadline.MIN_VALUE), Outcome.NOT_APPLIED),
                arguments(new RequestNotExecutedException(), Outcome.NOT_APPLIED),
                arguments(new IOReactorShutdownException("closed"), Outcome.PERMANENT),
                arguments(new SSLHandshakeException("not trusted"), Outcome.PERMANENT),
                arguments(new SSLPeerUnverifiedException("another host"), Outcome.PERMANENT),
                arguments(new MissingRequiredPropertyException(ThrownFailuresTest.class, "id"), Outcome.PERMANENT),
                arguments(new JsonpMappingException("x", null), Outcome.PERMANENT),
                arguments(new JsonParseException(null, "x"), Outcome.PERMANENT),
                arguments(new SocketTimeoutException("read timed out"), Outcome.UNKNOWN),
                arguments(new SocketException("Connection reset"), Outcome.UNKNOWN),
                arguments(new ConnectionClosedException(), Outcome.UNKNOWN),
                arguments(new SSLException("broken in the middle"), Outcome.UNKNOWN),
                arguments(new ZipException("not gzip"), Outcome.UNKNOWN),
                arguments(new MessageConstraintException("header too long"), Outcome.UNKNOWN),
                arguments(new IOException("anything"), Outcome.UNKNOWN),
                arguments(new InterruptedException(), Outcome.UNKNOWN),
                arguments(new CancellationException(), Outcome.UNKNOWN),
                arguments(new TimeoutException(), Outcome.UNKNOWN),
                // never "not applied" for what nobody has thought of
                arguments(new IllegalStateException(), Outcome.UNKNOWN),
                arguments(new NullPointerException(), Outcome.UNKNOWN),
                arguments(new OutOfMemoryError(), Outcome.UNKNOWN),
                arguments(new Throwable("new"), Outcome.UNKNOWN),
                // what it was caused by says nothing of how far it got
                arguments(new IOException(new ConnectException()), Outcome.UNKNOWN));
    }

    @Test
    void anUnknownFailureOfAnEarlierNodeMakesTheWholeUnknown() {
        ConnectException refused = new ConnectException("refused");
        refused.addSuppressed(new UnknownHostException("nowhere"));
        assertThat(classify(refused).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        refused.addSuppressed(new SocketTimeoutException("read timed out"));
        assertThat(classify(refused).outcome()).isEqualTo(Outcome.UNKNOWN);

        ConnectException deeper = new ConnectException("refused");
        deeper.addSuppressed(new CompletionException(refused));
        assertThat(classify(deeper).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aConflictAfterAnUnknownFailureIsNoConflict() {
        // it may be a conflict with the write that the earlier node applied
        ElasticsearchException conflict = new ElasticsearchException(
                "index",
                ErrorResponse.of(r -> r.status(409)
                        .error(e -> e.type("version_conflict_engine_exception").reason(STALE))));
        assertThat(classify(conflict).outcome()).isEqualTo(Outcome.CONFLICT);
        conflict.addSuppressed(new SocketException("Connection reset"));
        Failure failure = classify(conflict);
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failure.conflict()).isNull();
        assertThat(failure.cause()).isSameAs(conflict);
    }

    @Test
    void whatIsClassifiedStaysAsItIs() {
        Failure known = Failures.noAnswer(Duration.ofMillis(7), new TimeoutException());
        assertThat(known.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(known.reason()).isEqualTo("no answer within 7 ms");
        assertThat(classify(new CompletionException(new DialectException(known))))
                .isSameAs(known);
    }

    @Test
    void whatGotNoConnectionWasNotApplied() {
        Failure failure = Failures.noConnection(Duration.ofMillis(7), new TimeoutException());
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure.reason()).isEqualTo("no free connection within 7 ms, so it was never sent");
    }

    private static Failure classify(Throwable thrown) {
        return Failures.classify(thrown, Operation.INDEX, CONDITION);
    }
}
