package dev.optimist.elasticsearch.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Rounds in which each side works for the same time: what the machine does besides, and the server's own housekeeping, is
 * then about the same for all of a round, the more so the more short turns a round has. The order is that of
 * {@link Orders}, another one each turn.
 *
 * @param name what it is called in the report
 * @param stock of the sides
 * @param requests counts them
 * @param turns how many a round has
 * @param slice how long a side works in one round
 * @param progress gets a line for each round
 */
record Series(String name, Stock stock, Requests requests, int turns, Span slice, Consumer<String> progress) {

    /** Runs the rounds and checks the documents; rounds for warming up are checked too, but not in the result. */
    Measured run(int threads, int warmUp, int rounds) throws IOException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<List<Slice>> measured = new ArrayList<>();
            for (int round = -warmUp; round < rounds; round++) {
                List<Slice> slices = round(pool, threads, round + warmUp);
                if (round >= 0) {
                    measured.add(slices);
                }
                progress.accept(line(name, threads, round, rounds, stock.names(), slices));
            }
            stock.check();
            return new Measured(name, threads, stock.names(), measured, stock.overwritten());
        } finally {
            pool.shutdownNow();
        }
    }

    private List<Slice> round(ExecutorService pool, int threads, int round) throws IOException, InterruptedException {
        List<Shelf> shelves = stock.shelves();
        List<Tally> tallies = shelves.stream().map(s -> new Tally(threads)).toList();
        for (int turn = 0; turn < turns; turn++) {
            for (int side : Orders.of(shelves.size(), round * turns + turn)) {
                Turn.run(pool, threads, shelves.get(side), slice.dividedBy(turns), requests, tallies.get(side));
            }
        }
        return tallies.stream().map(Tally::slice).toList();
    }

    /** Returns what can be said of a round while others go on; the first is 0, those before are for warming up. */
    static String line(String name, int threads, int round, int rounds, List<String> sides, List<Slice> slices) {
        StringBuilder line = new StringBuilder(Measured.title(name, threads));
        line.append(round < 0 ? ", warming up" : ", round " + (round + 1) + " of " + rounds);
        for (int side = 0; side < slices.size(); side++) {
            line.append(side == 0 ? ": " : ", ").append(sides.get(side)).append(' ');
            line.append(Math.round(slices.get(side).perSecond())).append("/s");
        }
        return line.toString();
    }
}
