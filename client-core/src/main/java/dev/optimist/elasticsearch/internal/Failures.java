package dev.optimist.elasticsearch.internal;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.json.JsonpMappingException;
import co.elastic.clients.transport.TransportException;
import co.elastic.clients.transport.rest5_client.low_level.ResponseException;
import co.elastic.clients.util.MissingRequiredPropertyException;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.RequestNotExecutedException;
import org.apache.hc.core5.reactor.IOReactorShutdownException;
import org.apache.hc.core5.util.DeadlineTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Decides, for everything that can be thrown by elasticsearch-java's transport, whether the request was applied. The only
 * place that does. A thing that is not known here is UNKNOWN, never "not applied".
 */
final class Failures {
    static final String VERSION_CONFLICT = "version_conflict_engine_exception";

    /** Of a create, in 2.x. */
    private static final String ALREADY_EXISTS = "document_already_exists_exception";

    /** Statuses with which Elasticsearch refuses a request for good, its body read and understood. */
    private static final Set<Integer> REFUSED = Set.of(400, 401, 403, 404, 405, 406, 413, 415);

    private static final int TOO_LARGE = 413;

    private static final Set<String> REFUSED_READS = Set.of(
            "index_not_found_exception",
            "index_closed_exception",
            "illegal_argument_exception",
            "routing_missing_exception",
            "resource_not_found_exception", // an _id that a time series index cannot have
            "cluster_block_exception",
            "security_exception");

    private Failures() {}

    static Failure noAnswer(Duration timeout, Throwable thrown) {
        return new Failure(Outcome.UNKNOWN, 0, null, "no answer within " + timeout.toMillis() + " ms", null, thrown);
    }

    static Failure noConnection(Duration timeout, Throwable thrown) {
        return new Failure(
                Outcome.NOT_APPLIED,
                0,
                null,
                "no free connection within " + timeout.toMillis() + " ms, so it was never sent",
                null,
                thrown);
    }

    /** For a request that was given up while it waited for a connection. */
    static Failure givenUpUnsent(Throwable thrown) {
        return new Failure(
                Outcome.NOT_APPLIED,
                0,
                null,
                "given up while it waited for a connection, so it was never sent",
                null,
                thrown);
    }

    /**
     * For what the transport throws instead of beginning.
     *
     * @param unsent whether it is certain that nothing was sent and nothing will be
     */
    static Failure notBegun(Throwable thrown, boolean unsent, Write.Operation operation, WriteCondition condition) {
        Failure failure = classify(thrown, operation, condition);
        return unsent && failure.outcome() == Outcome.UNKNOWN ? failure(Outcome.NOT_APPLIED, 0, thrown) : failure;
    }

    static Failure classify(Throwable thrown, Write.Operation operation, WriteCondition condition) {
        Throwable t = unwrap(thrown);
        if (t instanceof DialectException known) {
            return known.failure();
        }
        Failure failure = classifyLast(t, operation, condition);
        // A transport that goes on to the next node suppresses what happened on the one before: if that is unknown, so
        // is the whole, whatever the last node said.
        for (Throwable earlier : t.getSuppressed()) {
            if (classify(earlier, operation, condition).outcome() == Outcome.UNKNOWN) {
                return new Failure(Outcome.UNKNOWN, failure.status(), failure.type(), failure.reason(), null, t);
            }
        }
        return failure;
    }

    private static Failure classifyLast(Throwable t, Write.Operation operation, WriteCondition condition) {
        if (t instanceof ElasticsearchException e) {
            String reason = e.error().reason();
            if (reason != null && e.error().metadata().containsKey(Hints.EXCLUDED_DATA_STREAM)) {
                reason = Hints.ofDataStream(reason);
            }
            return answered(e.status(), e.error().type(), reason, t, operation, condition)
                    .withRetryAfter(RetryAfter.of(e.httpResponse()));
        }
        if (t instanceof ResponseException e) { // its body not parsed
            return answered(ErrorAnswer.of(e.getResponse()), e, operation, condition);
        }
        if (RestClientErrors.isOne(t)) {
            ErrorAnswer e = RestClientErrors.answer(t);
            return answered(e, e, operation, condition);
        }
        if (t instanceof ErrorAnswer e) {
            return answered(e, e, operation, condition);
        }
        if (t instanceof TransportException e) { // an answer that elasticsearch-java could not make sense of
            return failure(withoutWords(e.statusCode()), e.statusCode(), t);
        }
        if (neverSent(t)) {
            return failure(Outcome.NOT_APPLIED, 0, t);
        }
        if (refusedHere(t)) {
            return failure(Outcome.PERMANENT, 0, t);
        }
        return failure(Outcome.UNKNOWN, 0, t);
    }

    /** Classifies an answer of Elasticsearch, of a request or of one item of a bulk. */
    static Failure answered(
            int status,
            @Nullable String type,
            @Nullable String reason,
            @Nullable Throwable cause,
            Write.Operation operation,
            WriteCondition condition) {
        String words = reason == null ? "no reason given" : Hints.added(type, reason);
        if (status == 409 && (VERSION_CONFLICT.equals(type) || ALREADY_EXISTS.equals(type))) {
            return Failure.conflict(Conflict.parse(words, operation, condition), status, type, cause);
        }
        if (status == 400 && words.contains("body is required") && operation != Write.Operation.DELETE) {
            // we always send one: a transport that sends again, after the write was applied, was seen to leave it out
            return new Failure(Outcome.UNKNOWN, status, type, words, null, cause);
        }
        return new Failure(answeredOutcome(status, type), status, type, words, null, cause);
    }

    /** Classifies why one item of a request for several documents could not be read; it comes without a status. */
    static Failure unread(@Nullable String type, String reason) {
        boolean refused = type != null && REFUSED_READS.contains(type);
        return new Failure(refused ? Outcome.PERMANENT : Outcome.UNKNOWN, 0, type, reason, null, null);
    }

    private static Outcome answeredOutcome(int status, @Nullable String type) {
        if (status == 429 && type != null) {
            return switch (type) {
                case "es_rejected_execution_exception",
                        "rejected_execution_exception", // OpenSearch's word for it
                        "circuit_breaking_exception" -> Outcome.NOT_APPLIED;
                // TOO_MANY_REQUESTS/12, disk usage over the flood stage: nobody clears that in a hurry
                case "cluster_block_exception" -> Outcome.BLOCKED;
                default -> Outcome.UNKNOWN;
            };
        }
        return REFUSED.contains(status) ? Outcome.PERMANENT : Outcome.UNKNOWN;
    }

    private static Failure answered(
            ErrorAnswer answer, Throwable thrown, Write.Operation operation, WriteCondition condition) {
        int status = answer.status();
        Failure failure = answer.reason() == null
                ? new Failure(withoutWords(status), status, null, "HTTP status " + status, null, thrown)
                : answered(status, answer.type(), answer.reason(), thrown, operation, condition);
        return failure.withRetryAfter(answer.retryAfter());
    }

    /** What is not Elasticsearch's own answer says nothing, but a proxy passes no part of a body on that is too long for it. */
    private static Outcome withoutWords(int status) {
        return status == TOO_LARGE ? Outcome.PERMANENT : Outcome.UNKNOWN;
    }

    /** An answer that nobody can read: the server may have acted. */
    static Failure senseless(int status, Throwable thrown) {
        return new Failure(Outcome.UNKNOWN, status, null, "an answer that makes no sense: " + thrown, null, thrown);
    }

    private static boolean neverSent(Throwable t) {
        return t instanceof ConnectException
                || t instanceof ConnectTimeoutException
                || t instanceof UnknownHostException
                || t instanceof NoRouteToHostException
                || t instanceof ConnectionRequestTimeoutException // no free connection in the pool
                || t instanceof DeadlineTimeoutException // the same, of the pool itself
                || t instanceof RequestNotExecutedException;
    }

    private static boolean refusedHere(Throwable t) {
        return t instanceof SSLHandshakeException
                || t instanceof SSLPeerUnverifiedException
                || clientClosed(t)
                || t instanceof MissingRequiredPropertyException // a request that cannot be built
                || t instanceof JsonpMappingException
                || t instanceof JsonProcessingException;
    }

    /** HttpClient mostly has no type for it but this text, of the lease of a connection: nothing is sent before that. */
    private static boolean clientClosed(Throwable t) {
        return t instanceof IOReactorShutdownException
                || (t instanceof IllegalStateException && "Connection pool shut down".equals(t.getMessage()));
    }

    private static Failure failure(Outcome outcome, int status, Throwable t) {
        return new Failure(outcome, status, null, t.toString(), null, t);
    }

    private static Throwable unwrap(Throwable t) {
        Throwable cause = t.getCause();
        return (t instanceof CompletionException || t instanceof ExecutionException) && cause != null
                ? unwrap(cause)
                : t;
    }
}
