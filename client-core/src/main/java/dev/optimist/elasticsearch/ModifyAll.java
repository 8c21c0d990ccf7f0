package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Many documents, each a {@link Call} of its own, which the {@link Rounds} read and write together. Takes as many ids as
 * rounds can be busy with, and the next as others end; everything of the user's but his function runs on the calling thread.
 */
final class ModifyAll<T> {
    /** All rounds full, and as many waiting for the next ones. */
    static final int AT_ONCE = 2 * Rounds.AT_ONCE * Rounds.DOCUMENTS;

    private final VersionedDocuments<T> documents;
    private final Function<String, Modifier<T>> modifier;
    private final Consumer<? super ModifiedItem<T>> results;
    private final BlockingQueue<Ended<T>> ended = new LinkedBlockingQueue<>();
    private int underWay;
    private long taken;
    private long applied;
    private long unchanged;
    private long failed;
    private boolean interrupted;
    private @Nullable Throwable broken;

    private record Ended<T>(long position, String id, Call<T> call, Observation seen) {}

    ModifyAll(
            VersionedDocuments<T> documents,
            Function<String, Modifier<T>> modifier,
            Consumer<? super ModifiedItem<T>> results) {
        this.documents = documents;
        this.modifier = modifier;
        this.results = results;
    }

    /** Ends when every id that was taken has its outcome, and throws only what the user's own code has thrown. */
    ModifiedTotal run(Iterator<String> ids) {
        boolean more = true;
        while (more || underWay > 0) {
            while (more && underWay < AT_ONCE) {
                more = !stopped() && begin(ids);
            }
            if (underWay > 0) {
                settle();
            }
        }
        boolean complete = !interrupted && broken == null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (broken instanceof Error e) {
            throw e;
        } else if (broken instanceof RuntimeException e) {
            throw e;
        }
        return new ModifiedTotal(taken, applied, unchanged, failed, complete);
    }

    private boolean stopped() {
        interrupted |= Thread.interrupted(); // noticed once: what is under way is to be awaited
        return interrupted || broken != null;
    }

    private boolean begin(Iterator<String> ids) {
        String id;
        try {
            if (!ids.hasNext()) {
                return false;
            }
            id = ids.next();
        } catch (RuntimeException | Error e) {
            broken = e;
            return false;
        }
        long position = taken++;
        try {
            Steps<T> steps = documents.steps(id);
            Modifier<T> ofThis = modifier.apply(id);
            Observation seen = documents.begin(OperationEvent.Operation.READ_MODIFY_WRITE, id);
            Call<T> call = documents.loop().begin(steps.address(), steps, ofThis, null);
            underWay++;
            var unused = call.outcome().whenComplete((done, failure) -> {
                seen.stop();
                ended.add(new Ended<>(position, id, call, seen));
            });
        } catch (IllegalArgumentException e) {
            report(new ModifiedItem<>(position, String.valueOf(id), null, e));
        }
        return true;
    }

    private void settle() {
        Ended<T> next;
        try {
            next = ended.take();
        } catch (InterruptedException e) {
            interrupted = true;
            return;
        }
        underWay--;
        ModifiedItem<T> item;
        try {
            item = new ModifiedItem<>(next.position, next.id, next.call.result(), null);
            next.seen.modified(next.call);
        } catch (Throwable t) { // what readModifyWrite throws
            next.seen.failed(t, next.call);
            item = new ModifiedItem<>(next.position, next.id, null, t);
        }
        report(item);
    }

    private void report(ModifiedItem<T> item) {
        ModificationResult<T> result = item.result();
        if (result == null) {
            failed++;
        } else if (result.result() == Result.NoOp) {
            unchanged++;
        } else {
            applied++;
        }
        try {
            results.accept(item);
        } catch (RuntimeException | Error e) {
            broken = broken == null ? e : broken;
        }
    }
}
