package dev.optimist.elasticsearch.sync.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.sync.Changes;
import dev.optimist.elasticsearch.sync.Row;
import dev.optimist.elasticsearch.sync.Source;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A source that is read on a thread of its own; nothing is stored unless the test does it. */
final class SourceRun implements Changes<ObjectNode>, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final List<ExternalOperation<ObjectNode>> operations = new CopyOnWriteArrayList<>();
    final List<Row<ObjectNode>> refused = new CopyOnWriteArrayList<>();
    final List<String> positions = new CopyOnWriteArrayList<>();

    /** How many operations there were before each position. */
    final List<Integer> before = new CopyOnWriteArrayList<>();

    private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
    private final Source<ObjectNode> source;
    private volatile boolean stopping;
    private final AtomicInteger caughtUp = new AtomicInteger();

    SourceRun(Source<ObjectNode> source, @Nullable String position) {
        this.source = source;
        Thread thread = new Thread(
                () -> {
                    try {
                        source.read(position, this);
                        end.complete(null);
                    } catch (Throwable e) {
                        end.completeExceptionally(e);
                    }
                },
                "source");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void accept(ExternalOperation<ObjectNode> change) {
        operations.add(change);
    }

    @Override
    public void accept(Row<ObjectNode> row) {
        try {
            accept(row.toOperation());
        } catch (IllegalArgumentException e) {
            refused.add(row);
        }
    }

    @Override
    public void position(String position) {
        before.add(operations.size());
        positions.add(position);
    }

    @Override
    public void caughtUp() {
        caughtUp.incrementAndGet();
    }

    @Override
    public boolean isStopping() {
        return stopping;
    }

    /** Waits until everything is delivered that is committed now. */
    void catchUp() throws Exception {
        int now = caughtUp.get();
        // what marks the place may be on its way already, and was then written before
        await("caught up", () -> caughtUp.get() > now + 1);
    }

    String lastPosition() {
        return positions.get(positions.size() - 1);
    }

    void await(String what, Callable<Boolean> condition) throws Exception {
        long limit = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(end).as(what).isNotCompletedExceptionally();
            assertThat(System.nanoTime()).as(what).isLessThan(limit);
            Thread.sleep(10);
        }
    }

    /** Returns what it ends with by itself. */
    Throwable failure() throws Exception {
        try {
            end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("it has ended well");
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        }
    }

    /** Lets it end, and returns how long that took. */
    Duration stop() throws Exception {
        long begun = System.nanoTime();
        stopping = true;
        end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Override
    public void close() {
        stopping = true;
        try {
            end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            // the test has seen it, or fails for another reason
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the source does not end", e);
        }
        source.close();
    }
}
