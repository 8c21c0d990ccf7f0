package dev.optimist.elasticsearch.internal;

/** Carries a {@link Failure} through a future. */
public final class DialectException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    /** Wraps the failure; without a stack trace of its own, as the failure's cause has the one that matters. */
    public DialectException(Failure failure) {
        super(failure.reason(), failure.cause(), false, false);
        this.failure = failure;
    }

    /** Returns what is known. */
    public Failure failure() {
        return failure;
    }
}
