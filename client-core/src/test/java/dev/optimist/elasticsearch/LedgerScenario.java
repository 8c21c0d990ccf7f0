package dev.optimist.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Conflict;
import dev.optimist.elasticsearch.internal.Ledger;
import dev.optimist.elasticsearch.internal.Stored;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One document with a ledger, in a time of its own; what happens at each read and write is chosen, all else is logged. */
final class LedgerScenario implements Steps<String> {
    static final String WRITE_ID = "me";
    static final Answer LOST = LedgerScenario::lose;
    static final Answer CONFLICT = LedgerScenario::refuse;
    static final Answer APPLIED_BUT_LOST = s -> {
        s.apply(WRITE_ID);
        s.lose();
    };
    static final Answer APPLIED_BUT_CONFLICT = s -> {
        s.apply(WRITE_ID);
        s.refuse();
    };

    final List<String> log = new ArrayList<>();
    final List<Long> delays = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    final List<OptimistException> thrown = new ArrayList<>();
    final List<Prepared<String>> sent = new ArrayList<>();
    ReadModifyWriteTest.Scenario.Sleeping onSleep = () -> {};
    int reads;
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final Map<Integer, Runnable> onReads = new HashMap<>();
    private final Map<Integer, RuntimeException> onFunctions = new HashMap<>();
    private final ReadModifyWrite<String> loop;
    private long nanos;
    private long version = 5;
    private @Nullable Ledger ledger = Ledger.after(null, "first", null, 64);
    private @Nullable Long stale;
    private int functions;

    interface Answer {
        /** Throws, or returns for the write to be applied and acknowledged. */
        void answer(LedgerScenario scenario);
    }

    LedgerScenario(RetryPolicy policy) {
        this(policy, new LedgerEvidence());
    }

    LedgerScenario(RetryPolicy policy, @Nullable Evidence evidence) {
        Pace.Sleep sleep = millis -> {
            delays.add(millis);
            pass(millis);
            onSleep.run();
        };
        this.loop = new ReadModifyWrite<>(
                "test",
                new DocumentOptions().retry(policy).contention(Contention.NONE),
                new Pace(() -> nanos, sleep, bound -> bound),
                evidence,
                id -> new Lease(),
                Scenarios.NO_LANES);
        loop.retry()
                .getEventPublisher()
                .onEvent(e -> events.add(e.getEventType() + " " + e.getNumberOfRetryAttempts()));
    }

    LedgerScenario onWrite(Answer answer) {
        answers.add(answer);
        return this;
    }

    LedgerScenario onWrite(Runnable answer) {
        return onWrite((Answer) scenario -> answer.run());
    }

    /** Runs this before the nth read, from 1 on. */
    LedgerScenario onRead(int nth, Runnable run) {
        onReads.put(nth, run);
        return this;
    }

    void onFunction(int nth, RuntimeException failure) {
        onFunctions.put(nth, failure);
    }

    void others(int writes) {
        for (int i = 0; i < writes; i++) {
            apply("other" + version);
        }
    }

    /** Writes without the ledger, but leaves it in place. */
    void foreign() {
        version++;
    }

    void wipe() {
        version++;
        ledger = null;
    }

    void contains(String id) {
        apply(id);
    }

    /** The next read is of a copy that has not got further than this. */
    void stale(long lagging) {
        stale = lagging;
    }

    void pass(long millis) {
        nanos += Duration.ofMillis(millis).toNanos();
    }

    long elapsedMillis() {
        return Duration.ofNanos(nanos).toMillis();
    }

    int count(String entry) {
        return Collections.frequency(log, entry);
    }

    ModificationResult<String> run() {
        return run(null);
    }

    ModificationResult<String> run(@Nullable String writeId) {
        return loop.run(
                new Address("stock", "4711", null),
                this,
                read -> {
                    log.add("function");
                    RuntimeException failure = onFunctions.get(++functions);
                    if (failure != null) {
                        throw failure;
                    }
                    return Modification.index(new String(read.document(), UTF_8) + "+");
                },
                writeId,
                new Observation(new OperationLog()));
    }

    private void apply(String id) {
        version++;
        ledger = Ledger.after(ledger, id, null, 64);
    }

    private void lose() {
        throw record(
                new OutcomeUnknownException("no answer", "stock", "4711", "index", WriteCondition.none(), null, null));
    }

    private void refuse() {
        Conflict conflict = new Conflict(Kind.STALE, "stale", version + 99, 1L, null, version + 100, 1L, null);
        throw record(new VersionConflictException("stock", "4711", conflict, 1, null));
    }

    private OptimistException record(OptimistException e) {
        thrown.add(e);
        return e;
    }

    @Override
    public State read(Duration limit) {
        Runnable run = onReads.get(++reads);
        if (run != null) {
            run.run();
        }
        long seen = stale == null ? version : stale;
        stale = null;
        log.add("read v" + seen);
        return new State("stock-1", token(seen), ("v" + seen).getBytes(UTF_8), ledger);
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
        return this;
    }

    @Override
    public Prepared<String> prepare(State read, Modification<String> wanted, List<String> names) {
        String document = ((Modification.Index<String>) wanted).document();
        return new Request(read, document, "index " + document);
    }

    @Override
    public Prepared<String> confirm(State read, List<String> names) {
        return new Request(read, new String(read.document(), UTF_8), "confirm");
    }

    static DocumentToken token(long version) {
        return new DocumentToken("stock", "stock-1", "4711", null, version, version + 100, 1);
    }

    private final class Request extends Scenarios.Sent<String> {
        private final DocumentToken token;
        private final String document;
        private final String what;

        Request(State read, String document, String what) {
            this.token = Objects.requireNonNull(read.token());
            this.document = document;
            this.what = what;
        }

        @Override
        public byte[] document() {
            return document.getBytes(UTF_8);
        }

        @Override
        public String object() {
            return document;
        }

        @Override
        public Acknowledged send(int attempt, Duration limit) {
            log.add(what + " since " + token.version());
            sent.add(this);
            Answer answer = answers.poll();
            if (answer != null) {
                answer.answer(LedgerScenario.this);
            }
            if (version != token.version()) {
                throw new AssertionError("acknowledged, though the document has changed: " + log);
            }
            apply(WRITE_ID);
            return new Acknowledged(Result.Updated, LedgerScenario.token(version));
        }

        @Override
        public String operation() {
            return "index";
        }

        @Override
        public WriteCondition condition() {
            return WriteCondition.unchangedSince(token);
        }
    }

    private final class Lease implements WriteIds.Lease {
        @Override
        public String born() {
            return id();
        }

        @Override
        public String id() {
            return WRITE_ID;
        }

        @Override
        public String settled() {
            return "nobody's";
        }

        @Override
        public void end(boolean unknown) {
            log.add(unknown ? "end unknown" : "end settled");
        }
    }
}
