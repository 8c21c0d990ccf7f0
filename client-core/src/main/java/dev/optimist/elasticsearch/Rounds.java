package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Answer;
import dev.optimist.elasticsearch.internal.DialectException;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Written;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Leads the lanes whose calls wait: takes what is ready, reads all of it with one request, applies the functions, and writes
 * all of it with another. What comes meanwhile is for the next round; so the more is waiting, the more a request carries, and
 * a lane that is alone gets its requests for itself.
 *
 * <p>Functions run on {@link #THREADS} threads, which end when there is nothing to do; nothing waits for an answer on them. A
 * function that takes long is left alone with its thread, and another comes in its place ({@link SlowFunctions}). Thread-safe.
 */
final class Rounds implements AutoCloseable {
    static final int THREADS = 2;

    /** How many rounds may have a request under way; more did not bring more (docs/performance.md). */
    static final int AT_ONCE = 4;

    /** How many documents a request carries. */
    static final int DOCUMENTS = 500;

    /** How many bytes of documents a request carries, unless a single one is larger. */
    static final long BYTES = 5L << 20;

    private static final long IDLE_SECONDS = 10;

    private static final class OwnThread extends Thread {
        OwnThread(Runnable run, String name) {
            super(run, name);
            setDaemon(true);
        }
    }

    private final Exchange exchange;
    private final ScheduledThreadPoolExecutor threads;
    private final SlowFunctions slow;
    private final Queue<Ready> ready = new ConcurrentLinkedQueue<>();
    private final Semaphore free = new Semaphore(AT_ONCE);
    private volatile double averageBytes = 1000;

    Rounds(Exchange exchange) {
        this.exchange = exchange;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ScheduledThreadPoolExecutor(
                THREADS, run -> new OwnThread(run, "optimist-" + number.incrementAndGet()));
        threads.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        threads.allowCoreThreadTimeOut(true);
        threads.setRemoveOnCancelPolicy(true);
        this.slow = new SlowFunctions(threads);
    }

    Exchange exchange() {
        return exchange;
    }

    /**
     * A lane that wants a leader.
     *
     * @param lingering not null if it is led, and this has just ended in it
     */
    private record Ready(
            Lanes lanes, Address key, Lane lane, @Nullable Batch<?> lingering) {}

    private record Led(Ready lane, Turn<?> turn) {}

    /** Leads a lane that was left with work, after a pause in milliseconds. */
    void follow(Lanes lanes, Address key, Lane lane, long pause) {
        Ready left = new Ready(lanes, key, lane, null);
        if (pause > 0) {
            follow(left, TimeUnit.MILLISECONDS.toNanos(pause), () -> true);
        } else {
            follow(left);
        }
    }

    private void follow(Ready left) {
        ready.add(left);
        if (free.availablePermits() > 0) { // else a round that ends will see it
            try {
                threads.execute(this::pump);
            } catch (RejectedExecutionException e) {
                left.lane.abandon(); // we have closed
            }
        }
    }

    private void follow(Ready left, long nanos, BooleanSupplier still) {
        try {
            var unused = after(nanos, () -> {
                if (still.getAsBoolean()) {
                    ready.add(left);
                    pump();
                }
            });
        } catch (RejectedExecutionException e) {
            left.lane.abandon();
        }
    }

    static boolean isOnOwnThread() {
        return Thread.currentThread() instanceof OwnThread;
    }

    /** Runs something small after a time, unless it is cancelled or the rounds end. */
    Future<?> after(long nanos, Runnable run) {
        return threads.schedule(run, nanos, TimeUnit.NANOSECONDS);
    }

    /** Ends the threads once what is under way has ended; nothing new is begun. */
    @Override
    public void close() {
        threads.shutdown();
    }

    /** Runs what follows an answer, even if we have closed meanwhile. */
    private void run(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    private void pump() {
        while (!ready.isEmpty() && free.tryAcquire()) {
            List<Led> led = taken();
            if (led.isEmpty()) {
                free.release();
            } else {
                new Round(led, true).read();
            }
        }
    }

    private List<Led> taken() {
        List<Led> led = new ArrayList<>();
        long most = Math.max(1, Math.min(DOCUMENTS, (long) (BYTES / averageBytes)));
        for (Ready next = ready.poll(); next != null; next = led.size() < most ? ready.poll() : null) {
            Turn<?> turn = Turn.begin(exchange, next.lane, next.lingering);
            if (turn == null) {
                next.lanes.left(next.key, next.lane, null, 0);
            } else {
                led.add(new Led(next, turn));
            }
        }
        return led;
    }

    private void leave(Led led, long took) {
        Batch<?> batch = led.turn.batch();
        Ready lane = led.lane;
        if (batch.hasMore()) {
            lane.lanes.left(lane.key, lane.lane, batch, batch.pause());
        } else if (batch.together() > 1) {
            linger(lane, batch, took);
        } else {
            lane.lanes.left(lane.key, lane.lane, null, 0);
        }
    }

    /**
     * Gives those who are about to be told the time to come again: that of a read, or where none is needed at most half of
     * that of the write before, as each write is worth the more the more it carries.
     */
    private void linger(Ready lane, Batch<?> batch, long took) {
        if (batch.isKnown()) {
            Ready left = new Ready(lane.lanes, lane.key, lane.lane, null);
            Runnable complete = () -> follow(left);
            if (lane.lane.gather(batch.together(), complete)) {
                follow(left, took / 2, () -> lane.lane.goOn(complete));
                return;
            }
        }
        ready.add(new Ready(lane.lanes, lane.key, lane.lane, batch));
    }

    /** Some lanes, from the read to what came of the write. */
    private final class Round implements SlowFunctions.Work<Led> {
        private final List<Led> led;

        /** Whether it is one of those that may be under way; what a slow function has split off is not. */
        private final boolean counted;

        private long sent;

        Round(List<Led> led, boolean counted) {
            this.led = led;
            this.counted = counted;
        }

        void read() {
            List<Led> reading = led.stream().filter(l -> l.turn.wantsRead()).toList();
            if (reading.isEmpty()) {
                Rounds.this.run(this::compose); // not at once: who calls this has still callers to wake
            } else if (reading.size() == 1) {
                Address address = reading.get(0).turn.address();
                then(
                        one(exchange.dialect().get(address, exchange.requestTimeout())),
                        reading,
                        Turn::read,
                        this::compose);
            } else {
                List<Address> addresses =
                        reading.stream().map(l -> l.turn.address()).toList();
                then(exchange.dialect().mget(addresses, exchange.requestTimeout()), reading, Turn::read, this::compose);
            }
        }

        private void compose() {
            slow.run(led, this);
        }

        @Override
        public void apply(Led each) {
            each.turn.lane().asLeader(each.turn::compose);
        }

        @Override
        public void applied(List<Led> all) {
            (all.size() == led.size() ? this : new Round(all, counted)).write();
        }

        @Override
        public void appliedLate(Led one) {
            new Round(List.of(one), false).write();
        }

        private void write() {
            sent = System.nanoTime();
            Map<Request, List<Led>> requests = requests();
            AtomicInteger open = new AtomicInteger(requests.size());
            for (Map.Entry<Request, List<Led>> request : requests.entrySet()) {
                List<Led> led = request.getValue();
                then(sent(led, request.getKey().seeing), led, Turn::written, () -> {
                    if (open.decrementAndGet() == 0) {
                        end();
                    }
                });
            }
            if (requests.isEmpty()) {
                end();
            }
        }

        private CompletableFuture<List<Answer<Written>>> sent(List<Led> request, boolean seeing) {
            List<Write> writes = request.stream()
                    .map(l -> Objects.requireNonNull(l.turn.write()))
                    .toList();
            if (seeing) {
                return exchange.dialect().bulkAndSee(writes, exchange.requestTimeout());
            }
            if (writes.size() > 1) {
                return exchange.dialect().bulk(writes, exchange.requestTimeout());
            }
            return one(exchange.send(writes.get(0), exchange.requestTimeout()));
        }

        private record Request(
                @Nullable Object refresh, @Nullable Object activeShards, long number, boolean seeing) {}

        /** What goes into one bulk has the same parameters of the request, and not too many bytes. */
        private Map<Request, List<Led>> requests() {
            Map<Request, List<Led>> requests = new LinkedHashMap<>();
            long bytes = 0;
            for (Led each : led) {
                Write write = each.turn.write();
                if (write != null) {
                    int length = write.source() == null ? 0 : write.source().length;
                    double average = averageBytes; // an update that is lost does no harm
                    averageBytes = average + (Math.max(100, length) - average) / 100;
                    bytes += length;
                    Write.Parameters p = write.parameters();
                    Request request =
                            new Request(p.refresh(), p.waitForActiveShards(), bytes / BYTES, each.turn.wantsSight());
                    requests.computeIfAbsent(request, r -> new ArrayList<>()).add(each);
                }
            }
            return requests;
        }

        /** Callers are woken last, while the next requests are under way. */
        private void end() {
            List<Call<?>> untold = new ArrayList<>();
            led.forEach(l -> untold.addAll(l.turn.batch().untold()));
            try {
                if (counted) {
                    free.release();
                }
                long took = System.nanoTime() - sent;
                led.forEach(l -> leave(l, took));
                pump();
            } finally {
                untold.forEach(Call::tell);
            }
        }

        /** Gives each its answer, or all the same failure, on one of our threads. */
        private <A> void then(
                CompletableFuture<List<Answer<A>>> answers,
                List<Led> asking,
                BiConsumer<Turn<?>, Answer<A>> answered,
                Runnable next) {
            var unused = answers.handleAsync(
                    (all, failed) -> {
                        for (int i = 0; i < asking.size(); i++) {
                            answered.accept(
                                    asking.get(i).turn, failed == null ? all.get(i) : Answer.failed(failure(failed)));
                        }
                        next.run();
                        return null;
                    },
                    Rounds.this::run);
        }
    }

    private static <A> CompletableFuture<List<Answer<A>>> one(CompletableFuture<A> answer) {
        return answer.thenApply(value -> List.of(Answer.of(value)));
    }

    private static Failure failure(Throwable failed) {
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        if (cause instanceof DialectException e) {
            return e.failure();
        }
        return new Failure(
                Failure.Outcome.UNKNOWN, 0, null, "a dialect failed otherwise than it may: " + cause, null, cause);
    }
}
