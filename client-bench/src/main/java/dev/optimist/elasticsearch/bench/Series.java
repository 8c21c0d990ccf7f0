package dev.optimist.elasticsearch.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;

/**
 * Rounds in which each side works for the same time, in ten short turns: what the machine does besides, and the server's
 * own housekeeping, is then about the same for all of a round. The order changes from turn to turn, so that none has the
 * better place.
 */
final class Series {
    /** All orders of three: after six turns, each side was in each place twice and before each other three times. */
    private static final int[][] ORDERS = {{0, 1, 2}, {2, 1, 0}, {1, 2, 0}, {0, 2, 1}, {2, 0, 1}, {1, 0, 2}};

    private static final int TURNS = 10;

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /**
     * What one side did in one round.
     *
     * @param operations how many readModifyWrites
     * @param nanos how long they took
     * @param cpuNanos the processor time of this JVM, without the server
     */
    record Slice(long operations, long nanos, long cpuNanos) {
        static final Slice NONE = new Slice(0, 0, 0);

        Slice plus(Slice turn) {
            return new Slice(operations + turn.operations, nanos + turn.nanos, cpuNanos + turn.cpuNanos);
        }

        double perSecond() {
            return operations * 1e9 / nanos;
        }

        double cpuMicros() {
            return cpuNanos / 1e3 / operations;
        }
    }

    /**
     * What came out.
     *
     * @param threads at once, each with documents of its own
     * @param rounds of each, a slice of each side
     */
    record Measured(int threads, List<List<Slice>> rounds) {
        double[] perSecond(int side) {
            return rounds.stream().mapToDouble(r -> r.get(side).perSecond()).toArray();
        }

        double[] cpuMicros(int side) {
            return rounds.stream().mapToDouble(r -> r.get(side).cpuMicros()).toArray();
        }

        /** Compares two sides round by round. */
        Quartiles ratio(int numerator, int denominator) {
            return Quartiles.ofRatios(perSecond(numerator), perSecond(denominator));
        }
    }

    private final List<Side> sides;
    private final List<AtomicLongArray> sold;
    private final Duration slice;
    private final Consumer<String> progress;
    private int turns;

    /**
     * Prepares.
     *
     * @param sides three
     * @param sold counts what was sold, for each side and document
     * @param slice how long a side works in one round
     * @param progress gets a line for each round
     */
    Series(List<Side> sides, List<AtomicLongArray> sold, Duration slice, Consumer<String> progress) {
        this.sides = sides;
        this.sold = sold;
        this.slice = slice;
        this.progress = progress;
    }

    /** Runs the rounds; those for warming up are not in the result. */
    Measured run(int threads, int warmUp, int rounds) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<List<Slice>> measured = new ArrayList<>();
            for (int round = -warmUp; round < rounds; round++) {
                List<Slice> slices = round(pool, threads);
                if (round >= 0) {
                    measured.add(slices);
                }
                progress.accept(line(threads, round, rounds, slices));
            }
            return new Measured(threads, measured);
        } finally {
            pool.shutdownNow();
        }
    }

    private List<Slice> round(ExecutorService pool, int threads) throws InterruptedException {
        Slice[] slices = new Slice[sides.size()];
        Arrays.fill(slices, Slice.NONE);
        for (int turn = 0; turn < TURNS; turn++) {
            for (int side : ORDERS[turns++ % ORDERS.length]) {
                slices[side] = slices[side].plus(turn(pool, threads, side));
            }
        }
        return List.of(slices);
    }

    private Slice turn(ExecutorService pool, int threads, int side) throws InterruptedException {
        CyclicBarrier start = new CyclicBarrier(threads);
        long cpu = SYSTEM.getProcessCpuTime();
        long begun = System.nanoTime();
        List<Future<Long>> working = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int thread = i;
            working.add(pool.submit(() -> {
                start.await();
                return sell(side, thread, threads, begun + slice.toNanos() / TURNS);
            }));
        }
        long operations = 0;
        for (Future<Long> work : working) {
            try {
                operations += work.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(sides.get(side).name() + " failed: " + e.getCause(), e.getCause());
            }
        }
        return new Slice(operations, System.nanoTime() - begun, SYSTEM.getProcessCpuTime() - cpu);
    }

    /** Goes round the documents of this thread, which no other thread has. */
    private long sell(int side, int thread, int threads, long end) throws IOException {
        Side by = sides.get(side);
        long operations = 0;
        while (true) {
            for (int document = thread; document < Side.DOCUMENTS; document += threads) {
                by.sellOne(by.id(document));
                sold.get(side).incrementAndGet(document);
                operations++;
                if (System.nanoTime() - end >= 0) {
                    return operations;
                }
            }
        }
    }

    private String line(int threads, int round, int rounds, List<Slice> slices) {
        StringBuilder line = new StringBuilder(threads + (threads == 1 ? " thread" : " threads"));
        line.append(round < 0 ? ", warming up" : ", round " + (round + 1) + " of " + rounds);
        for (int side = 0; side < slices.size(); side++) {
            line.append(side == 0 ? ": " : ", ").append(sides.get(side).name()).append(' ');
            line.append(Math.round(slices.get(side).perSecond())).append("/s");
        }
        return line.toString();
    }
}
