package dev.optimist.elasticsearch.bench;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.Time;
import co.elastic.clients.elasticsearch.core.GetResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** What is written without this library, each by its book. */
final class ByHand {
    private static final int CONFLICT = 409;
    static final int RETRY_ON_CONFLICT = 50;
    private static final long BASE = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long MOST = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int DOUBLINGS = 10; // 5 ms 10 times doubled are beyond 500 ms already

    private ByHand() {}

    /** How long to wait after the conflict of an attempt, the first of which is 1. */
    interface Pause {
        long nanos(int attempt);
    }

    static long none(int attempt) {
        return 0;
    }

    static long exponential(int attempt) {
        return Math.min(MOST, BASE << Math.min(attempt - 1, DOUBLINGS));
    }

    static long fullJitter(int attempt) {
        return ThreadLocalRandom.current().nextLong(exponential(attempt) + 1);
    }

    private static boolean isConflict(ElasticsearchException e) {
        return e.status() == CONFLICT;
    }

    /** GET, conditional PUT, and from the start after a conflict, for as long as the turn lasts. */
    record Loop(String name, ElasticsearchClient client, String index, Pause pause) implements Side {
        @Override
        public Outcome sellOne(String id, long end) throws IOException, InterruptedException {
            int attempt = 1;
            while (!sold(id)) {
                long left = end - System.nanoTime();
                long sleep = Math.min(pause.nanos(attempt), left);
                if (sleep > 0) {
                    TimeUnit.NANOSECONDS.sleep(sleep);
                }
                if (end - System.nanoTime() <= 0) {
                    return Outcome.UNFINISHED;
                }
                attempt++;
            }
            return Outcome.ACKNOWLEDGED;
        }

        private boolean sold(String id) throws IOException {
            GetResponse<Article> read = client.get(g -> g.index(index).id(id), Article.class);
            Article article = Objects.requireNonNull(read.source()).sellOne();
            try {
                client.index(i -> i.index(index)
                        .id(id)
                        .ifSeqNo(read.seqNo())
                        .ifPrimaryTerm(read.primaryTerm())
                        .document(article));
                return true;
            } catch (ElasticsearchException e) {
                if (isConflict(e)) {
                    return false;
                }
                throw e;
            }
        }
    }

    /**
     * GET and conditional PUT once, with an end to both as this library has it: the server is told when to stop trying, and the
     * caller stops waiting, for which elasticsearch-java has asynchronous calls.
     */
    record InTime(String name, ElasticsearchAsyncClient client, String index) implements Side {
        private static final long SECONDS = 30;
        private static final Time TIMEOUT = Time.of(t -> t.time(SECONDS + "s"));

        @Override
        public Outcome sellOne(String id, long end) throws IOException, InterruptedException {
            GetResponse<Article> read = inTime(client.get(g -> g.index(index).id(id), Article.class));
            Article article = Objects.requireNonNull(read.source()).sellOne();
            inTime(client.index(i -> i.index(index)
                    .id(id)
                    .ifSeqNo(read.seqNo())
                    .ifPrimaryTerm(read.primaryTerm())
                    .timeout(TIMEOUT)
                    .document(article)));
            return Outcome.ACKNOWLEDGED;
        }

        private static <R> R inTime(CompletableFuture<R> answer) throws IOException, InterruptedException {
            try {
                return answer.get(SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException(e);
            }
        }
    }

    /**
     * A partial document by {@code _update}, repeated by the server. It sends a number from nowhere, as it has read nothing,
     * and so cannot count: what a counter needs is a script. Every number is another, in other
     * JVMs too, or the server would not write: hence they begin anywhere.
     */
    record PartialUpdate(String name, ElasticsearchClient client, String index, AtomicLong numbers) implements Side {
        static PartialUpdate of(String name, ElasticsearchClient client, String index) {
            return new PartialUpdate(
                    name,
                    client,
                    index,
                    new AtomicLong(ThreadLocalRandom.current().nextLong(1L << 50)));
        }

        @Override
        public Check check() {
            return Check.WRITTEN;
        }

        @Override
        public Outcome sellOne(String id, long end) throws IOException {
            Map<String, Long> part = Map.of("sold", numbers.incrementAndGet());
            try {
                client.update(
                        u -> u.index(index)
                                .id(id)
                                .retryOnConflict(RETRY_ON_CONFLICT)
                                .doc(part),
                        Article.class);
                return Outcome.ACKNOWLEDGED;
            } catch (ElasticsearchException e) {
                if (isConflict(e)) {
                    return Outcome.GAVE_UP;
                }
                throw e;
            }
        }
    }

    /** The whole article without a condition: each thread knows its own sales and overwrites those of the others. */
    static final class BlindIndex implements Side {
        private final ElasticsearchClient client;
        private final String index;
        private final ThreadLocal<Article> own = ThreadLocal.withInitial(() -> Article.of("Umbrella"));

        BlindIndex(ElasticsearchClient client, String index) {
            this.client = client;
            this.index = index;
        }

        @Override
        public String name() {
            return Sides.BLIND_INDEX;
        }

        @Override
        public Check check() {
            return Check.LOSES;
        }

        @Override
        public Outcome sellOne(String id, long end) throws IOException {
            Article article = own.get().sellOne();
            client.index(i -> i.index(index).id(id).document(article));
            own.set(article);
            return Outcome.ACKNOWLEDGED;
        }
    }
}
