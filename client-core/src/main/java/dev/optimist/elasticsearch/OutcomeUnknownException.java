package dev.optimist.elasticsearch;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A write was sent and its outcome cannot be known: no answer in time, a connection that broke, a 5xx, an answer that
 * cannot be read. It may be applied, it may not be, and it <b>may still be applied later</b>: neither waiting nor reading
 * the document again decides it.
 *
 * <p>With a {@link WriteLedger}, {@code readModifyWrite} and {@code create} look for such a write and find it, or prove that
 * it was not applied. They end like this only where nobody can: the message says why.
 *
 * <p>Advice without it: if the condition was {@link WriteCondition#unchangedSince} or {@link WriteCondition#ifSeqNo}, the very same
 * write with the very same condition may be sent again: a sequence number never comes twice inside one index, so at most
 * one of the two is applied. A conflict as the answer then does not say whose write won. That does not hold for versions:
 * a version may come again after a delete, and {@code external_gte} replaces what another has stored under the same one.
 *
 * <pre>{@code
 * try {
 *     stock.readModifyWrite(id, order.id(), Stock::sellOne);
 * } catch (OutcomeUnknownException e) {
 *     log.error("order {} may be applied, or not: call it again with the same id later", order.id());
 * }
 * }</pre>
 */
public final class OutcomeUnknownException extends OptimistException {
    private static final long serialVersionUID = 1L;

    private final String operation;
    private final WriteCondition condition;
    private final @Nullable String writeId;

    OutcomeUnknownException(
            String message,
            String index,
            String id,
            String operation,
            WriteCondition condition,
            @Nullable String writeId,
            @Nullable Throwable cause) {
        super(message, index, id, cause);
        this.operation = operation;
        this.condition = condition;
        this.writeId = writeId;
    }

    /** Returns what was sent: {@code index}, {@code create} or {@code delete}. */
    public String operation() {
        return operation;
    }

    /** Returns the condition that the write was to depend on. For {@code create} it is {@link WriteCondition#none()}. */
    public WriteCondition condition() {
        return condition;
    }

    /** Returns the token that the write depended on, if it depended on one. */
    public Optional<DocumentToken> token() {
        return condition instanceof WriteCondition.UnchangedSince since ? Optional.of(since.token()) : Optional.empty();
    }

    /**
     * Returns the id under which the write is in the document's {@link WriteLedger}, if it was applied and the ledger was
     * on. If the call ended for want of time or attempts or by an interrupt, calling {@code readModifyWrite} again with this
     * id applies it once, as long as the ledger keeps it. If the message says that the document was deleted, or written by
     * somebody without the ledger, or that there was no room, the id may be gone although the write was applied: then look
     * at the document before you repeat anything.
     */
    public Optional<String> writeId() {
        return Optional.ofNullable(writeId);
    }
}
