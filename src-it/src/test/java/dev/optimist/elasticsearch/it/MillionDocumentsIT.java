package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.BulkOptions;
import dev.optimist.elasticsearch.Internals;
import dev.optimist.elasticsearch.ModifiedTotal;
import dev.optimist.elasticsearch.VersionedDocuments;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A million documents on a real server, each changed twice: what is left of them in the client. */
@Tag("outcomes-long")
class MillionDocumentsIT extends ServerTest {
    private static final int DOCUMENTS = 1_000_000;

    /** Of the heap after a collection. What one kept document takes, a million times, is a hundred times as much. */
    private static final long NOISE = 4L << 20;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leaveNothingBehind(boolean reuseLastWrite) throws Exception {
        VersionedDocuments<Counter> documents = counters.with(o -> o.reuseLastWrite(reuseLastWrite));
        documents.bulk(
                IntStream.range(0, DOCUMENTS).mapToObj(i -> BulkOperation.create(Integer.toString(i), new Counter(0))),
                BulkOptions.standard(),
                result -> result.orThrow());
        change(documents, 0, 20_000); // classes, threads, buffers and what is kept on purpose are there from now on
        documents.readModifyWriteAll(ids(0, 20_000), c -> c.plus(1), item -> item.orThrow());
        long before = heap();

        long begun = System.nanoTime();
        change(documents, 20_000, DOCUMENTS);
        long futures = (System.nanoTime() - begun) / 1_000_000;
        begun = System.nanoTime();
        ModifiedTotal total =
                documents.readModifyWriteAll(ids(20_000, DOCUMENTS), c -> c.plus(1), item -> item.orThrow());
        long all = (System.nanoTime() - begun) / 1_000_000;

        await(() -> Internals.lanes(client) == 0);
        long grown = heap() - before;
        System.out.printf(
                "MillionDocumentsIT: reuseLastWrite %s: futures %d ms, readModifyWriteAll %d ms; heap %d kB, %+d kB%n",
                reuseLastWrite, futures, all, before >> 10, grown >> 10);
        assertThat(total.applied()).isEqualTo(DOCUMENTS - 20_000);
        assertThat(stored("999999").at("/_source/n").asInt()).isEqualTo(2);
        assertThat(grown).isLessThan(NOISE);
    }

    private static void change(VersionedDocuments<Counter> documents, int from, int to) throws InterruptedException {
        Semaphore room = new Semaphore(2_000);
        AtomicInteger failed = new AtomicInteger();
        for (int id = from; id < to; id++) {
            room.acquire();
            var unused = documents
                    .async()
                    .readModifyWrite(Integer.toString(id), c -> c.plus(1))
                    .whenComplete((done, failure) -> {
                        failed.addAndGet(failure == null ? 0 : 1);
                        room.release();
                    });
        }
        room.acquire(2_000);
        assertThat(failed).hasValue(0);
    }

    private static Stream<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString);
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
