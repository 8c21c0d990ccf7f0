package dev.optimist.elasticsearch.examples;

import dev.optimist.elasticsearch.examples.StockCount.SoldOutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Buyers that all start at the same moment, and what became of their wishes. */
final class Crowd {
    /** Buys one piece, or throws {@link SoldOutException}. */
    interface Purchase {
        Sale make();
    }

    /** One piece sold: what it left in stock, and how many attempts it took. */
    record Sale(int left, int attempts) {}

    /** All of it. */
    record Report(List<Sale> sales, int soldOut, Duration took) {
        int sold() {
            return sales.size();
        }

        int attempts() {
            return sales.stream().mapToInt(Sale::attempts).sum();
        }

        int lowest() {
            return sales.stream().mapToInt(Sale::left).min().orElseThrow();
        }

        int distinct() {
            return (int) sales.stream().mapToInt(Sale::left).distinct().count();
        }
    }

    private final int buyers;
    private final int wantedByEach;
    private final Purchase purchase;
    private final ConcurrentLinkedQueue<Sale> sales = new ConcurrentLinkedQueue<>();
    private final AtomicInteger soldOut = new AtomicInteger();

    Crowd(int buyers, int wantedByEach, Purchase purchase) {
        this.buyers = buyers;
        this.wantedByEach = wantedByEach;
        this.purchase = purchase;
    }

    /** Buys, and tells how many are sold from time to time. */
    Report buy(Duration interval, IntConsumer progress) {
        CyclicBarrier start = new CyclicBarrier(buyers);
        ExecutorService threads = Executors.newFixedThreadPool(buyers);
        long begun = System.nanoTime();
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < buyers; i++) {
                all.add(threads.submit(() -> {
                    start.await();
                    for (int piece = 0; piece < wantedByEach; piece++) {
                        buyOne();
                    }
                    return null;
                }));
            }
            for (Future<?> buyer : all) {
                await(buyer, interval, progress);
            }
        } finally {
            threads.shutdownNow();
        }
        return new Report(List.copyOf(sales), soldOut.get(), Duration.ofNanos(System.nanoTime() - begun));
    }

    private void buyOne() {
        try {
            sales.add(purchase.make());
        } catch (SoldOutException e) {
            soldOut.incrementAndGet();
        }
    }

    private void await(Future<?> buyer, Duration interval, IntConsumer progress) {
        while (true) {
            try {
                buyer.get(interval.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                progress.accept(sales.size());
            } catch (ExecutionException e) {
                throw new IllegalStateException("a buyer gave up: " + e.getCause(), e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the buyers were buying", e);
            }
        }
    }
}
