package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.OperationEvent.Operation;

/**
 * Is told of every operation of a client as it ends, for meters, traces and the like.
 *
 * <pre>{@code
 * VersionedClient.connect(o -> o.hosts(url).listener(e -> System.out.println(e.operation() + " " + e.outcome())));
 * }</pre>
 *
 * <p>Told of {@code get}, {@code index}, {@code create}, {@code delete}, each {@code readModifyWrite} and each operation of a
 * {@code bulk}, once, after its outcome is settled and before its caller gets it; not of a call that is refused for an argument
 * before anything begins, nor of an {@link ExternalVersionWriter}, which has counts and a listener of its own.
 *
 * <p>It is called on the thread of the caller. For {@linkplain VersionedDocuments#async asynchronous} operations {@link #begun} is,
 * and {@link #ended} is called on the thread that completes the future. Many threads call it at the same time. It is in the
 * way of the operation: keep it short. What it throws changes nothing of the outcome, and is logged, the first time as a
 * warning.
 */
@FunctionalInterface
public interface OperationListener {

    /** Is told how an operation has ended. */
    void ended(OperationEvent event);

    /**
     * Is told that an operation begins, its arguments checked and nothing sent. Does nothing by default. Not called for the
     * operations of a bulk, which begin together.
     *
     * @param operation what is asked for
     * @param index the index or alias
     * @param id the {@code _id}
     * @return what is to be told of its end: this one by default
     */
    default OperationListener begun(Operation operation, String index, String id) {
        return this;
    }
}
