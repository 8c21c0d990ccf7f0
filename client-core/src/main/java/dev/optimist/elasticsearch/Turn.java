package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.Steps.Prepared;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Answer;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Stored;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Written;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one lane does in a round, for one batch.
 *
 * @param <T> the class of the document
 */
final class Turn<T> {
    private final Exchange exchange;
    private final Lane lane;
    private final Batch<T> batch;
    private final @Nullable State known;
    private @Nullable Prepared<T> prepared;
    private @Nullable State read;
    private boolean over;

    private Turn(Exchange exchange, Lane lane, Batch<T> batch) {
        this.exchange = exchange;
        this.lane = lane;
        this.batch = batch;
        this.known = batch.known();
    }

    /**
     * Begins an attempt in a lane that we lead; null if there is nothing to do.
     *
     * @param lingering a batch that has just ended, whose callers may be about to come again; or null
     */
    static @Nullable Turn<?> begin(Exchange exchange, Lane lane, @Nullable Batch<?> lingering) {
        Batch<?> batch = lingering == null ? lane.unfinished() : lingering;
        while (batch == null || !batch.begin()) {
            Call<?> next = lane.next();
            if (next != null) {
                batch = Batch.of(next);
            } else if (lingering != null) { // those who come while it reads are taken along
                return new Turn<>(exchange, lane, lingering);
            } else {
                return null;
            }
        }
        return new Turn<>(exchange, lane, batch);
    }

    Lane lane() {
        return lane;
    }

    Batch<T> batch() {
        return batch;
    }

    boolean wantsRead() {
        return known == null;
    }

    Address address() {
        return batch.steps().address();
    }

    void read(Answer<Stored> answer) {
        try {
            Failure failure = answer.failure();
            if (failure == null) {
                exchange.budget().acknowledged();
                read = batch.steps().read(Objects.requireNonNull(answer.value()));
            } else if (Exchange.isReadHarmless(failure)) {
                refuse(failure, Exchange.readFailed(address(), failure));
            } else {
                over = true;
                batch.readFailed(Exchange.readFailed(address(), failure));
            }
        } catch (RequestRejectedException e) {
            over = true;
            batch.readFailed(e);
        } catch (Throwable t) {
            fail(t);
        }
    }

    /** Applies the functions. */
    void compose() {
        State state = known == null ? read : known;
        if (over || state == null) {
            return;
        }
        try {
            do {
                prepared = batch.compose(state, known == null);
            } while (prepared != null && !batch.commit());
            if (prepared != null) {
                prepared.write();
            }
        } catch (Throwable t) {
            prepared = null;
            fail(t);
        }
        batch.untold().forEach(Call::tell); // who asked for nothing does not wait for the others' write
    }

    /** Returns what to send, or null. */
    @Nullable
    Write write() {
        return prepared == null ? null : prepared.write();
    }

    boolean wantsSight() {
        return batch.wantsSight();
    }

    void written(Answer<Written> answer) {
        Prepared<T> sent = Objects.requireNonNull(prepared);
        try {
            batch.saw(sight(answer.sight()));
            Failure failure = answer.failure();
            if (failure == null) {
                exchange.budget().acknowledged();
                batch.acknowledged(sent.acknowledged(Objects.requireNonNull(answer.value())));
                return;
            }
            OptimistException e = Exchange.failed(sent.write(), batch.attempt(), failure);
            if (Exchange.isWriteHarmless(failure)) {
                refuse(failure, e);
            } else {
                batch.writeFailed(e instanceof RequestRejectedException rejected ? sent.explained(rejected) : e);
            }
        } catch (Throwable t) {
            fail(t);
        }
    }

    private @Nullable State sight(@Nullable Stored stored) {
        try {
            return stored == null ? null : batch.steps().read(stored);
        } catch (RuntimeException e) {
            return null; // a read will tell
        }
    }

    /** Certainly not applied, or a read without an answer: once more, as far as budget and number of sends go. */
    private void refuse(Failure failure, OptimistException e) {
        over = true;
        int sends = batch.sends();
        if (sends < Exchange.SENDS && exchange.budget().take()) {
            batch.postpone(exchange.pause(sends, failure.retryAfter()).toMillis(), prepared != null);
        } else if (prepared == null) {
            batch.readFailed(e);
        } else {
            batch.writeFailed(e);
        }
    }

    private void fail(Throwable t) {
        over = true;
        batch.failed(t);
    }
}
