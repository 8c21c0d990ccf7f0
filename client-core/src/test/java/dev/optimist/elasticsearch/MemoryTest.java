package dev.optimist.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Answer;
import dev.optimist.elasticsearch.internal.Stored;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Written;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left of documents that were changed once: nothing, or what is kept on purpose, up to its bound. */
class MemoryTest {
    private static final int DOCUMENTS = 1_000_000;

    /** Of the heap after a collection, on both sides of a million documents. */
    private static final long NOISE = 2L << 20;

    record Counter(int n) {}

    /**
     * Has every document there is, and keeps none: a million round trips to a real server take minutes, and ten times that
     * is what the server itself leaves on the heap. The same on a real one: MillionDocumentsIT.
     */
    private static final class EveryDocument extends PartialDialect {
        private final AtomicInteger writes = new AtomicInteger();

        @Override
        public CompletableFuture<Stored> get(Address address, Duration timeout) {
            return CompletableFuture.completedFuture(stored());
        }

        private static Stored stored() {
            return new Stored("i", true, null, 1, 1, 1, "{\"n\":1}".getBytes(UTF_8));
        }

        @Override
        public CompletableFuture<List<Answer<Stored>>> mget(List<Address> addresses, Duration timeout) {
            return CompletableFuture.completedFuture(
                    addresses.stream().map(address -> Answer.of(stored())).toList());
        }

        @Override
        public CompletableFuture<Written> index(Write write, Duration timeout) {
            return CompletableFuture.completedFuture(written());
        }

        private Written written() {
            writes.incrementAndGet();
            return new Written("i", Result.Updated, 2, 2, 1);
        }

        @Override
        public CompletableFuture<List<Answer<Written>>> bulk(List<Write> writes, Duration timeout) {
            return CompletableFuture.completedFuture(
                    writes.stream().map(write -> Answer.of(written())).toList());
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void aMillionDocumentsLeaveNothingBehind(boolean async, boolean reuseLastWrite) {
        EveryDocument server = new EveryDocument();
        MemoryServer.Client<Counter> client = MemoryServer.client(server, Counter.class, 1000);
        VersionedDocuments<Counter> documents = client.documents().with(o -> o.reuseLastWrite(reuseLastWrite));
        change(documents, async, 0, 20_000); // classes, threads and what is kept on purpose are there from now on
        await(client);
        long before = heap();
        long threads = ManagementFactory.getThreadMXBean().getTotalStartedThreadCount();
        long begun = System.nanoTime();
        change(documents, async, 20_000, 20_000 + DOCUMENTS);
        await(client);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        long grown = heap() - before;
        System.out.printf(
                "%d documents, %s%s: %d ms, heap %d kB before and %+d kB after%n",
                DOCUMENTS,
                async ? "futures" : "calls",
                reuseLastWrite ? ", reuseLastWrite" : "",
                millis,
                before >> 10,
                grown >> 10);
        assertThat(server.writes).hasValue(20_000 + DOCUMENTS);
        assertThat(grown).isLessThan(NOISE);
        assertThat(ManagementFactory.getThreadMXBean().getTotalStartedThreadCount() - threads)
                .as("threads started")
                .isLessThan(50);
        client.rounds().close();
    }

    private static void change(VersionedDocuments<Counter> documents, boolean async, int from, int to) {
        for (int id = from; id < to; id++) {
            if (async) {
                var unused = documents.async().readModifyWrite(Integer.toString(id), c -> new Counter(c.n() + 1));
            } else {
                documents.readModifyWrite(Integer.toString(id), c -> new Counter(c.n() + 1));
            }
        }
    }

    private static void await(MemoryServer.Client<Counter> client) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (client.lanes().size() > 0 || client.inFlight().room() < 1000) {
            assertThat(System.nanoTime()).as("something is left behind").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static long heap() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            memory.gc();
            least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
