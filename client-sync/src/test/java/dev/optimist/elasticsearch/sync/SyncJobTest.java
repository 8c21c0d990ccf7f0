package dev.optimist.elasticsearch.sync;

import static dev.optimist.elasticsearch.ExternalOperation.index;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import dev.optimist.elasticsearch.sync.SyncStatus.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class SyncJobTest {
    @TempDir
    Path folder;

    private final ScriptedWriter writer = new ScriptedWriter();
    private final MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    private final List<String> storedInSource = new CopyOnWriteArrayList<>();
    private final CountDownLatch sourceClosed = new CountDownLatch(1);
    private volatile @Nullable Thread reader;
    private volatile @Nullable String begun;
    private @Nullable SyncJob<String> job;

    private interface Script {
        void read(Changes<String> changes) throws Exception;
    }

    private SyncJob<String> job(Script script) {
        return job(o -> {}, script);
    }

    private SyncJob<String> job(Consumer<SyncOptions<String>> set, Script script) {
        SyncOptions<String> options = new SyncOptions<String>().checkpointEvery(Duration.ofMillis(1));
        set.accept(options);
        Source<String> source = new Source<>() {
            @Override
            public void read(@Nullable String position, Changes<String> changes) throws Exception {
                begun = position;
                reader = Thread.currentThread();
                script.read(changes);
            }

            @Override
            public void stored(String position) {
                assertThat(Thread.currentThread()).isNotSameAs(reader);
                assertThat(checkpoints.stored).contains(position);
                storedInSource.add(position);
            }

            @Override
            public void close() {
                sourceClosed.countDown();
            }
        };
        job = new SyncJob<>(source, checkpoints, options, () -> writer);
        return job;
    }

    @AfterEach
    void end() throws Exception {
        if (job != null) {
            job.close();
            assertThat(sourceClosed.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aPositionIsStoredOnceAllBeforeItHaveTheirOutcome() throws Exception {
        writer.outcomes = id -> null;
        CountDownLatch end = new CountDownLatch(1);
        SyncJob<String> running = job(changes -> {
            changes.accept(index("1", "a", 1));
            changes.accept(index("2", "a", 1));
            changes.position("after 2");
            changes.accept(index("3", "a", 1));
            end.await();
        });
        running.start();
        await(() -> writer.waiting.size() == 3);
        writer.complete("2", Outcome.APPLIED);
        int statuses = checkpoints.statuses.size();
        await(() -> checkpoints.statuses.size() > statuses); // went by the position after that
        assertThat(checkpoints.stored).isEmpty();
        assertThat(running.status().inFlight()).isEqualTo(2);

        writer.complete("1", Outcome.SUPERSEDED);
        await(() -> storedInSource.contains("after 2"));
        assertThat(checkpoints.stored).containsExactly("after 2");

        end.countDown();
        writer.complete("3", Outcome.DUPLICATE);
        SyncStatus status = running.await();
        assertThat(status.state()).isEqualTo(State.ENDED);
        assertThat(status.applied()).isEqualTo(1);
        assertThat(status.superseded()).isEqualTo(1);
        assertThat(status.duplicate()).isEqualTo(1);
        assertThat(status.total()).isEqualTo(3);
        assertThat(status.position()).isEqualTo("after 2");
        assertThat(status.storedAt()).isNotNull();
        assertThat(writer.closed.getCount()).isZero();
        assertThat(checkpoints.statuses).last().matches(s -> s.state() == State.ENDED && s.total() == 3);
    }

    @Test
    void goesOnFromThePositionThatWasStored() throws Exception {
        checkpoints.stored.add("17");
        job(changes -> changes.position("18")).run();
        assertThat(begun).isEqualTo("17");
        assertThat(checkpoints.stored).containsExactly("17", "18");
    }

    @Test
    void theLastPositionIsStoredAtTheEndHoweverLongTheInterval() throws Exception {
        job(o -> o.checkpointEvery(Duration.ofDays(1)), changes -> {
                    changes.accept(index("1", "a", 1));
                    changes.position("1");
                    changes.position("2");
                })
                .run();
        assertThat(checkpoints.stored).containsExactly("2");
        assertThat(storedInSource).containsExactly("2");
    }

    @Test
    void positionsAreNotStoredMoreOftenThanTheInterval() throws Exception {
        long interval = Duration.ofMillis(100).toNanos();
        job(o -> o.checkpointEvery(Duration.ofNanos(interval)), changes -> {
                    for (int i = 0; checkpoints.stored.size() < 4; i++) {
                        changes.position(Integer.toString(i));
                        Thread.onSpinWait();
                    }
                })
                .run();
        for (int i = 1; i < 4; i++) { // the one after may be the last, which does not wait
            assertThat(checkpoints.storedAt.get(i) - checkpoints.storedAt.get(i - 1))
                    .isGreaterThanOrEqualTo(interval);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REJECTED", "SUSPICIOUS", "UNRESOLVED"})
    void byDefaultTheFirstThatIsNotInTheIndexEndsTheJob(Outcome outcome) {
        writer.outcomes = id -> id.equals("2") ? outcome : Outcome.APPLIED;
        SyncException e = fails(job(changes -> {
            changes.accept(index("1", "a", 1));
            changes.position("1");
            changes.accept(index("2", "a", 7));
            changes.position("2");
            new CountDownLatch(1).await(); // is interrupted
        }));
        assertThat(e).hasMessageContaining("index of 2 at version 7 is " + outcome + ": it is " + outcome);
        assertThat(checkpoints.stored).containsExactly("1");
        assertThat(ended().status().state()).isEqualTo(State.FAILED);
        assertThat(ended().status().lastError()).contains("index of 2");
    }

    @ParameterizedTest
    @EnumSource(names = {"REJECTED", "SUSPICIOUS"})
    void withinItsLimitItIsWrittenToTheDeadLettersAndLeftBehind(Outcome outcome) throws Exception {
        Path file = folder.resolve("dead.jsonl");
        DeadLetters letters = DeadLetters.inFile(file, new ObjectMapper());
        writer.outcomes = id -> Integer.parseInt(id) % 2 == 0 ? outcome : Outcome.APPLIED;
        checkpoints.before =
                position -> assertThat(lines(file)).hasSizeGreaterThanOrEqualTo(Integer.parseInt(position) / 2);
        SyncException e = fails(job(o -> limits(o, outcome, 2).deadLetters(letters), changes -> {
            for (int i = 1; i <= 10; i++) {
                changes.accept(index(Integer.toString(i), "a" + i, i));
                changes.position(Integer.toString(i));
            }
        }));
        assertThat(e)
                .hasMessageContaining(
                        "index of 6 at version 6", outcome == Outcome.REJECTED ? "maxRejected is 2" : "maxSuspicious");
        assertThat(checkpoints.stored).last().isEqualTo("5");
        assertThat(Files.readAllLines(file)).hasSize(2);

        ScriptedChanges<String> replayed = new ScriptedChanges<>();
        letters.replay(String.class).read(null, replayed);
        assertThat(replayed.operations).containsExactly(index("2", "a2", 2), index("4", "a4", 4));
    }

    /** An id or a version that no operation can have. */
    @Test
    void aRowThatElasticsearchCannotTakeIsRejectedAsByTheServer() throws Exception {
        Path file = folder.resolve("dead.jsonl");
        DeadLetters letters = DeadLetters.inFile(file, new ObjectMapper());
        Row<String> unnamed = new Row<>("", null, 1L, "a");
        Row<String> tooLong = new Row<>("x".repeat(513), "r", 2L, null);
        Row<String> negative = new Row<>("3", null, -3L, "c");
        CountDownLatch endOfSource = new CountDownLatch(1);
        SyncException e = fails(job(o -> o.maxRejected(2).deadLetters(letters), changes -> {
            try {
                changes.accept(unnamed);
                changes.accept(new Row<>("good", null, 1L, "g"));
                changes.accept(tooLong);
                changes.position("2 are left behind");
                await(() -> checkpoints.stored.contains("2 are left behind"));
                changes.accept(negative);
                changes.position("one too many");
                new CountDownLatch(1).await();
            } finally {
                endOfSource.countDown();
            }
        }));
        assertThat(e)
                .hasMessageContaining("index of 3 at version -3 is REJECTED: version must be between 0 and")
                .hasMessageContaining("maxRejected is 2")
                .hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(endOfSource.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(checkpoints.stored).containsExactly("2 are left behind");
        assertThat(writer.operations).containsOnlyKeys("good");
        assertThat(Files.readAllLines(file))
                .satisfiesExactly(
                        line -> assertThat(line).contains("REJECTED", "\"reason\":\"id must not be empty\"", "\"a\""),
                        line -> assertThat(line)
                                .contains("id must have at most 512 bytes in UTF-8, has 513", "delete"));

        ScriptedChanges<String> replayed = new ScriptedChanges<>();
        letters.replay(String.class).read(null, replayed);
        assertThat(replayed.refused).as("for the job that replays").containsExactly(unnamed, tooLong);
    }

    @Test
    void byDefaultTheFirstSuchRowEndsTheJob() {
        SyncException e = fails(job(changes -> {
            changes.accept(new Row<>("", null, 1L, "a"));
            changes.position("1");
        }));
        assertThat(e).hasMessageContaining("id must not be empty. maxRejected is 0");
        assertThat(checkpoints.stored).isEmpty();
    }

    @Test
    void aRowWithoutAVersionIsTheSourcesFault() {
        SyncException e = fails(job(o -> o.maxRejected(9).deadLetters(deadLetters()), changes -> {
            changes.accept(new Row<>("1", null, null, "a"));
        }));
        assertThat(e).hasMessageContaining("the source has failed").hasMessageContaining("row 1 has no version");
    }

    private DeadLetters deadLetters() {
        return DeadLetters.inFile(folder.resolve("dead.jsonl"), new ObjectMapper());
    }

    @Test
    void whatMayOrMayNotBeInTheIndexIsNeverLeftBehind() throws Exception {
        Path file = folder.resolve("dead.jsonl");
        writer.outcomes = id -> Outcome.UNRESOLVED;
        SyncException e = fails(job(
                o -> o.maxRejected(9).maxSuspicious(9).deadLetters(DeadLetters.inFile(file, new ObjectMapper())),
                changes -> {
                    changes.accept(index("1", "a", 1));
                    changes.position("1");
                }));
        assertThat(e).hasMessageContaining("is UNRESOLVED");
        assertThat(checkpoints.stored).isEmpty();
        assertThat(lines(file)).isEmpty();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SyncOptions<String> limits(SyncOptions<String> options, Outcome outcome, long most) {
        return outcome == Outcome.REJECTED ? options.maxRejected(most) : options.maxSuspicious(most);
    }

    @Test
    void deadLettersThatCannotBeWrittenEndTheJob() throws Exception {
        DeadLetterFile file = DeadLetters.inFile(folder.resolve("dead.jsonl"), new ObjectMapper())
                .open();
        file.close(); // as a disk that is full
        Tally tally = new Tally(1, 1, file, what -> {});
        assertThatThrownBy(() -> tally.settle(
                        new ExternalResult<>(index("1", "a", 1), Outcome.REJECTED, -1, "because", 400, 1, null)))
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("It cannot be added to the dead letters");
    }

    @Test
    void aLimitNeedsDeadLetters() {
        assertThatThrownBy(() -> job(o -> o.maxRejected(1), changes -> {}))
                .hasMessageContaining("maxRejected: needs deadLetters");
        assertThatThrownBy(() -> job(o -> o.maxSuspicious(1), changes -> {}))
                .hasMessageContaining("maxSuspicious: needs deadLetters");
    }

    @Test
    void aSourceThatFailsEndsTheJobWithWhatItHadGivenBefore() {
        IllegalStateException why = new IllegalStateException("no such table");
        SyncException e = fails(job(changes -> {
            changes.accept(index("1", "a", 1));
            changes.position("1");
            throw why;
        }));
        assertThat(e)
                .hasCause(why)
                .hasMessageContaining("the source has failed")
                .hasMessageContaining("no such table");
        assertThat(checkpoints.stored).containsExactly("1");
    }

    @Test
    void whatTheWriterDoesNotTakeIsNotPassed() {
        writer.outcomes = id -> {
            throw new IllegalStateException("closed");
        };
        SyncException e = fails(job(changes -> {
            changes.position("0");
            try {
                changes.accept(index("1", "a", 1));
            } finally {
                changes.position("1"); // a source that is not careful
            }
        }));
        assertThat(e).hasRootCauseMessage("closed");
        assertThat(checkpoints.stored).containsExactly("0");
    }

    @Test
    void anotherJobWithTheSameCheckpointEndsThisOne() {
        checkpoints.before = position -> {
            throw new IllegalStateException("another job");
        };
        SyncException e = fails(job(changes -> {
            changes.position("1");
            new CountDownLatch(1).await();
        }));
        assertThat(e).hasMessageContaining("the position cannot be stored").hasMessageContaining("another job");
        assertThat(storedInSource).isEmpty();
    }

    @Test
    void aCheckpointThatFailsForAWhileIsTriedAgain() throws Exception {
        checkpoints.before = position -> {
            checkpoints.before = next -> {};
            throw new UncheckedIOException(new IOException("disk"));
        };
        job(changes -> {
                    changes.position("1");
                    await(() -> !checkpoints.stored.isEmpty());
                })
                .run();
        assertThat(checkpoints.stored).containsExactly("1");
        assertThat(ended().status().lastError()).contains("disk");
    }

    @Test
    void aCheckpointThatFailsAtTheEndIsAnError() {
        checkpoints.before = position -> {
            throw new UncheckedIOException(new IOException("disk"));
        };
        assertThat(fails(job(o -> o.checkpointEvery(Duration.ofDays(1)), changes -> changes.position("1"))))
                .hasMessageContaining("disk");
    }

    @Test
    void stopLetsTheSourceEndAndWhatIsUnderWayGetItsOutcome() throws Exception {
        writer.outcomes = id -> null;
        SyncJob<String> running = job(changes -> {
            changes.accept(index("1", "a", 1));
            await(changes::isStopping);
            changes.accept(index("2", "a", 1));
            changes.position("2");
        });
        running.start();
        await(() -> writer.waiting.size() == 1);
        Thread completes = new Thread(() -> {
            await(() -> writer.waiting.size() == 2);
            writer.complete("1", Outcome.APPLIED);
            writer.complete("2", Outcome.APPLIED);
        });
        completes.start();
        SyncStatus status = running.stop();
        completes.join();
        assertThat(status.state()).isEqualTo(State.ENDED);
        assertThat(status.applied()).isEqualTo(2);
        assertThat(checkpoints.stored).containsExactly("2");
    }

    @Test
    void stopInterruptsASourceThatDoesNotEndAndWaitsNoLongerThanItMay() throws Exception {
        writer.outcomes = id -> id.equals("2") ? null : Outcome.APPLIED;
        SyncJob<String> running = job(o -> o.stopWithin(Duration.ofMillis(400)), changes -> {
            changes.accept(index("1", "a", 1));
            changes.position("1");
            changes.accept(index("2", "a", 1)); // never gets an outcome
            changes.position("2");
            new CountDownLatch(1).await();
        });
        running.start();
        await(() -> writer.waiting.size() == 1);
        long begin = System.nanoTime();
        SyncStatus status = running.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(200), Duration.ofSeconds(5));
        assertThat(status.state()).isEqualTo(State.ENDED);
        assertThat(status.inFlight()).isEqualTo(1);
        assertThat(checkpoints.stored).containsExactly("1");
    }

    @Test
    void lagIsSinceTheSourceWasCaughtUpWithLast() throws Exception {
        writer.outcomes = id -> null;
        AtomicLong caughtUp = new AtomicLong();
        CountDownLatch end = new CountDownLatch(1);
        SyncJob<String> running = job(changes -> {
            changes.accept(index("1", "a", 1));
            await(() -> ended().status().lag().toMillis() >= 100); // since the start
            caughtUp.set(System.nanoTime());
            changes.caughtUp();
            end.await();
        });
        running.start();
        await(() -> caughtUp.get() != 0);
        assertThat(running.status().lag()).as("no outcome yet").isGreaterThanOrEqualTo(Duration.ofMillis(100));
        writer.complete("1", Outcome.APPLIED);
        Duration lag = running.status().lag();
        assertThat(lag).isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - caughtUp.get()));
        end.countDown();
        running.await();
        assertThat(running.status().lag()).isGreaterThanOrEqualTo(lag);
    }

    @Test
    void runsOnce() throws Exception {
        SyncJob<String> once = job(changes -> {});
        assertThat(once.status().state()).isEqualTo(State.NEW);
        once.run();
        assertThatThrownBy(once::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("runs once");
        once.close();
        once.close();
    }

    @Test
    void aJobThatWasNeverStartedClosesItsSource() {
        job(changes -> {}).close();
        assertThat(sourceClosed.getCount()).isZero();
        assertThatThrownBy(() -> ended().start()).isInstanceOf(IllegalStateException.class);
    }

    private static SyncException fails(SyncJob<String> job) {
        SyncException e = catchThrowableOfType(SyncException.class, job::run);
        assertThat(e).as("the job ends by an error").isNotNull();
        return e;
    }

    private SyncJob<String> ended() {
        SyncJob<String> made = job;
        if (made == null) {
            throw new AssertionError("no job");
        }
        return made;
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
