package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch._types.Result;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.optimist.elasticsearch.BulkItemResult;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.DocumentToken;
import dev.optimist.elasticsearch.Modification;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A data stream takes new documents and no others; what is in it is changed where it lies, in a backing index. */
@Since(value = "8", because = "the distribution of 7.17 for tests has no data streams")
class DataStreamsIT extends BothFacesTest {
    private String stream;
    private Documents<Event> events;

    record Event(@JsonProperty("@timestamp") String timestamp, int n) {
        Event plus(int more) {
            return new Event(timestamp, n + more);
        }
    }

    @BeforeEach
    void aStream() {
        rest.put(
                        "/_index_template/it-streams",
                        "{\"index_patterns\":[\"it-stream-*\"],\"data_stream\":{},\"priority\":500,"
                                + "\"template\":{\"settings\":{\"number_of_replicas\":0}}}")
                .ok();
        // a new name in each run: Elastic's distribution for tests cannot delete one
        stream = "it-stream-" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
        rest.put("/" + stream + "/_create/0", "{\"@timestamp\":\"2026-01-01\",\"n\":0}")
                .ok();
        events = documents(stream, Event.class);
    }

    @Test
    void takesNewDocumentsOnly() {
        DocumentToken token = events.create("1", event(1)).token();
        assertThat(token.target()).isEqualTo(stream);
        assertThat(token.index()).startsWith(".ds-" + stream);
        assertThat(token.hasSeqNo()).isTrue();
        assertThat(catchThrowableOfType(VersionConflictException.class, () -> events.create("1", event(2)))
                        .kind())
                .isEqualTo(Kind.EXISTS);
        for (ThrowingCallable write : List.<ThrowingCallable>of(
                () -> events.index("1", event(9), WriteCondition.none()),
                () -> events.index("2", event(9), WriteCondition.none()),
                () -> events.index("1", event(9), WriteCondition.external(5)),
                () -> events.index("1", event(9), WriteCondition.ifSeqNo(token.seqNo(), token.primaryTerm())),
                () -> events.delete("1", WriteCondition.none()))) {
            RequestRejectedException e = catchThrowableOfType(RequestRejectedException.class, write);
            assertThat(e.status()).hasValue(400);
            assertThat(e).hasMessageContainingAll("op_type of create", "in its backing index", "create");
        }
        assertThat(inBackingIndex(token)).isEqualTo(1);
    }

    /** The server says "no such index", which there is. */
    @Test
    void isNotReadByItsName() {
        DocumentToken token = events.create("1", event(1)).token();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> events.get("1"),
                () -> events.readModifyWrite("1", e -> e.plus(1)),
                () -> events.readModifyWriteOptional("2", none -> Modification.index(event(1))),
                () -> events.index("1", event(9), WriteCondition.version(1)),
                () -> events.with(o -> o.writeLedger(WriteLedger.standard())).create("2", event(1)))) {
            RequestRejectedException e = catchThrowableOfType(RequestRejectedException.class, call);
            assertThat(e.status()).hasValue(404);
            assertThat(e).hasMessageContainingAll("it is a data stream", "in its backing index");
        }
        assertThat(inBackingIndex(token)).isEqualTo(1);
    }

    /** Whose answers come as elasticsearch-java's exceptions. */
    @Test
    @ElasticsearchJava9
    void saysTheSameThroughAClientOfOnesOwn() {
        DocumentToken token = events.create("1", event(1)).token();
        Documents<Event> own =
                face.of(VersionedClient.of(client.elasticsearch()).documents(stream, Event.class));
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> own.get("1"),
                () -> own.readModifyWrite("1", e -> e.plus(1)),
                () -> own.index("1", event(9), WriteCondition.none()))) {
            assertThat(catchThrowableOfType(RequestRejectedException.class, call))
                    .hasMessageContainingAll("data stream", "in its backing index");
        }
        assertThat(inBackingIndex(token)).isEqualTo(1);
    }

    @Test
    void saysTheSameOfManyAtOnce() {
        VersionedDocuments<Event> many = client.documents(stream, Event.class);
        List<BulkItemResult<Event>> results = many.bulk(List.of(
                BulkOperation.create("1", event(1)),
                BulkOperation.index("2", event(2), WriteCondition.none()),
                BulkOperation.delete("3", WriteCondition.none())));
        assertThat(results.get(0).orThrow().result()).isEqualTo(Result.Created);
        for (BulkItemResult<Event> refused : results.subList(1, 3)) {
            assertThat(catchThrowableOfType(RequestRejectedException.class, refused::orThrow))
                    .hasMessageContaining("in its backing index");
        }
        List<Throwable> failures = new ArrayList<>();
        many.readModifyWriteAll(
                IntStream.range(0, 20).mapToObj(Integer::toString),
                e -> e.plus(1),
                item -> failures.add(item.failure()));
        assertThat(failures)
                .hasSize(20)
                .allSatisfy(e -> assertThat(e)
                        .isInstanceOf(RequestRejectedException.class)
                        .hasMessageContainingAll("it is a data stream", "in its backing index"));
    }

    @Test
    void itsDocumentsAreChangedInTheirBackingIndex() {
        DocumentToken token = events.create("1", event(1)).token();
        // a token knows where, so the stream's own handle will do
        DocumentToken next = events.index("1", event(2), WriteCondition.unchangedSince(token))
                .token();
        assertThat(catchThrowableOfType(
                                VersionConflictException.class,
                                () -> events.index("1", event(9), WriteCondition.unchangedSince(token)))
                        .kind())
                .isEqualTo(Kind.STALE);
        rest.post("/" + stream + "/_rollover", "").ok();
        assertThat(events.index("1", event(3), WriteCondition.unchangedSince(next))
                        .token()
                        .index())
                .as("not where the stream is written to by now")
                .isEqualTo(token.index());

        Documents<Event> backing = documents(token.index(), Event.class);
        backing.with(o -> o.writeLedger(WriteLedger.standard())).readModifyWrite("1", e -> e.plus(1));
        assertThat(inBackingIndex(token)).isEqualTo(4);
    }

    @Test
    void itsDocumentsAreDeletedInTheirBackingIndex() {
        DocumentToken token = events.create("1", event(1)).token();
        Documents<Event> backing = documents(token.index(), Event.class);
        VersionedDocument<Event> read = backing.get("1").orElseThrow();
        assertThat(backing.readModifyWrite("1", e -> e.plus(1)).token().version())
                .isEqualTo(2);
        assertThat(catchThrowableOfType(
                        VersionConflictException.class, () -> backing.delete("1", WriteCondition.unchangedSince(read))))
                .isNotNull();
        assertThat(backing.delete("1", WriteCondition.version(2)).result()).isEqualTo(Result.Deleted);
    }

    /** What docs/special-indices.md warns of: create is about the index that is written to, and after a rollover it is another. */
    @Test
    void anIdMayComeAgainAfterARollover() {
        DocumentToken first = events.create("1", event(1)).token();
        rest.post("/" + stream + "/_rollover", "").ok();
        DocumentToken second = events.create("1", event(2)).token();
        assertThat(second.index()).isNotEqualTo(first.index());
        assertThat(inBackingIndex(first)).isEqualTo(1);
        assertThat(inBackingIndex(second)).isEqualTo(2);
    }

    private int inBackingIndex(DocumentToken token) {
        return rest.get("/" + token.index() + "/_doc/" + token.id())
                .ok()
                .body()
                .at("/_source/n")
                .asInt();
    }

    private static Event event(int n) {
        return new Event("2026-01-01T00:00:00.000Z", n);
    }
}
