package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.DocumentMissingException;
import dev.optimist.elasticsearch.Internals;
import dev.optimist.elasticsearch.ModifiedItem;
import dev.optimist.elasticsearch.ModifiedTotal;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One function for many documents. */
class ModifyAllIT extends ServerTest {
    private static final int DOCUMENTS = 5_000;

    @Test
    void modifiesEachOnceWithFewRequests() {
        store(DOCUMENTS);
        long before = Internals.requests(client);
        List<ModifiedItem<Counter>> items =
                counters.readModifyWriteAll(ids(DOCUMENTS).toList(), c -> c.plus(1));
        long requests = Internals.requests(client) - before;
        System.out.println(DOCUMENTS + " documents: " + requests + " requests");
        assertThat(items).hasSize(DOCUMENTS);
        for (int i = 0; i < DOCUMENTS; i++) {
            assertThat(items.get(i).id()).isEqualTo(Integer.toString(i));
            assertThat(items.get(i).orThrow().source()).isEqualTo(new Counter(1));
        }
        assertThat(requests).isLessThan(DOCUMENTS / 10);
        assertThat(stored("17").at("/_source/n").asInt()).isEqualTo(1);
    }

    /** Every tenth document is changed by somebody else between the read and the write. */
    @Test
    void onlyThoseThatMeetAConflictAreReadAgain() {
        counters.bulk(ids(DOCUMENTS)
                        .map(id -> BulkOperation.create(id, new Counter(Integer.parseInt(id) * 1000)))
                        .toList())
                .forEach(result -> result.orThrow());
        Set<Integer> disturbed = ConcurrentHashMap.newKeySet();
        ModifiedTotal total = counters.readModifyWriteAll(
                ids(DOCUMENTS),
                c -> {
                    int id = c.n() / 1000;
                    if (id % 10 == 0 && disturbed.add(id)) {
                        rest.put("/" + index + "/_doc/" + id, "{\"n\":" + (c.n() + 500) + "}")
                                .ok();
                    }
                    return c.plus(1);
                },
                item -> assertThat(item.orThrow().attempts()).isEqualTo(item.position() % 10 == 0 ? 2 : 1));
        assertThat(total).isEqualTo(new ModifiedTotal(DOCUMENTS, DOCUMENTS, 0, 0, true));
        assertThat(disturbed).hasSize(DOCUMENTS / 10);
        rest.get("/" + index + "/_refresh").ok();
        JsonNode hits =
                rest.get("/" + index + "/_search?size=10000").ok().body().at("/hits/hits");
        assertThat(hits).hasSize(DOCUMENTS);
        for (JsonNode hit : hits) {
            int id = hit.path("_id").asInt();
            assertThat(hit.at("/_source/n").asInt()).as("%s", id).isEqualTo(id * 1000 + (id % 10 == 0 ? 501 : 1));
        }
    }

    @Test
    void eachHasItsOwnOutcome() {
        store(3);
        List<ModifiedItem<Counter>> items =
                counters.readModifyWriteAll(List.of("0", "missing", "1", "", "2", "2"), c -> {
                    if (c.n() == 7) {
                        throw new IllegalStateException("mine");
                    }
                    return c.plus(1);
                });
        assertThat(items).extracting(ModifiedItem::id).containsExactly("0", "missing", "1", "", "2", "2");
        assertThat(items.get(1).failure()).isInstanceOf(DocumentMissingException.class);
        assertThat(items.get(3).failure()).isInstanceOf(IllegalArgumentException.class);
        assertThat(stored("2").at("/_source/n").asInt()).as("given twice").isEqualTo(2);

        ModifiedTotal total = counters.readModifyWriteAll(List.of("0", "1"), c -> c, item -> {});
        assertThat(total).isEqualTo(new ModifiedTotal(2, 0, 2, 0, true));
    }

    @Test
    void aListenerThatThrowsEndsItAfterWhatIsUnderWay() {
        store(100);
        List<String> told = new ArrayList<>();
        IllegalStateException e = catchThrowableOfType(
                IllegalStateException.class,
                () -> counters.readModifyWriteAll(ids(100), c -> c.plus(1), item -> {
                    told.add(item.id());
                    if (told.size() == 1) {
                        throw new IllegalStateException("mine");
                    }
                }));
        assertThat(e).hasMessage("mine");
        for (String id : told) {
            assertThat(stored(id).at("/_source/n").asInt()).isEqualTo(1);
        }
    }

    @Test
    void anInterruptTakesNoMoreAndTellsTheRest() {
        store(100);
        List<String> told = new ArrayList<>();
        ModifiedTotal total = counters.readModifyWriteAll(
                ids(100).peek(id -> {
                    if (id.equals("40")) {
                        Thread.currentThread().interrupt();
                    }
                }),
                c -> c.plus(1),
                item -> told.add(item.id()));
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(total.complete()).isFalse();
        assertThat(total.taken()).isEqualTo(41);
        assertThat(total.applied()).isEqualTo(41);
        assertThat(told).hasSize(41);
    }

    @Test
    void leavesItsWriteIdsWithTheLedger() {
        var ledgered = counters.with(o -> o.writeLedger(WriteLedger.standard()));
        ledgered.putLedgerMapping();
        store(50);
        assertThat(ledgered.readModifyWriteAll(ids(50).toList(), c -> c.plus(1)))
                .allMatch(item -> item.orThrow().attempts() == 1);
        assertThat(stored("3").at("/_source/optimist_ledger/writes").size()).isEqualTo(1);
    }

    private void store(int documents) {
        counters.bulk(IntStream.range(0, documents)
                        .mapToObj(i -> BulkOperation.index(Integer.toString(i), new Counter(0), WriteCondition.none()))
                        .toList())
                .forEach(result -> result.orThrow());
    }

    private static Stream<String> ids(int documents) {
        return IntStream.range(0, documents).mapToObj(Integer::toString);
    }
}
