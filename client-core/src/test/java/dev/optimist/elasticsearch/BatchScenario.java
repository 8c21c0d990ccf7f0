package dev.optimist.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Conflict;
import dev.optimist.elasticsearch.internal.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Calls on one document whose leader is the test: it says what was read and what came of the write. */
final class BatchScenario {
    static final RetryPolicy POLICY =
            new RetryPolicy(3, Duration.ofMillis(1000), Duration.ofMillis(10), Duration.ofMillis(60));

    static final int LEDGER_SIZE = 8;

    /** A document; a class of its own, so that one can see who shares which object. */
    static final class Text {
        final String text;

        Text(String text) {
            this.text = text;
        }

        Text plus(String more) {
            return new Text(text + more);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    final Lane lane = new Lane(true);
    final List<String> sent = new ArrayList<>();
    final List<String> ended = new ArrayList<>();
    final ReadModifyWrite<Text> documents;
    private final Address key = new Address("stock", "4711", null);
    private @Nullable Batch<Text> batch;
    private long nanos;

    BatchScenario() {
        this(null, Contention.COMBINE);
    }

    BatchScenario(@Nullable Evidence evidence, Contention contention) {
        this.documents = new ReadModifyWrite<>(
                "test",
                new DocumentOptions()
                        .retry(POLICY)
                        .contention(contention)
                        .writeLedger(
                                evidence == null ? null : WriteLedger.standard().withSize(LEDGER_SIZE)),
                new Pace(() -> nanos, millis -> {}, bound -> bound),
                evidence,
                id -> new Lease(),
                Scenarios.NO_LANES);
    }

    /** A call that appends this. */
    Call<Text> call(String text) {
        return call(null, now -> Modification.index(now.plus(text)));
    }

    Call<Text> call(@Nullable String writeId, Function<Text, Modification<Text>> function) {
        Modifier<Text> modifier = read -> function.apply(new Text(new String(read.document(), UTF_8)));
        Call<Text> call = new Call<>(documents, key, new Steps(), modifier, writeId, lane);
        lane.enter(call);
        return call;
    }

    Batch<Text> batch() {
        Batch<Text> current = batch;
        if (current == null) {
            Call<?> first = lane.next();
            if (first == null) {
                throw new AssertionError("no call waits");
            }
            @SuppressWarnings("unchecked")
            Call<Text> call = (Call<Text>) first;
            current = Batch.of(call);
            batch = current;
        }
        return current;
    }

    /** Begins an attempt and composes the write on top of what is read; returns it, or null. */
    dev.optimist.elasticsearch.Steps.@Nullable Prepared<Text> compose(State read) {
        if (!batch().begin()) {
            throw new AssertionError("nothing to do");
        }
        return batch().compose(read, true);
    }

    /** A whole attempt that is acknowledged. */
    void attempt(String document) {
        attempt(document, 1);
    }

    void attempt(String document, long version) {
        dev.optimist.elasticsearch.Steps.Prepared<Text> write = compose(read(document, version));
        if (write != null && batch().commit()) {
            batch().acknowledged(write.send(1, Duration.ZERO));
        }
    }

    void pass(long millis) {
        nanos += Duration.ofMillis(millis).toNanos();
    }

    static State read(String document, long version) {
        return new State("stock-1", token(version), document.getBytes(UTF_8), null);
    }

    static State absent() {
        return new State("stock-1", null, new byte[0], null);
    }

    static DocumentToken token(long version) {
        return new DocumentToken("stock", "stock-1", "4711", null, version, version + 100, 1);
    }

    static VersionConflictException conflict() {
        Conflict conflict = new Conflict(Kind.STALE, "stale", 101L, 1L, null, 105L, 1L, null);
        return new VersionConflictException("stock", "4711", conflict, 1, null);
    }

    static OutcomeUnknownException lost() {
        return new OutcomeUnknownException("no answer", "stock", "4711", "index", WriteCondition.none(), null, null);
    }

    static RequestRejectedException refused() {
        return new RequestRejectedException("refused", "stock", "4711", 400, "document_parsing_exception", null);
    }

    private final class Lease implements WriteIds.Lease {
        @Override
        public String id() {
            return "me";
        }

        @Override
        public String born() {
            return "me";
        }

        @Override
        public String settled() {
            return "nobody's";
        }

        @Override
        public void end(boolean unknown) {
            ended.add(unknown ? "unknown" : "settled");
        }
    }

    private final class Steps implements dev.optimist.elasticsearch.Steps<Text> {
        @Override
        public State read(Duration limit) {
            throw new AssertionError("the test reads");
        }

        @Override
        public Address address() {
            throw new AssertionError("the test reads");
        }

        @Override
        public State read(Stored answer) {
            throw new AssertionError("the test reads");
        }

        @Override
        public Text decoded(byte[] document) {
            return new Text(new String(document, UTF_8));
        }

        @Override
        public dev.optimist.elasticsearch.Steps<Text> withWriteId(WriteIds.Lease lease) {
            return this;
        }

        @Override
        public Prepared<Text> confirm(State read, List<String> names) {
            return new Request(read, "confirm", new Text(new String(read.document(), UTF_8)), names);
        }

        @Override
        public Prepared<Text> prepare(State read, Modification<Text> wanted, List<String> names) {
            if (wanted instanceof Modification.Index<Text> index) {
                boolean same = new String(read.document(), UTF_8).equals(index.document().text);
                return new Request(
                        read, same ? null : read.token() == null ? "create" : "index", index.document(), names);
            }
            boolean nothing = wanted instanceof Modification.Noop || !read.isPresent();
            return new Request(read, nothing ? null : "delete", null, names);
        }
    }

    private final class Request extends Scenarios.Sent<Text> {
        private final State read;
        private final @Nullable String what;
        private final @Nullable Text document;
        private final List<String> names;

        Request(State read, @Nullable String what, @Nullable Text document, List<String> names) {
            this.read = read;
            this.what = what;
            this.document = document;
            this.names = names;
        }

        @Override
        public boolean isWrite() {
            return what != null;
        }

        @Override
        public byte @Nullable [] document() {
            return document == null ? null : document.text.getBytes(UTF_8);
        }

        @Override
        public @Nullable Text object() {
            return document;
        }

        @Override
        public Acknowledged send(int attempt, Duration limit) {
            sent.add(toString());
            Result result =
                    "create".equals(what) ? Result.Created : "delete".equals(what) ? Result.Deleted : Result.Updated;
            return new Acknowledged(result, token(read.version() + 1));
        }

        @Override
        public String operation() {
            return String.valueOf(what);
        }

        @Override
        public WriteCondition condition() {
            return read.token() == null ? WriteCondition.none() : WriteCondition.unchangedSince(read.token());
        }

        @Override
        public String toString() {
            return what + (document == null ? "" : " " + document) + " since " + read.version()
                    + (names.isEmpty() ? "" : " " + names);
        }
    }
}
