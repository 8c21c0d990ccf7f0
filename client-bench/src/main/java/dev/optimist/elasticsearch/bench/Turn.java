package dev.optimist.elasticsearch.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.optimist.elasticsearch.bench.Side.Outcome;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Lets the threads of one side work for a while, all from the same moment on. */
final class Turn {
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private Turn() {}

    /**
     * Runs one and adds it to the tally.
     *
     * @param pool of at least as many threads, none of them busy
     * @param shelf whose side works
     * @param span how long; each thread then ends the update that it is at, as its side does
     * @throws IllegalStateException if an update failed, or what became of it is not known
     */
    static void run(ExecutorService pool, int threads, Shelf shelf, Span span, Requests requests, Tally tally)
            throws IOException, InterruptedException {
        long before = requests.count();
        AtomicLong begun = new AtomicLong();
        CyclicBarrier start = new CyclicBarrier(threads, () -> begun.set(System.nanoTime()));
        long cpu = SYSTEM.getProcessCpuTime();
        List<Future<Tally.Row>> working = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int thread = i;
            working.add(pool.submit(() -> {
                start.await();
                long countFrom = begun.get() + span.lead().toNanos();
                long end = countFrom + span.counted().toNanos();
                Tally.Row row = new Tally.Row(countFrom);
                work(shelf, thread, threads, begun.get(), end, row);
                return row;
            }));
        }
        for (int thread = 0; thread < threads; thread++) {
            try {
                tally.add(thread, working.get(thread).get());
            } catch (ExecutionException e) {
                String side = shelf.side().name();
                throw new IllegalStateException(side + " failed: " + e.getCause(), e.getCause());
            }
        }
        cpu = SYSTEM.getProcessCpuTime() - cpu;
        tally.add(before < 0 ? -1 : requests.count() - before, cpu);
    }

    /** Goes round the documents of this thread, which no other thread has, unless there is but one for all. */
    private static void work(Shelf shelf, int thread, int threads, long begun, long end, Tally.Row row)
            throws IOException, InterruptedException {
        Side side = shelf.side();
        int document = thread % shelf.documents();
        long now = begun;
        while (now - end < 0) {
            Outcome outcome = side.sellOne(shelf.id(document), end);
            long then = System.nanoTime();
            row.add(outcome, now, then);
            if (outcome == Outcome.ACKNOWLEDGED) {
                shelf.acknowledged().incrementAndGet(document);
            }
            now = then;
            document = document + threads < shelf.documents() ? document + threads : thread % shelf.documents();
        }
        row.end(now);
    }
}
