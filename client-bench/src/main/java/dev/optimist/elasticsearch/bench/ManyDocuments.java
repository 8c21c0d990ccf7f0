package dev.optimist.elasticsearch.bench;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * One change for each of many documents. In a round a {@link BatchSide} goes once through all of its documents, however long
 * that takes, and each of the others goes on through its own for as long as its turn lasts. Each shelf is refreshed before,
 * so that all read documents that were written some time ago, as a nightly job does.
 *
 * @param client whose sides these are
 * @param index of the documents
 * @param stock of the sides
 * @param requests counts them
 * @param slice of a side that sells one by one
 * @param progress gets a line for each round
 */
record ManyDocuments(
        ElasticsearchClient client,
        String index,
        Stock stock,
        Requests requests,
        Span slice,
        Consumer<String> progress) {

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** Runs the rounds and checks the documents; rounds for warming up are checked too, but not in the result. */
    Measured run(int warmUp, int rounds) throws IOException, InterruptedException {
        ExecutorService pool = Executors.newCachedThreadPool();
        try {
            List<List<Slice>> measured = new ArrayList<>();
            for (int round = -warmUp; round < rounds; round++) {
                Slice[] slices = new Slice[stock.shelves().size()];
                for (int side : Orders.of(slices.length, round + warmUp)) {
                    client.indices().refresh(r -> r.index(index));
                    slices[side] = turn(pool, stock.shelves().get(side));
                }
                if (round >= 0) {
                    measured.add(List.of(slices));
                }
                progress.accept(Series.line(Ratio.MANY, 0, round, rounds, stock.names(), List.of(slices)));
            }
            stock.check();
            return new Measured(Ratio.MANY, 0, stock.names(), measured, stock.overwritten());
        } finally {
            pool.shutdownNow();
        }
    }

    private Slice turn(ExecutorService pool, Shelf shelf) throws IOException, InterruptedException {
        if (shelf.side() instanceof BatchSide side) {
            return batch(side, shelf);
        }
        int threads = shelf.side() instanceof Crew crew ? crew.threads() : 1;
        Tally tally = new Tally(threads);
        Turn.run(pool, threads, shelf, slice, requests, tally);
        return tally.slice();
    }

    private Slice batch(BatchSide side, Shelf shelf) throws IOException, InterruptedException {
        long acknowledged = shelf.total();
        long sent = requests.count();
        long cpu = SYSTEM.getProcessCpuTime();
        long begun = System.nanoTime();
        side.sellAll(shelf);
        double seconds = (System.nanoTime() - begun) / 1e9;
        acknowledged = shelf.total() - acknowledged;
        double micros = (SYSTEM.getProcessCpuTime() - cpu) / 1e3 / acknowledged;
        double none = Double.NaN; // the latency of one document says nothing
        return new Slice(acknowledged / seconds, acknowledged, 0, 0, none, micros, none, none, none, none)
                .withRequests(sent < 0 ? -1 : requests.count() - sent);
    }
}
