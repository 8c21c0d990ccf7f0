package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.optimist.elasticsearch.Internals;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.VersionConflictException;
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

/** A time series index makes the {@code _id} itself, of time and dimensions; the rest is as elsewhere. */
@Since(value = "8.7", because = "time series came with 8.7")
class TimeSeriesIT extends BothFacesTest {
    private static final String DIMENSIONS = "\"@timestamp\":\"2026-02-01T00:00:00.000Z\",\"host\":\"a\"";

    private String id;
    private Documents<Sample> samples;

    record Sample(@JsonProperty("@timestamp") String timestamp, String host, int n) {
        Sample with(int other) {
            return new Sample(timestamp, host, other);
        }
    }

    @BeforeEach
    void aSample() {
        index = newIndex(
                1,
                "\"index.mode\":\"time_series\",\"index.routing_path\":[\"host\"],"
                        + "\"index.time_series.start_time\":\"2026-01-01T00:00:00Z\","
                        + "\"index.time_series.end_time\":\"2027-01-01T00:00:00Z\",",
                "{\"properties\":{\"@timestamp\":{\"type\":\"date\"},"
                        + "\"host\":{\"type\":\"keyword\",\"time_series_dimension\":true},"
                        + "\"n\":{\"type\":\"integer\",\"time_series_metric\":\"gauge\"}}}");
        id = rest.post("/" + index + "/_doc", "{" + DIMENSIONS + ",\"n\":1}")
                .ok()
                .body()
                .path("_id")
                .asText();
        samples = documents(index, Sample.class);
    }

    /** As 8.19 and 9.5 were seen to do: a time series index has sequence numbers unless it is set otherwise. */
    @Test
    void aSampleIsCorrectedOnTheConditionOfARead() {
        VersionedDocument<Sample> read = samples.get(id).orElseThrow();
        assertThat(read.token().hasSeqNo()).isTrue();
        samples.readModifyWrite(id, s -> s.with(s.n() + 1));
        assertThat(catchThrowableOfType(
                        VersionConflictException.class,
                        () -> samples.index(id, read.source().with(9), WriteCondition.unchangedSince(read))))
                .isNotNull();
        samples.index(id, read.source().with(3), WriteCondition.version(2));
        samples.index(id, read.source().with(4), WriteCondition.external(10));
        assertThat(samples.get(id).orElseThrow().source().n()).isEqualTo(4);
        assertThat(samples.get(id).orElseThrow().version()).isEqualTo(10);
    }

    @Test
    void withTheLedgerToo() {
        Documents<Sample> remembering = samples.with(o -> o.writeLedger(WriteLedger.standard()));
        remembering.putLedgerMapping();
        remembering.readModifyWrite(id, "order-1", s -> s.with(s.n() + 1));
        assertThat(remembering
                        .readModifyWrite(id, "order-1", s -> s.with(s.n() + 1))
                        .recovered())
                .isTrue();
        assertThat(stored(id).at("/_source/n").asInt()).isEqualTo(2);
        assertThat(stored(id).at("/_source/optimist_ledger/writes/0").asText()).endsWith(":order-1");
    }

    @Test
    void aFunctionThatChangesTheDimensionsIsRefused() {
        leavesUnchanged(id, () -> {
            RequestRejectedException e = catchThrowableOfType(
                    RequestRejectedException.class,
                    () -> samples.readModifyWrite(id, s -> new Sample(s.timestamp(), "b", s.n())));
            assertThat(e.status()).hasValue(400);
            assertThat(e).hasMessageContaining("_id must be unset or set to");
        });
    }

    @Test
    void anIdOfOnesOwnIsRefused() {
        Sample sample = samples.get(id).orElseThrow().source();
        assertThat(catchThrowableOfType(RequestRejectedException.class, () -> samples.create("mine", sample)))
                .hasMessageContaining("_id must be unset or set to");
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> samples.get("mine"),
                () -> samples.readModifyWrite("mine", s -> s.with(9)),
                () -> samples.index("mine", sample, WriteCondition.version(1)))) {
            RequestRejectedException e = catchThrowableOfType(RequestRejectedException.class, call);
            assertThat(e.status()).hasValue(404);
            assertThat(e).hasMessageContaining("invalid id [mine]");
        }
    }

    /** A read of many has no status for each, and what is not known to be refused would be read again and again. */
    @Test
    void anIdOfOnesOwnAmongManyIsRefusedAtOnce() {
        VersionedDocuments<Sample> many = client.documents(index, Sample.class);
        List<Throwable> failures = new ArrayList<>();
        long before = Internals.requests(client);
        refuseAll(many, 3, failures);
        // how many go together depends on the machine; one that is sent again, is sent four times
        assertThat(Internals.requests(client) - before).as("each is read once").isLessThanOrEqualTo(3);
        refuseAll(many, 17, failures);
        assertThat(failures)
                .hasSize(20)
                .allSatisfy(e -> assertThat(e)
                        .isInstanceOf(RequestRejectedException.class)
                        .hasMessageContaining("invalid id"));
    }

    private static void refuseAll(VersionedDocuments<Sample> many, int ids, List<Throwable> failures) {
        many.readModifyWriteAll(
                IntStream.range(0, ids).mapToObj(i -> "m" + (100 + i)),
                s -> s.with(9),
                item -> failures.add(item.failure()));
    }

    @Test
    void routingIsTheServersOwn() {
        leavesUnchanged(
                id,
                () -> assertThat(catchThrowableOfType(
                                RequestRejectedException.class,
                                () -> samples.with(o -> o.routing("x")).readModifyWrite(id, s -> s.with(9))))
                        .hasMessageContaining("routing is not supported"));
    }
}
