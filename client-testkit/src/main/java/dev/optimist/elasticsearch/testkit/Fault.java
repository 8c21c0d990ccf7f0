package dev.optimist.elasticsearch.testkit;

/**
 * What a {@link FaultProxy} can do to one request and its answer.
 *
 * <pre>{@code
 * proxy.plan(FaultPlan.next(1, Fault.RESET_AFTER)); // applied, and its answer lost
 * }</pre>
 */
public enum Fault {
    /** The connection is closed in an orderly way; the server gets nothing. */
    DROP_BEFORE(false),

    /** The server gets the request and answers; then the connection is closed in an orderly way, without the answer. */
    DROP_AFTER(true),

    /** The connection is reset, as by a host that is gone; the server gets nothing. */
    RESET_BEFORE(false),

    /** The server gets the request and answers; then the connection is reset, without the answer. */
    RESET_AFTER(true),

    /**
     * The server gets the request and answers, and nothing is passed on: the connection stays open until the client closes
     * it. A client without a timeout waits for ever.
     */
    HOLD(true),

    /**
     * The request reaches the server 1 to 400 ms late, also if the client has given up by then; after that all is as
     * always. The connection stays usable.
     */
    DELAY_REQUEST(true),

    /** The answer reaches the client 1 to 400 ms late. The connection stays usable. */
    DELAY_ANSWER(true),

    /**
     * The request reaches the server after {@linkplain FaultPlan#withLateAfter a long time}, 90 s by default, also if the
     * client has given up by then, and after all that the client has done since. Nobody gets the answer; a client that still
     * waits for it then has its connection closed in an orderly way. What is under way when the proxy is closed is never
     * sent.
     */
    LATE(true),

    /**
     * The server gets the request and answers; the client gets the head and half of the body, or half of the head if there
     * is no body, and then an orderly end.
     */
    TRUNCATE(true),

    /** {@code 502 Bad Gateway} with a body of HTML; the server gets nothing. The connection stays usable. */
    BAD_GATEWAY_BEFORE(false),

    /** The server gets the request and answers; the client gets 502 with a body of HTML. The connection stays usable. */
    BAD_GATEWAY_AFTER(true),

    /**
     * The server gets the head and half of the body, or half of the head if there is no body; then both connections are
     * reset. A write of one document is not applied by that, but newer versions of Elasticsearch work off a
     * {@code _bulk} while it arrives.
     */
    HALF_REQUEST(true),

    /**
     * {@code 429 Too Many Requests} in the way of Elasticsearch, as {@code es_rejected_execution_exception} in JSON with
     * {@linkplain FaultPlan#withRetryAfter a Retry-After}; the server gets nothing. The connection stays usable.
     */
    TOO_MANY_REQUESTS(false);

    private final boolean mayBeApplied;

    Fault(boolean mayBeApplied) {
        this.mayBeApplied = mayBeApplied;
    }

    /** Returns whether the server may have acted on the request, or may still do so. If not, it has not and will not. */
    public boolean mayBeApplied() {
        return mayBeApplied;
    }
}
