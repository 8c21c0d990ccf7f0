package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.AttemptsExhaustedException;
import dev.optimist.elasticsearch.Internals;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.RetryPolicy;
import dev.optimist.elasticsearch.VersionedDocuments;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;

/**
 * Functions that are quick, that throw, and that wait until all who are in a hurry have ended, of threads and of futures, some
 * of which are cancelled, on a few documents. Every change has a number, so that each is accounted for by itself.
 */
class RandomFunctionsIT extends ServerTest {
    private static final int DOCUMENTS = 4;
    private static final int CALLS = 120;
    private static final Duration HURRY = Duration.ofMillis(400);

    /** What an ended call may take to be seen, on a machine with other things to do. */
    private static final Duration TOLERANCE = Duration.ofMillis(1500);

    private enum Function {
        QUICK,
        THROWS,
        WAITS
    }

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

    private record Begun(int number, Function function, boolean hurried, CompletableFuture<End> end) {}

    private static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private ExecutorService threads;

    @BeforeEach
    void start() {
        threads = Executors.newCachedThreadPool();
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @RepeatedTest(5)
    void eachEndsInTimeAndAsItsCallerWasTold() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("RandomFunctionsIT: seed " + seed);
        Random random = new Random(seed);
        VersionedDocuments<Numbers> patient = typed(client.documents(index, Numbers.class));
        VersionedDocuments<Numbers> hurried =
                patient.with(o -> o.retry(RetryPolicy.sharedDocument().withDeadline(HURRY)));
        for (int i = 0; i < DOCUMENTS; i++) {
            patient.create(Integer.toString(i), new Numbers(List.of()));
        }
        CountDownLatch goOn = new CountDownLatch(1);
        List<Begun> all = new ArrayList<>();
        for (int number = 0; number < CALLS; number++) {
            boolean inHurry = random.nextInt(2) == 0;
            Function function = random.nextInt(20) == 0
                    ? Function.WAITS
                    : random.nextInt(5) == 0 ? Function.THROWS : Function.QUICK;
            UnaryOperator<Numbers> change = change(number, function, goOn);
            String id = Integer.toString(random.nextInt(DOCUMENTS));
            VersionedDocuments<Numbers> documents = inHurry ? hurried : patient;
            CompletableFuture<End> end = random.nextBoolean()
                    ? waiting(documents, id, change)
                    : future(documents, id, change, random.nextInt(5) == 0);
            all.add(new Begun(number, function, inHurry, end));
        }
        long begun = System.nanoTime();
        for (Begun each : all) { // a thread that runs its own function ends when that does
            if (each.hurried && each.function != Function.WAITS) {
                each.end.get(30, TimeUnit.SECONDS);
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        goOn.countDown();
        System.out.println("RandomFunctionsIT: those in a hurry took " + took.toMillis() + " ms");
        assertThat(took).isLessThan(HURRY.plus(TOLERANCE));
        check(all);
        await(() -> Internals.lanes(client) == 0);
    }

    private static UnaryOperator<Numbers> change(int number, Function function, CountDownLatch goOn) {
        return now -> {
            if (function == Function.THROWS) {
                throw new Thrown();
            } else if (function == Function.WAITS) {
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return now.plus(number);
        };
    }

    private CompletableFuture<End> waiting(
            VersionedDocuments<Numbers> documents, String id, UnaryOperator<Numbers> change) {
        return CompletableFuture.supplyAsync(() -> documents.readModifyWrite(id, change), threads)
                .handle((done, failed) -> end(failed));
    }

    private static CompletableFuture<End> future(
            VersionedDocuments<Numbers> documents, String id, UnaryOperator<Numbers> change, boolean cancelled) {
        CompletableFuture<?> future = documents.async().readModifyWrite(id, change);
        CompletableFuture<End> end = future.handle((done, failed) -> end(failed));
        if (cancelled) {
            future.cancel(true);
        }
        return end;
    }

    private static End end(Throwable failed) {
        Throwable cause = failed instanceof CompletionException ? failed.getCause() : failed;
        if (cause == null) {
            return End.APPLIED;
        } else if (cause instanceof AttemptsExhaustedException) {
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

    private void check(List<Begun> all) throws Exception {
        for (Begun each : all) {
            each.end.get(60, TimeUnit.SECONDS);
        }
        List<Integer> stored = new ArrayList<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            for (JsonNode number : stored(Integer.toString(i)).at("/_source/numbers")) {
                stored.add(number.asInt());
            }
        }
        assertThat(stored).as("applied at most once").doesNotHaveDuplicates();
        for (Begun each : all) {
            End end = each.end.join();
            if (end == End.APPLIED) {
                assertThat(stored).contains(each.number);
            } else if (end == End.NOTHING_WRITTEN || end == End.THREW) {
                assertThat(stored).as("%s", each).doesNotContain(each.number);
            }
        }
    }
}
