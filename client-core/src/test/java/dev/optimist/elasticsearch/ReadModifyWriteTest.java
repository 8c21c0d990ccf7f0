package dev.optimist.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.AttemptsExhaustedException.Limit;
import dev.optimist.elasticsearch.ReadModifyWriteTest.Scenario.Write;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Conflict;
import dev.optimist.elasticsearch.internal.Stored;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loop alone, in a time of its own: every sleep is recorded and none is slept. */
class ReadModifyWriteTest {
    private static final RetryPolicy POLICY =
            new RetryPolicy(5, Duration.ofMillis(1000), Duration.ofMillis(10), Duration.ofMillis(60));

    private final Scenario scenario = new Scenario(POLICY);

    @AfterEach
    void leaveNoFlag() {
        assertThat(Thread.interrupted())
                .as("a test left the interrupt flag set")
                .isFalse();
    }

    @Test
    void succeedsAtOnce() {
        ModificationResult<String> result = scenario.run();
        assertThat(result).isEqualTo(new ModificationResult<>(Result.Updated, Scenario.token(1), "v0+", 1));
        assertThat(scenario.delays).isEmpty();
        assertThat(scenario.writes).containsExactly("index v0+ since 0, attempt 1");
    }

    @Test
    void succeedsAfterConflictsAndReadsAgainEachTime() {
        scenario.conflicts(4);
        assertThat(scenario.run().attempts()).isEqualTo(5);
        assertThat(scenario.writes)
                .containsExactly(
                        "index v0+ since 0, attempt 1",
                        "index v1+ since 1, attempt 2",
                        "index v2+ since 2, attempt 3",
                        "index v3+ since 3, attempt 4",
                        "index v4+ since 4, attempt 5");
        assertThat(scenario.delays).containsExactly(10L, 20L, 40L, 60L);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void sleepsForARandomTimeBelowTheBound(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            Scenario jittered = new Scenario(POLICY, bound -> random.nextLong(bound + 1));
            jittered.conflicts(4);
            jittered.run();
            assertThat(jittered.delays).hasSize(4);
            for (int n = 0; n < 4; n++) {
                assertThat(jittered.delays.get(n)).isBetween(0L, Math.min(60L, 10L << n));
            }
        }
    }

    @Test
    void neverSucceeds() {
        scenario.conflicts(5);
        AttemptsExhaustedException e = exhausted(Limit.ATTEMPTS);
        assertThat(e.attempts()).isEqualTo(5);
        assertThat(e.index()).isEqualTo("stock");
        assertThat(e.id()).isEqualTo("4711");
        assertThat(e).hasMessageContaining("[stock][4711]").hasMessageContaining("all 5 attempts");
        assertThat(e.getCause()).isSameAs(scenario.thrown.get(4));
        assertThat(e.getSuppressed()).containsExactlyElementsOf(scenario.thrown.subList(0, 4));
        assertThat(scenario.delays).hasSize(4); // none after the last
    }

    @Test
    void oneAttemptIsOneAttempt() {
        Scenario once = new Scenario(POLICY.withMaxAttempts(1)).conflicts(1);
        AttemptsExhaustedException e = catchThrowableOfType(AttemptsExhaustedException.class, once::run);
        assertThat(e.limit()).isEqualTo(Limit.ATTEMPTS);
        assertThat(e).hasCause(once.thrown.get(0)).hasNoSuppressedExceptions();
        assertThat(once.delays).isEmpty();
    }

    @Test
    void anUnrelatedErrorPassesThroughAndIsNotTriedAgain() {
        for (Throwable unrelated : List.of(
                new RequestRejectedException("refused", "stock", "4711", 400, null, null),
                new ServerUnavailableException("429", "stock", "4711", null),
                new OutcomeUnknownException("no answer", "stock", "4711", "index", WriteCondition.none(), null, null),
                new IllegalStateException(),
                new StackOverflowError())) {
            Scenario failing = new Scenario(POLICY);
            failing.answers.add(write -> sneak(unrelated));
            assertThatThrownBy(failing::run).isSameAs(unrelated);
            assertThat(failing.writes).hasSize(1);
            assertThat(failing.delays).isEmpty();
        }
    }

    @Test
    void anUnknownOutcomeAfterConflictsIsStillUnknown() {
        OutcomeUnknownException unknown =
                new OutcomeUnknownException("no answer", "stock", "4711", "index", WriteCondition.none(), null, null);
        scenario.conflicts(2).answers.add(write -> sneak(unknown));
        assertThatThrownBy(scenario::run).isSameAs(unknown);
        assertThat(scenario.writes).hasSize(3);
    }

    @Test
    void aFailedReadIsNotTriedAgain() {
        ServerUnavailableException down = new ServerUnavailableException("down", "stock", "4711", null);
        scenario.onRead = () -> sneak(down);
        assertThatThrownBy(scenario::run).isSameAs(down);
        assertThat(scenario.writes).isEmpty();
    }

    @Test
    void aConflictOfTheFunctionsOwnIsNotTriedAgain() {
        VersionConflictException ofAnotherDocument = Scenario.conflict(1);
        assertThatThrownBy(() -> scenario.run(read -> sneak(ofAnotherDocument))).isSameAs(ofAnotherDocument);
        assertThat(scenario.reads).isEqualTo(1);
        assertThat(scenario.writes).isEmpty();
    }

    @Test
    @SuppressWarnings("NullAway") // what callers without null checks do
    void nullIsNoModification() {
        assertThatThrownBy(() -> scenario.run(read -> null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("Modification.delete()");
        assertThat(scenario.writes).isEmpty();
    }

    @Test
    void anInterruptedThreadReadsAndWritesNothing() {
        Thread.currentThread().interrupt();
        AttemptsExhaustedException e = exhausted(Limit.INTERRUPT);
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(e.attempts()).isZero();
        assertThat(e).hasNoCause();
        assertThat(scenario.reads).isZero();
    }

    @Test
    void anInterruptInTheFunctionWritesNothing() {
        AttemptsExhaustedException e = catchThrowableOfType(
                AttemptsExhaustedException.class,
                () -> scenario.run(read -> {
                    Thread.currentThread().interrupt();
                    return Modification.index("new");
                }));
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(e.limit()).isEqualTo(Limit.INTERRUPT);
        assertThat(scenario.writes).isEmpty();
    }

    @Test
    void anInterruptWhileSleepingEndsItAndKeepsTheFlag() {
        scenario.conflicts(5).onSleep = () -> {
            throw new InterruptedException(); // as Thread.sleep does, which takes the flag away
        };
        AttemptsExhaustedException e = exhausted(Limit.INTERRUPT);
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(e.attempts()).isEqualTo(1);
        assertThat(e).hasCause(scenario.thrown.get(0));
        assertThat(scenario.reads).isEqualTo(1);
    }

    @Test
    void anInterruptWhileReadingSaysSo() {
        ServerUnavailableException interrupted = new ServerUnavailableException("interrupted", "stock", "4711", null);
        scenario.onRead = () -> {
            Thread.currentThread().interrupt();
            sneak(interrupted);
        };
        AttemptsExhaustedException e = exhausted(Limit.INTERRUPT);
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(e).hasCause(interrupted);
    }

    @Test
    void givesEachStepTheTimeThatIsLeft() {
        scenario.onRead = () -> scenario.pass(100);
        scenario.conflicts(1).run();
        assertThat(scenario.limits).containsExactly(1000L, 900L, 890L, 790L); // read, write, 10 ms of sleep, and again
    }

    @Test
    void doesNotReadAfterTheDeadline() {
        scenario.conflicts(1).onSleep = () -> scenario.pass(2000); // a sleep that took longer than it should
        AttemptsExhaustedException e = exhausted(Limit.DEADLINE);
        assertThat(e.attempts()).isEqualTo(2);
        assertThat(e).hasCause(scenario.thrown.get(0));
        assertThat(scenario.reads).isEqualTo(1);
    }

    @Test
    void doesNotWriteAfterTheDeadline() {
        scenario.onRead = () -> scenario.pass(1000);
        AttemptsExhaustedException e = exhausted(Limit.DEADLINE);
        assertThat(e.attempts()).isEqualTo(1);
        assertThat(scenario.writes).isEmpty();
    }

    @Test
    void doesNotBeginASleepThatWouldPassTheDeadline() {
        scenario.onRead = () -> scenario.pass(985); // leaves 15 ms: enough for the first sleep
        scenario.conflicts(5);
        exhausted(Limit.DEADLINE);
        assertThat(scenario.delays).containsExactly(10L);

        Scenario later = new Scenario(POLICY).conflicts(5);
        later.onRead = () -> later.pass(990); // leaves 10 ms: the sleep would end at the deadline
        AttemptsExhaustedException e = catchThrowableOfType(AttemptsExhaustedException.class, later::run);
        assertThat(e.limit()).isEqualTo(Limit.DEADLINE);
        assertThat(e).hasCause(later.thrown.get(0));
        assertThat(later.delays).isEmpty();
    }

    @Test
    void aReadThatFailsAfterTheDeadlineIsTheDeadline() {
        ServerUnavailableException slow = new ServerUnavailableException("no answer", "stock", "4711", null);
        scenario.onRead = () -> {
            scenario.pass(1000);
            sneak(slow);
        };
        assertThat(exhausted(Limit.DEADLINE)).hasCause(slow);
    }

    @Test
    void anAcknowledgedWriteIsAppliedHoweverLate() {
        scenario.answers.add(write -> scenario.pass(5000));
        assertThat(scenario.run().result()).isEqualTo(Result.Updated);
    }

    @Test
    void theClockMayBeNegativeAndOverflow() { // as System.nanoTime may
        scenario.nanos = Long.MAX_VALUE - 1_000_000;
        scenario.conflicts(2);
        assertThat(scenario.run().attempts()).isEqualTo(3);
    }

    @Test
    void noopAndDeleteOfAnAbsentDocumentWriteNothing() {
        assertThat(scenario.run(read -> Modification.noop()))
                .isEqualTo(new ModificationResult<>(Result.NoOp, Scenario.token(0), "v0", 1));
        scenario.absent = true;
        ModificationResult<String> nothing = new ModificationResult<>(Result.NoOp, null, null, 1);
        assertThat(scenario.run(read -> Modification.noop())).isEqualTo(nothing);
        assertThat(scenario.run(read -> Modification.delete())).isEqualTo(nothing);
        assertThat(scenario.writes).isEmpty();
    }

    @Test
    void deleteAndCreateAreWritten() {
        scenario.run(read -> Modification.delete());
        scenario.absent = true;
        scenario.run(
                read -> Modification.index(read.map(VersionedDocument::source).orElse("first")));
        assertThat(scenario.writes).containsExactly("delete since 0, attempt 1", "index first since none, attempt 1");
    }

    @Test
    void publishesResilience4jsEvents() {
        scenario.conflicts(2).run();
        assertThat(scenario.events).containsExactly("RETRY 1", "RETRY 2", "SUCCESS 2");

        Scenario never = new Scenario(POLICY.withMaxAttempts(2)).conflicts(2);
        assertThatThrownBy(never::run).isInstanceOf(AttemptsExhaustedException.class);
        assertThat(never.events).containsExactly("RETRY 1", "ERROR 2");

        Scenario failing = new Scenario(POLICY);
        assertThatThrownBy(() -> failing.run(read -> sneak(new IllegalStateException())))
                .isInstanceOf(IllegalStateException.class);
        assertThat(failing.events).containsExactly("IGNORED_ERROR 0");
    }

    private AttemptsExhaustedException exhausted(Limit limit) {
        AttemptsExhaustedException e = catchThrowableOfType(AttemptsExhaustedException.class, scenario::run);
        assertThat(e).as("attempts exhausted").isNotNull();
        assertThat(e.limit()).isEqualTo(limit);
        return e;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <R, E extends Throwable> R sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    /** A document that somebody else changes before each write that is to meet a conflict. */
    static final class Scenario implements Steps<String> {
        final Deque<Write> answers = new ArrayDeque<>();
        final List<Long> delays = new ArrayList<>();
        final List<Long> limits = new ArrayList<>();
        final List<String> writes = new ArrayList<>();
        final List<String> events = new ArrayList<>();
        final List<VersionConflictException> thrown = new ArrayList<>();
        Runnable onRead = () -> {};
        Sleeping onSleep = () -> {};
        boolean absent;
        int reads;
        long nanos;
        private final ReadModifyWrite<String> loop;
        private long seqNo;

        interface Write {
            void answer(String write);
        }

        interface Sleeping {
            void run() throws InterruptedException;
        }

        Scenario(RetryPolicy policy) {
            this(policy, bound -> bound);
        }

        Scenario(RetryPolicy policy, java.util.function.LongUnaryOperator random) {
            Pace.Sleep sleep = millis -> {
                delays.add(millis);
                pass(millis);
                onSleep.run();
            };
            this.loop = new ReadModifyWrite<>(
                    "test",
                    new DocumentOptions().retry(policy).contention(Contention.NONE),
                    new Pace(() -> nanos, sleep, random),
                    null,
                    id -> sneak(new AssertionError("no write id without a ledger")),
                    Scenarios.NO_LANES);
            loop.retry()
                    .getEventPublisher()
                    .onEvent(e -> events.add(e.getEventType() + " " + e.getNumberOfRetryAttempts()));
        }

        Scenario conflicts(int count) {
            for (int i = 0; i < count; i++) {
                answers.add(write -> {
                    VersionConflictException conflict = conflict(++seqNo);
                    thrown.add(conflict);
                    throw conflict;
                });
            }
            return this;
        }

        void pass(long millis) {
            nanos += Duration.ofMillis(millis).toNanos();
        }

        ModificationResult<String> run() {
            return run(read -> Modification.index(read.orElseThrow().source() + "+"));
        }

        ModificationResult<String> run(Function<Optional<VersionedDocument<String>>, Modification<String>> modifier) {
            return loop.run(
                    new Address("stock", "4711", null),
                    this,
                    read -> modifier.apply(Optional.ofNullable(read.token())
                            .map(token -> new VersionedDocument<>(token, "v" + token.seqNo()))),
                    null,
                    new Observation(new OperationLog()));
        }

        @Override
        public State read(Duration limit) {
            reads++;
            limits.add(limit.toMillis());
            onRead.run();
            return absent
                    ? new State("stock-1", null, new byte[0], null)
                    : new State("stock-1", token(seqNo), ("v" + seqNo).getBytes(UTF_8), null);
        }

        @Override
        public Address address() {
            throw new AssertionError("reads by itself");
        }

        @Override
        public State read(Stored answer) {
            throw new AssertionError("reads by itself");
        }

        @Override
        public String decoded(byte[] document) {
            return new String(document, UTF_8);
        }

        @Override
        public Steps<String> withWriteId(WriteIds.Lease lease) {
            throw new AssertionError("no write id without a ledger");
        }

        @Override
        public Prepared<String> confirm(State read, List<String> names) {
            throw new AssertionError("nothing to confirm without a ledger");
        }

        @Override
        public Prepared<String> prepare(State read, Modification<String> wanted, List<String> names) {
            String document = wanted instanceof Modification.Index<String> index ? index.document() : null;
            boolean isWrite = document != null || (wanted instanceof Modification.Delete && read.token() != null);
            return new Scenarios.Sent<>() {
                @Override
                public boolean isWrite() {
                    return isWrite;
                }

                @Override
                public byte @Nullable [] document() {
                    return document == null ? null : document.getBytes(UTF_8);
                }

                @Override
                public @Nullable String object() {
                    return document;
                }

                @Override
                public String operation() {
                    return "index";
                }

                @Override
                public WriteCondition condition() {
                    return WriteCondition.none();
                }

                @Override
                public Acknowledged send(int attempt, Duration limit) {
                    limits.add(limit.toMillis());
                    String write = (document == null ? "delete" : "index " + document) + " since "
                            + (read.token() == null
                                    ? "none"
                                    : Long.toString(read.token().seqNo())) + ", attempt "
                            + attempt;
                    writes.add(write);
                    Write answer = answers.poll();
                    if (answer != null) {
                        answer.answer(write);
                    }
                    return new Acknowledged(Result.Updated, token(seqNo + 1));
                }
            };
        }

        static DocumentToken token(long seqNo) {
            return new DocumentToken("stock", "stock-1", "4711", null, seqNo + 1, seqNo, 1);
        }

        static VersionConflictException conflict(long current) {
            String reason = "conflict at " + current;
            Conflict conflict = new Conflict(Kind.STALE, reason, current - 1, 1L, null, current, 1L, null);
            return new VersionConflictException("stock", "4711", conflict, 1, null);
        }
    }
}
