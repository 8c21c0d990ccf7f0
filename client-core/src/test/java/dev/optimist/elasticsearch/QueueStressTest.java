package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Threads and futures on a few documents, in haste: some throw, some have no time, some are cancelled, all at once. Every
 * change has a number, so that each is accounted for by itself.
 */
class QueueStressTest {
    private static final int THREADS = 6;
    private static final int ROUNDS = 30;
    private static final int CALLS = 40;

    /** How a call ended. */
    private enum End {
        APPLIED,
        NOTHING_WRITTEN,
        THREW,
        UNKNOWN,
        CANCELLED
    }

    record Numbers(List<Integer> numbers) {
        Numbers plus(int number) {
            List<Integer> more = new ArrayList<>(numbers);
            more.add(number);
            return new Numbers(more);
        }
    }

    private static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final ExecutorService answers = Executors.newFixedThreadPool(2);

    @AfterEach
    void stop() {
        threads.shutdownNow();
        answers.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(Contention.class)
    void eachChangeIsThereAsItsCallerWasTold(Contention contention) throws Exception {
        long seed = new Random().nextLong();
        System.out.println("QueueStressTest: " + contention + ", seed " + seed);
        MemoryServer server = new MemoryServer(answers);
        MemoryServer.Client<Numbers> client = server.client(Numbers.class, 1000);
        VersionedDocuments<Numbers> documents = client.documents().with(o -> o.contention(contention));
        Map<Integer, End> ends = new ConcurrentHashMap<>();
        AtomicInteger numbers = new AtomicInteger();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<String> ids = List.of(round + "a", round + "b", round + "c");
            for (String id : ids) {
                documents.create(id, new Numbers(List.of()));
            }
            ends.clear();
            numbers.set(0);
            List<Future<?>> callers = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                SplittableRandom mine = random.split();
                boolean waiting = t % 2 == 0;
                callers.add(threads.submit(() -> {
                    if (waiting) {
                        calls(documents, ids, numbers, ends, mine);
                    } else {
                        futures(documents, ids, numbers, ends, mine);
                    }
                    return null;
                }));
            }
            for (Future<?> caller : callers) {
                caller.get(60, TimeUnit.SECONDS);
            }
            check(server, ids, ends);
        }
        awaitNone(client);
    }

    private static void calls(
            VersionedDocuments<Numbers> documents,
            List<String> ids,
            AtomicInteger numbers,
            Map<Integer, End> ends,
            SplittableRandom random) {
        for (int i = 0; i < CALLS; i++) {
            int number = numbers.getAndIncrement();
            VersionedDocuments<Numbers> some = hurried(documents, random);
            boolean throwing = random.nextInt(8) == 0;
            String id = ids.get(random.nextInt(ids.size()));
            try {
                some.readModifyWrite(id, now -> changed(now, number, throwing));
                ends.put(number, End.APPLIED);
            } catch (RuntimeException e) {
                ends.put(number, end(e));
            }
        }
    }

    private static void futures(
            VersionedDocuments<Numbers> documents,
            List<String> ids,
            AtomicInteger numbers,
            Map<Integer, End> ends,
            SplittableRandom random) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            int number = numbers.getAndIncrement();
            boolean throwing = random.nextInt(8) == 0;
            CompletableFuture<?> future = hurried(documents, random)
                    .async()
                    .readModifyWrite(ids.get(random.nextInt(ids.size())), now -> changed(now, number, throwing));
            all.add(future.handle((done, failed) -> {
                return ends.put(number, failed == null ? End.APPLIED : end(failed));
            }));
            if (random.nextInt(4) == 0) {
                future.cancel(true);
            }
        }
        for (CompletableFuture<?> each : all) {
            assertThat(each.join()).as("completed before").isNull();
        }
    }

    private static VersionedDocuments<Numbers> hurried(VersionedDocuments<Numbers> documents, SplittableRandom random) {
        return random.nextInt(3) > 0
                ? documents
                : documents.with(o -> o.retry(
                        RetryPolicy.sharedDocument().withDeadline(Duration.ofNanos(1 + random.nextLong(3_000_000)))));
    }

    private static Numbers changed(Numbers now, int number, boolean throwing) {
        if (throwing) {
            throw new Thrown();
        }
        return now.plus(number);
    }

    private static End end(Throwable failed) {
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        if (cause instanceof AttemptsExhaustedException) {
            return End.NOTHING_WRITTEN;
        } else if (cause instanceof Thrown) {
            return End.THREW;
        } else if (cause instanceof OutcomeUnknownException) {
            return End.UNKNOWN;
        } else if (cause instanceof CancellationException) {
            return End.CANCELLED;
        }
        return fail("ended as it may not", cause);
    }

    private static void check(MemoryServer server, List<String> ids, Map<Integer, End> ends) throws IOException {
        assertThat(ends).as("calls that ended").hasSize(THREADS * CALLS);
        List<Integer> stored = new ArrayList<>();
        for (String id : ids) {
            stored.addAll(new ObjectMapper()
                    .readValue(Objects.requireNonNull(server.source(id)), Numbers.class)
                    .numbers());
        }
        assertThat(stored).as("applied at most once").doesNotHaveDuplicates();
        ends.forEach((number, end) -> {
            if (end == End.APPLIED) {
                assertThat(stored).contains(number);
            } else if (end == End.NOTHING_WRITTEN || end == End.THREW) {
                assertThat(stored).as("%s", end).doesNotContain(number);
            }
        });
    }

    private static void awaitNone(MemoryServer.Client<?> client) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (client.lanes().size() > 0 || client.inFlight().room() < 1000) { // a last read, which nobody waits for
            assertThat(System.nanoTime()).as("something is left behind").isLessThan(end);
            Thread.onSpinWait();
        }
        client.rounds().close();
    }
}
