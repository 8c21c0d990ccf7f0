package dev.optimist.elasticsearch.sync;

import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import dev.optimist.elasticsearch.sync.SyncStatus.State;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link SyncJob} from its start to its end. */
final class Run<T> implements Changes<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    /** What could get its outcome has it by then. */
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

    private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(100);

    private final SyncOptions<T> options;
    private final Source<T> source;
    private final Writing<T> writing;
    private final @Nullable DeadLetterFile deadLetters;
    private final Watermark watermark = new Watermark();
    private final Tally tally;
    private final Keeper keeper;
    private final Thread thread;
    private final long startedAt = System.nanoTime();
    private final CountDownLatch done = new CountDownLatch(1);

    // written under the lock only
    private volatile State state = State.RUNNING;
    private volatile @Nullable SyncException failure;
    private volatile boolean stopping;
    private volatile @Nullable String lastError;
    private boolean reading;
    private boolean interrupted;
    private long endBy;

    /** Whatever still gets its outcome is too late to matter. */
    private volatile boolean closing;

    Run(
            SyncOptions<T> options,
            Source<T> source,
            Checkpoints checkpoints,
            Writing<T> writing,
            @Nullable DeadLetterFile deadLetters) {
        this.options = options;
        this.source = source;
        this.writing = writing;
        this.deadLetters = deadLetters;
        this.tally = new Tally(options.maxRejected(), options.maxSuspicious(), deadLetters, this::trouble);
        this.keeper = new Keeper(
                checkpoints,
                source,
                watermark,
                deadLetters,
                options.checkpointEvery(),
                this::status,
                e -> fail("the position cannot be stored in " + checkpoints, e),
                this::trouble);
        this.thread = daemon("", this::all);
    }

    void start() {
        thread.start();
    }

    boolean await(long nanos) throws InterruptedException {
        return done.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** From the source's begin to the last checkpoint. */
    private void all() {
        Thread checkpoints = daemon("-checkpoints", keeper);
        checkpoints.start();
        try {
            read();
            drain();
            closing = true;
            keeper.finish();
            checkpoints.join();
        } catch (InterruptedException e) {
            fail("interrupted", e);
        } finally {
            closing = true;
            keeper.finish();
            close();
            synchronized (this) {
                state = failure == null ? State.ENDED : State.FAILED;
            }
            keeper.storeStatus();
            done.countDown();
        }
    }

    private void read() {
        String position;
        try {
            position = keeper.load();
        } catch (Throwable e) {
            fail("the position cannot be loaded", e);
            return;
        }
        synchronized (this) {
            if (stopping) {
                return;
            }
            reading = true;
        }
        try {
            source.read(position, this);
            endOfReading(null);
        } catch (Throwable e) {
            endOfReading(e);
        }
    }

    private synchronized void endOfReading(@Nullable Throwable thrown) {
        reading = false;
        var unused = Thread.interrupted(); // came for the source
        if (thrown != null && interrupted) {
            LOG.debug("{}: the source was interrupted", options.name(), thrown);
        } else if (thrown != null) {
            fail("the source has failed", thrown);
        }
        state = State.STOPPING;
    }

    /** Waits for the outcome of what is under way: as long as the writer needs, if nobody has asked for the end. */
    private void drain() throws InterruptedException {
        Thread flush = daemon("-flush", () -> {
            try {
                writing.flush();
            } catch (InterruptedException e) {
                LOG.debug("{}: no more time to flush", options.name());
            }
        });
        flush.start();
        while (!watermark.awaitIdle(SLICE)) {
            if (isOver()) {
                LOG.warn(
                        "{}: {} operations have no outcome yet; they will come again at the next start",
                        options.name(),
                        watermark.inFlight());
                flush.interrupt();
                return;
            }
        }
    }

    private synchronized boolean isOver() {
        return stopping && System.nanoTime() - endBy > 0;
    }

    private void close() {
        try {
            writing.close(CLOSE_WITHIN);
        } catch (RuntimeException e) {
            LOG.warn("{}: the writer could not be closed", options.name(), e);
        }
        try {
            if (deadLetters != null) {
                deadLetters.close();
            }
        } catch (IOException e) {
            LOG.warn("{}: the dead letters could not be closed", options.name(), e);
        }
        try {
            source.close();
        } catch (Exception e) {
            LOG.warn("{}: the source could not be closed", options.name(), e);
        }
    }

    /** Asks for the end in time. */
    synchronized void askToEnd() {
        if (!stopping) {
            stopping = true;
            endBy = System.nanoTime() + options.stopWithin().toNanos();
            if (state == State.RUNNING) {
                state = State.STOPPING;
            }
        }
    }

    synchronized void interruptSource() {
        if (reading) {
            interrupted = true;
            thread.interrupt();
        }
    }

    private synchronized void fail(String what, Throwable why) {
        SyncException first = failure;
        if (first != null) {
            if (first != why && !(why instanceof InterruptedException)) {
                first.addSuppressed(why);
            }
            return;
        }
        String message = options.name() + ": " + what + ": "
                + (why instanceof SyncException ? why.getMessage() : why.toString());
        failure = new SyncException(message, why instanceof SyncException ? why.getCause() : why);
        lastError = message;
        LOG.error("{}", message); // with all its causes it is thrown to whoever waits for the job
        askToEnd();
        interruptSource();
    }

    private void trouble(String what) {
        lastError = what;
        LOG.warn("{}: {}", options.name(), what);
    }

    @Override
    public void accept(Row<T> row) throws InterruptedException {
        long version = row.ownVersion();
        ExternalOperation<T> change;
        try {
            change = row.toOperation(version);
        } catch (IllegalArgumentException e) {
            throwIfEnded();
            settle(watermark.begin(), () -> tally.refuse(row, e));
            return;
        }
        accept(change);
    }

    private void throwIfEnded() throws InterruptedException {
        if (failure != null || (stopping && isOver())) {
            throw new InterruptedException("the job has ended");
        }
    }

    @Override
    public void accept(ExternalOperation<T> change) throws InterruptedException {
        throwIfEnded();
        Watermark.Span span = watermark.begin();
        CompletableFuture<ExternalResult<T>> outcome;
        try {
            outcome = writing.write(change);
        } catch (Throwable e) {
            watermark.end(span, false); // not taken, so that no position may pass it
            throw e;
        }
        var unused = outcome.whenComplete((result, thrown) -> settle(span, () -> {
            if (result == null) {
                throw new SyncException("the writer has failed", thrown);
            }
            tally.settle(result);
        }));
    }

    /** A position may pass if the outcome does, which throws if it does not. */
    private void settle(Watermark.Span span, Runnable outcome) {
        boolean passes = false;
        try {
            outcome.run();
            passes = true;
        } catch (Throwable e) {
            if (!closing) {
                fail("an operation is not in the index", e);
            }
        } finally {
            watermark.end(span, passes);
        }
    }

    @Override
    public void position(String position) {
        watermark.position(Positions.checked(position));
    }

    @Override
    public void caughtUp() {
        watermark.caughtUp(System.nanoTime());
    }

    @Override
    public boolean isStopping() {
        return stopping;
    }

    @Nullable
    SyncException failure() {
        return failure;
    }

    SyncStatus status() {
        return new SyncStatus(
                options.name(),
                state,
                tally.count(Outcome.APPLIED),
                tally.count(Outcome.SUPERSEDED),
                tally.count(Outcome.DUPLICATE),
                tally.count(Outcome.SUSPICIOUS),
                tally.count(Outcome.REJECTED),
                tally.count(Outcome.UNRESOLVED),
                watermark.inFlight(),
                Duration.ofNanos(System.nanoTime() - watermark.caughtUpAt(startedAt)),
                keeper.stored(),
                keeper.storedAt(),
                lastError,
                Instant.now());
    }

    private Thread daemon(String suffix, Runnable work) {
        Thread made = new Thread(work, "optimist-sync-" + options.name() + suffix);
        made.setDaemon(true);
        return made;
    }
}
