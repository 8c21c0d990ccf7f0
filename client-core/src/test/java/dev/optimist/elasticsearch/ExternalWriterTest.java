package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.optimist.elasticsearch.BulkServer.Doc;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.internal.Answer;
import dev.optimist.elasticsearch.internal.Conflict;
import dev.optimist.elasticsearch.internal.DialectException;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a real server cannot be made to do to an {@link ExternalVersionWriter}, or not when the test wants: a conflict with a
 * lower version, which Elasticsearch never tells; requests that get no answer for their size alone. And code of the caller that
 * throws, which needs no server.
 */
@Timeout(30)
class ExternalWriterTest {
    private static final int OPERATIONS = 8;

    private final BulkServer server = new BulkServer(0);

    /** Real time, as the writer's thread waits for it, but no pauses. */
    private ExternalVersionWriter<Doc> writer(Consumer<ExternalOptions<Doc>> options) {
        Pace pace = new Pace(System::nanoTime, millis -> {}, bound -> 0);
        return server.documents(o -> {}, pace)
                .externalVersionWriter(o -> options.accept(
                        o.operations(OPERATIONS).requestsInFlight(1).giveUpAfter(Duration.ofSeconds(2))));
    }

    /** Writes so many at version 5, which make one request if the writer takes as many, and waits for their outcomes. */
    private static List<ExternalResult<Doc>> write(ExternalVersionWriter<Doc> writer, int some) throws Exception {
        List<CompletableFuture<ExternalResult<Doc>>> results = new ArrayList<>();
        for (int i = 0; i < some; i++) {
            results.add(writer.index(Integer.toString(i), new Doc(i), 5));
        }
        List<ExternalResult<Doc>> ended = new ArrayList<>();
        for (CompletableFuture<ExternalResult<Doc>> result : results) {
            ended.add(result.get(10, TimeUnit.SECONDS));
        }
        return ended;
    }

    private static Answer<Written> conflict(long current) {
        String words = "version conflict, current version [" + current + "]";
        Conflict conflict = new Conflict(Kind.EXTERNAL, words, null, null, 5L, null, null, current);
        return new Answer<>(
                null,
                new Failure(Failure.Outcome.CONFLICT, 409, "version_conflict_engine_exception", words, conflict, null));
    }

    private void conflictsWith(long current) {
        server.script.add(writes -> CompletableFuture.completedFuture(
                writes.stream().map(write -> conflict(current)).toList()));
    }

    @Test
    void aConflictWithALowerVersionIsSuspicious() throws Exception {
        conflictsWith(4);
        try (ExternalVersionWriter<Doc> writer = writer(o -> {})) {
            ExternalResult<Doc> result = write(writer, 1).get(0);
            assertThat(result.outcome()).isEqualTo(Outcome.SUSPICIOUS);
            assertThat(result.currentVersion()).hasValue(4);
            assertThat(result.why().orElseThrow()).startsWith("a conflict with a lower version");
        }
    }

    /** More than any number that is too small for a look. */
    private static final int MANY = 100;

    private ExternalVersionWriter<Doc> writerOfMany() {
        return writer(o -> o.operations(MANY));
    }

    /** After a request of which most came too late, what is there is looked at before the next is written. */
    @Test
    void aReplayIsLookedAtAndOnlyWhatIsNewerIsWritten() throws Exception {
        conflictsWith(6);
        server.look = addresses -> CompletableFuture.completedFuture(addresses.stream()
                .mapToLong(a -> Integer.parseInt(a.id()) < 10 ? 4 : 6)
                .toArray());
        try (ExternalVersionWriter<Doc> writer = writerOfMany()) {
            assertThat(write(writer, MANY))
                    .allSatisfy(result -> assertThat(result.sends()).isEqualTo(1));
            List<ExternalResult<Doc>> results = write(writer, MANY);
            assertThat(results.subList(0, 10)).allSatisfy(result -> {
                assertThat(result.outcome()).isEqualTo(Outcome.APPLIED);
                assertThat(result.sends()).isEqualTo(1);
            });
            assertThat(results.subList(10, MANY)).allSatisfy(result -> {
                assertThat(result.outcome()).isEqualTo(Outcome.SUPERSEDED);
                assertThat(result.currentVersion()).hasValue(6);
                assertThat(result.why().orElseThrow()).isEqualTo("version 6 is there");
                assertThat(result.sends()).isZero();
            });
        }
        assertThat(server.requests.stream().map(List::size)).containsExactly(MANY, 10);
    }

    @Test
    void aLookThatFailsOrFindsNothingNewerIsTheLastOne() throws Exception {
        List<CompletableFuture<long[]>> answers = List.of(
                CompletableFuture.failedFuture(new DialectException(
                        new Failure(Failure.Outcome.UNKNOWN, 0, null, "nobody answers", null, null))),
                CompletableFuture.completedFuture(new long[MANY]));
        for (CompletableFuture<long[]> answer : answers) {
            conflictsWith(6);
            server.look = addresses -> answer;
            server.looks.clear();
            try (ExternalVersionWriter<Doc> writer = writerOfMany()) {
                write(writer, MANY);
                for (int i = 0; i < 2; i++) {
                    assertThat(write(writer, MANY))
                            .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Outcome.APPLIED));
                }
            }
            assertThat(server.looks).hasSize(1);
        }
    }

    @Test
    void aFewAreNotLookedAt() throws Exception {
        conflictsWith(6);
        try (ExternalVersionWriter<Doc> writer = writerOfMany()) {
            write(writer, MANY);
            assertThat(write(writer, OPERATIONS))
                    .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Outcome.APPLIED));
        }
        assertThat(server.looks).isEmpty();
    }

    @Test
    void aRequestOfWhichOnlyHalfCameTooLateIsNoReplay() throws Exception {
        server.script.add(writes -> {
            List<Answer<Written>> answers = new ArrayList<>(BulkServer.applied(writes));
            for (int i = 0; i < MANY; i += 2) {
                answers.set(i, conflict(6));
            }
            return CompletableFuture.completedFuture(answers);
        });
        try (ExternalVersionWriter<Doc> writer = writerOfMany()) {
            write(writer, MANY);
            write(writer, MANY);
        }
        assertThat(server.looks).isEmpty();
    }

    /** A server that never gets through with more than two. */
    @Test
    void whatGetsNoAnswerTwiceIsSentInHalves() throws Exception {
        server.otherwise = writes ->
                writes.size() > 2 ? noAnswer() : CompletableFuture.completedFuture(BulkServer.applied(writes));
        try (ExternalVersionWriter<Doc> writer = writer(o -> {})) {
            assertThat(write(writer, OPERATIONS))
                    .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Outcome.APPLIED));
        }
        List<Integer> sizes = server.requests.stream().map(List::size).toList();
        assertThat(sizes).as("once whole again, as an answer may be lost").startsWith(8, 8, 4);
        assertThat(sizes).containsExactlyInAnyOrder(8, 8, 4, 4, 2, 2, 2, 2);
    }

    private static CompletableFuture<List<Answer<Written>>> noAnswer() {
        return CompletableFuture.failedFuture(
                new DialectException(new Failure(Failure.Outcome.UNKNOWN, 0, null, "nobody answers", null, null)));
    }

    @Test
    void aListenerThatThrowsAnErrorTakesNoOutcomeAway() throws Exception {
        try (ExternalVersionWriter<Doc> writer = writer(o -> o.listener(result -> {
            throw new StackOverflowError("of the listener");
        }))) {
            assertThat(write(writer, OPERATIONS))
                    .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Outcome.APPLIED));
            assertThat(write(writer, 1)).as("it goes on").hasSize(1);
            writer.flush();
            assertThat(writer.counts().applied()).isEqualTo(OPERATIONS + 1);
            assertThat(writer.counts().open()).isZero();
        }
    }

    @Test
    void aHighestVersionThatThrowsLeavesNobodyWithoutAnOutcome() throws Exception {
        conflictsWith(6);
        try (ExternalVersionWriter<Doc> writer = writer(o -> o.highestVersion(() -> {
            throw new IllegalStateException("the database is away");
        }))) {
            assertThat(write(writer, OPERATIONS)).allSatisfy(result -> {
                assertThat(result.outcome()).isEqualTo(Outcome.SUSPICIOUS);
                assertThat(result.currentVersion()).hasValue(6);
                assertThat(result.why().orElseThrow())
                        .contains("whether the source has given version 6", "the database is away");
            });
            assertThat(write(writer, 1).get(0).outcome()).as("it goes on").isEqualTo(Outcome.APPLIED);
            writer.flush();
            assertThat(writer.counts().open()).isZero();
        }
    }

    @Test
    void aHighestVersionThatThrowsAnErrorLeavesNobodyWithoutAnOutcome() throws Exception {
        conflictsWith(6);
        try (ExternalVersionWriter<Doc> writer = writer(o -> o.highestVersion(() -> {
            throw new StackOverflowError("of the source");
        }))) {
            assertThat(write(writer, OPERATIONS))
                    .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Outcome.SUSPICIOUS));
            assertThat(write(writer, 1).get(0).outcome()).as("it goes on").isEqualTo(Outcome.APPLIED);
        }
    }

    /** An answer that it cannot make anything of, as none of ours gives it. */
    @Test
    void aWriterThatBreaksLeavesNobodyWithoutAnOutcome() throws Exception {
        server.script.add(
                writes -> CompletableFuture.completedFuture(BulkServer.applied(writes.subList(0, writes.size() - 1))));
        List<Outcome> told = new ArrayList<>();
        try (ExternalVersionWriter<Doc> writer = writer(o -> o.listener(result -> told.add(result.outcome())))) {
            List<ExternalResult<Doc>> results = write(writer, OPERATIONS);
            assertThat(results.get(0).outcome()).isEqualTo(Outcome.APPLIED);
            assertThat(results.get(OPERATIONS - 1).outcome()).isEqualTo(Outcome.UNRESOLVED);
            assertThat(results.get(OPERATIONS - 1).why().orElseThrow()).startsWith("the writer broke");
            writer.flush();
            assertThat(told).as("each once").hasSize(OPERATIONS);
            assertThat(writer.counts().open()).isZero();
        }
    }

    /** Twice as many as in its requests in flight; the server answers none of them. */
    private int fill(ExternalVersionWriter<Doc> writer, List<CompletableFuture<ExternalResult<Doc>>> taken)
            throws InterruptedException {
        for (int i = 0; ; i++) {
            Optional<CompletableFuture<ExternalResult<Doc>>> result =
                    writer.offer(ExternalOperation.index(Integer.toString(i), new Doc(i), 5), Duration.ZERO);
            if (result.isEmpty()) {
                return i;
            }
            taken.add(result.get());
        }
    }

    @Test
    void whatIsOfferedIsTakenWhileThereIsRoom() throws Exception {
        CompletableFuture<List<Answer<Written>>> answer = new CompletableFuture<>();
        server.script.add(writes -> answer);
        List<CompletableFuture<ExternalResult<Doc>>> taken = new ArrayList<>();
        try (ExternalVersionWriter<Doc> writer = writer(o -> {})) {
            assertThat(fill(writer, taken)).isEqualTo(2 * OPERATIONS);
            long begin = System.nanoTime();
            ExternalOperation<Doc> more = ExternalOperation.index("more", new Doc(1), 5);
            assertThat(writer.offer(more, Duration.ofMillis(50))).isEmpty();
            assertThat(System.nanoTime() - begin)
                    .isGreaterThanOrEqualTo(Duration.ofMillis(50).toNanos());
            assertThat(writer.counts().open()).isEqualTo(2L * OPERATIONS);

            answer.completeExceptionally(new DialectException(new Failure(
                    Failure.Outcome.NOT_APPLIED, 429, "es_rejected_execution_exception", "busy", null, null)));
            CompletableFuture<ExternalResult<Doc>> result =
                    writer.offer(more, Duration.ofSeconds(10)).orElseThrow();
            assertThat(result.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.APPLIED);
            assertThat(taken.get(0).get(10, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.APPLIED);
        }
        assertThat(taken).allSatisfy(result -> assertThat(result).isCompleted());
        assertThat(server.requests.stream().mapToInt(List::size).sum())
                .as("the one that was not taken was not sent")
                .isEqualTo(3 * OPERATIONS + 1);
    }

    @Test
    void patienceHasBounds() throws Exception {
        try (ExternalVersionWriter<Doc> writer = writer(o -> {})) {
            ExternalOperation<Doc> operation = ExternalOperation.index("1", new Doc(1), 5);
            for (Duration wrong : List.of(Duration.ofNanos(-1), Duration.ofDays(366))) {
                assertThatThrownBy(() -> writer.offer(operation, wrong)).hasMessageContaining("patience");
            }
            assertThat(writer.counts().open()).isZero();
        }
    }

    @Test
    void aRefusalHasItsStatus() throws Exception {
        server.script.add(writes -> CompletableFuture.completedFuture(writes.stream()
                .map(write -> new Answer<Written>(
                        null,
                        new Failure(
                                Failure.Outcome.PERMANENT, 400, "document_parsing_exception", "no number", null, null)))
                .toList()));
        try (ExternalVersionWriter<Doc> writer = writer(o -> {})) {
            ExternalResult<Doc> result = write(writer, 1).get(0);
            assertThat(result.outcome()).isEqualTo(Outcome.REJECTED);
            assertThat(result.status()).isEqualTo(400);
            assertThat(write(writer, 1).get(0).status()).isZero();
        }
    }
}
