package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.BulkItemResult;
import dev.optimist.elasticsearch.BulkItemResult.Outcome;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.DocumentToken;
import dev.optimist.elasticsearch.Modification;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Names that are more, or less, than one index; more of aliases is in VersionedRequestsIT and IncarnationIT. */
class AliasesAndRoutingIT extends BothFacesTest {
    private static final List<String> IDS =
            IntStream.range(0, 20).mapToObj(i -> "id-" + i).toList();

    @Test
    @Since(value = "6.4", because = "an alias has a write index since 6.4")
    void anAliasOfSeveralIndicesIsWrittenButNotRead() {
        Documents<Counter> both = alias(true);
        String writes = both.create("1", new Counter(1)).token().index();
        assertThat(writes).isEqualTo(index);
        for (ThrowingCallable read : List.<ThrowingCallable>of(
                () -> both.get("1"),
                () -> both.readModifyWrite("1", c -> c.plus(1)),
                () -> both.with(o -> o.writeLedger(WriteLedger.standard())).create("2", new Counter(2)))) {
            RequestRejectedException e = catchThrowableOfType(RequestRejectedException.class, read);
            assertThat(e.status()).hasValue(400);
            assertThat(e).hasMessageContainingAll("more than one ind", writes); // which may be its own
        }
        assertThat(stored("1").path("_version").asInt()).isEqualTo(1);

        DocumentToken token =
                both.index("1", new Counter(2), WriteCondition.none()).token();
        both.index("1", new Counter(3), WriteCondition.unchangedSince(token));
        assertThat(catchThrowableOfType(
                        VersionConflictException.class,
                        () -> both.index("1", new Counter(9), WriteCondition.unchangedSince(token))))
                .isNotNull();
        documents(writes, Counter.class).readModifyWrite("1", c -> c.plus(1));
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(4);
        assertThat(both.delete("1", WriteCondition.none()).result()).isEqualTo(Result.Deleted);
    }

    @Test
    @Since(
            value = "7",
            because = "readModifyWriteAll reads several by an mget without a status, whose words differ before")
    void anAliasOfSeveralIndicesIsRefusedToManyToo() {
        alias(true);
        List<Throwable> failures = new ArrayList<>();
        client.documents("both-" + index, Counter.class)
                .readModifyWriteAll(List.of("1", "2").stream(), c -> c.plus(1), item -> failures.add(item.failure()));
        assertThat(failures)
                .hasSize(2)
                .allSatisfy(e -> assertThat(e)
                        .isInstanceOf(RequestRejectedException.class)
                        .hasMessageContaining("more than one index"));
    }

    @Test
    void anAliasOfSeveralIndicesWithoutAWriteIndexIsRefused() {
        Documents<Counter> none = alias(false);
        for (ThrowingCallable write : List.<ThrowingCallable>of(
                () -> none.create("1", new Counter(1)),
                () -> none.index("1", new Counter(1), WriteCondition.none()),
                () -> none.index("1", new Counter(1), WriteCondition.external(1)),
                () -> none.readModifyWrite("1", c -> c.plus(1)),
                () -> typed(client.documents("both-" + index, Counter.class))
                        .bulk(List.of(BulkOperation.create("1", new Counter(1))))
                        .get(0)
                        .orThrow())) {
            RequestRejectedException e = catchThrowableOfType(RequestRejectedException.class, write);
            assertThat(e.status()).hasValue(400);
            assertThat(e).hasMessageContaining("both-" + index);
        }
        assertThat(stored("1").path("found").asBoolean()).isFalse();
    }

    /** As the server has it: a filter is for searches, and hides nothing from a read by _id. */
    @Test
    void theFilterOfAnAliasIsForSearchesOnly() {
        String name = "filtered-" + index;
        rest.put("/" + index + "/_alias/" + name, "{\"filter\":{\"term\":{\"n\":1}}}")
                .ok();
        Documents<Counter> filtered = documents(name, Counter.class);
        filtered.create("1", new Counter(2)); // which the filter would hide
        assertThat(filtered.get("1")).isPresent();
        filtered.readModifyWrite("1", c -> c.plus(1));
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(3);
    }

    @Test
    void aRoutingBesideThatOfTheAliasIsRefused() {
        index = newIndex(5, "", "{}");
        String name = "routed-" + index;
        rest.put("/" + index + "/_alias/" + name, "{\"routing\":\"somewhere\"}").ok();
        Documents<Counter> routed = documents(name, Counter.class);
        routed.create("1", new Counter(1));
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> routed.with(o -> o.routing("elsewhere")).create("2", new Counter(2)),
                () -> routed.with(o -> o.routing("elsewhere")).readModifyWrite("1", c -> c.plus(1)))) {
            assertThat(catchThrowableOfType(RequestRejectedException.class, call))
                    .hasMessageContainingAll("somewhere", "elsewhere");
        }
        assertThat(rest.get("/" + index + "/_doc/1?routing=somewhere")
                        .body()
                        .at("/_source/n")
                        .asInt())
                .isEqualTo(1);
    }

    /** What was written is not told with its routing by an alias, so it is read again, and found. */
    @Test
    void aLastWriteByAnAliasWithARoutingIsFoundAgain() {
        index = newIndex(5, "", "{}");
        String name = "routed-" + index;
        rest.put("/" + index + "/_alias/" + name, "{\"routing\":\"somewhere\"}").ok();
        Documents<Counter> routed = documents(name, Counter.class).with(o -> o.reuseLastWrite(true));
        for (String id : IDS) {
            routed.readModifyWriteOptional(id, none -> Modification.index(new Counter(1)));
            for (int i = 0; i < 4; i++) {
                assertThat(routed.readModifyWrite(id, c -> c.plus(1)).attempts())
                        .isEqualTo(1);
            }
            assertThat(rest.get("/" + index + "/_doc/" + id + "?routing=somewhere")
                            .body()
                            .at("/_source/n")
                            .asInt())
                    .isEqualTo(5);
        }
    }

    @Test
    void requiredRoutingIsSentByEveryRequestOfMany() {
        VersionedDocuments<Counter> plain = routingRequired();
        VersionedDocuments<Counter> routed = plain.with(o -> o.routing("r"));
        assertThat(routed.bulk(IDS.stream()
                        .map(id -> BulkOperation.create(id, new Counter(1)))
                        .toList()))
                .allMatch(r -> r.outcome() == Outcome.APPLIED);
        List<Throwable> failures = new ArrayList<>();
        routed.readModifyWriteAll(IDS.stream(), c -> c.plus(1), item -> {
            if (item.failure() != null) {
                failures.add(item.failure());
            }
        });
        assertThat(failures).isEmpty();
        VersionedDocuments<Counter> remembering = routed.with(o -> o.writeLedger(WriteLedger.standard()));
        remembering.putLedgerMapping();
        Documents<Counter> one = face.of(remembering);
        for (String id : IDS) {
            one.readModifyWrite(id, "order", c -> c.plus(1));
            assertThat(one.readModifyWrite(id, "order", c -> c.plus(1)).recovered())
                    .isTrue();
            assertThat(rest.get("/" + index + "/_doc/" + id + "?routing=r")
                            .body()
                            .at("/_source/n")
                            .asInt())
                    .isEqualTo(3);
        }
        assertThat(routed.bulk(IDS.stream()
                        .map(id -> BulkOperation.<Counter>delete(id, WriteCondition.version(4)))
                        .toList()))
                .as("what was recovered was confirmed by one more write")
                .allMatch(r -> r.outcome() == Outcome.APPLIED);
    }

    /** One alone is in BadInputIT. */
    @Test
    void missingRoutingIsToldToEachOfMany() {
        VersionedDocuments<Counter> plain = routingRequired();
        plain.with(o -> o.routing("r")).create("1", new Counter(1));
        List<BulkItemResult<Counter>> results = plain.bulk(List.of(
                BulkOperation.index("1", new Counter(9), WriteCondition.none()),
                BulkOperation.create("2", new Counter(2)),
                BulkOperation.create("3", new Counter(3)).withRouting("r"),
                BulkOperation.delete("1", WriteCondition.none())));
        assertThat(results)
                .extracting(BulkItemResult::outcome)
                .containsExactly(Outcome.REJECTED, Outcome.REJECTED, Outcome.APPLIED, Outcome.REJECTED);
        assertThat(catchThrowableOfType(RequestRejectedException.class, results.get(1)::orThrow))
                .hasMessageContaining("routing is required");
        List<Throwable> failures = new ArrayList<>();
        plain.readModifyWriteAll(List.of("1", "2").stream(), c -> c.plus(1), item -> failures.add(item.failure()));
        assertThat(failures)
                .hasSize(2)
                .allSatisfy(e -> assertThat(e)
                        .isInstanceOf(RequestRejectedException.class)
                        .hasMessageContaining("routing is required"));
        assertThat(rest.get("/" + index + "/_doc/1?routing=r")
                        .body()
                        .path("_version")
                        .asInt())
                .isEqualTo(1);
    }

    private VersionedDocuments<Counter> routingRequired() {
        index = newIndex(3, "", "{\"_routing\":{\"required\":true}}");
        return typed(client.documents(index, Counter.class));
    }

    /** Of the index of the test and another, with the first to be written to or none. */
    private Documents<Counter> alias(boolean hasWriteIndex) {
        String name = "both-" + index;
        rest.post(
                        "/_aliases",
                        "{\"actions\":[{\"add\":{\"index\":\"" + newIndex("{}") + "\",\"alias\":\"" + name
                                + "\"}},{\"add\":{\"index\":\"" + index + "\",\"alias\":\"" + name + "\""
                                + (hasWriteIndex ? ",\"is_write_index\":true" : "") + "}}]}")
                .ok();
        return documents(name, Counter.class);
    }
}
