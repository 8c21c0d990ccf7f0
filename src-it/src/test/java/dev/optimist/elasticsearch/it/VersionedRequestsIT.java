package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import co.elastic.clients.elasticsearch._types.Refresh;
import co.elastic.clients.elasticsearch._types.Result;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.Modification;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteResult;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Every request with every condition, as far as it is applied; what is refused is in ConflictsIT and BadInputIT. */
class VersionedRequestsIT extends ServerTest {

    /** Not a record: what Jackson maps by fields and setters works too. */
    public static class Post {
        public String title;
        public int views;
    }

    @Test
    void createsAndReads() {
        WriteResult created = counters.create("1", new Counter(7));
        VersionedDocument<Counter> read = counters.get("1").orElseThrow();

        assertThat(created.result()).isEqualTo(Result.Created);
        assertThat(read.source()).isEqualTo(new Counter(7));
        assertThat(read.token()).isEqualTo(created.token());
        assertThat(read.index()).isEqualTo(index);
        assertThat(read.id()).isEqualTo("1");
        assertThat(read.routing()).isNull();
        assertThat(read.version()).isEqualTo(1);
        assertThat(read.seqNo()).isEqualTo(hasSequenceNumbers() ? 0 : 1);
        assertThat(read.primaryTerm()).isEqualTo(hasSequenceNumbers() ? 1 : Long.MAX_VALUE);
    }

    @Test
    void findsNoDocumentWhereThereIsNone() {
        assertThat(counters.get("nobody")).isEmpty();
    }

    @Test
    void refusesToReadFromAMissingIndex() {
        assertThatThrownBy(() ->
                        typed(client.documents("it-missing", Counter.class)).get("1"))
                .isInstanceOfSatisfying(RequestRejectedException.class, e -> {
                    assertThat(e.status()).hasValue(404);
                    assertThat(e.type()).hasValue("index_not_found_exception");
                });
    }

    @Test
    void indexesUnchangedSince() {
        VersionedDocument<Counter> read = given(1);
        WriteResult written = counters.index("1", new Counter(2), WriteCondition.unchangedSince(read));
        assertThat(written.result()).isEqualTo(Result.Updated);
        assertThat(written.version()).isEqualTo(2);
        // the result's token serves for the next write, without a read between
        assertThat(counters.index("1", new Counter(3), WriteCondition.unchangedSince(written.token()))
                        .version())
                .isEqualTo(3);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(3);
    }

    @Test
    void indexesIfSeqNo() {
        VersionedDocument<Counter> read = given(1);
        assertThat(counters.index("1", new Counter(2), WriteCondition.ifSeqNo(read.seqNo(), read.primaryTerm()))
                        .version())
                .isEqualTo(2);
    }

    @Test
    void indexesAtAVersion() {
        given(1);
        assertThat(counters.index("1", new Counter(2), WriteCondition.version(1))
                        .version())
                .isEqualTo(2);
        assertThat(counters.index("1", new Counter(3), WriteCondition.version(2))
                        .version())
                .isEqualTo(3);
    }

    @Test
    void indexesAndDeletesWithExternalVersions() {
        assertThat(counters.index("1", new Counter(5), WriteCondition.external(5))
                        .version())
                .isEqualTo(5);
        assertThat(counters.index("1", new Counter(10), WriteCondition.external(10))
                        .version())
                .isEqualTo(10);
        assertThat(counters.index("1", new Counter(11), WriteCondition.externalGte(10))
                        .version())
                .isEqualTo(10);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(11);
        WriteResult deleted = counters.delete("1", WriteCondition.external(12));
        assertThat(deleted.result()).isEqualTo(Result.Deleted);
        assertThat(deleted.version()).isEqualTo(12);
        assertThat(counters.get("1")).isEmpty();
        assertThat(counters.index("1", new Counter(12), WriteCondition.externalGte(12))
                        .result())
                .isEqualTo(Result.Created);
        assertThat(counters.delete("1", WriteCondition.externalGte(12)).result())
                .isEqualTo(Result.Deleted);
    }

    @Test
    void takesTheLeastAndTheGreatestExternalVersion() {
        assertThat(counters.index("least", new Counter(1), WriteCondition.external(0))
                        .version())
                .isZero();
        assertThat(counters.get("least").orElseThrow().version()).isZero();
        assertThat(counters.index("most", new Counter(1), WriteCondition.external(Long.MAX_VALUE - 1))
                        .version())
                .isEqualTo(Long.MAX_VALUE - 1);
    }

    @Test
    void overwritesWhenToldTo() {
        given(1);
        assertThat(counters.index("1", new Counter(2), WriteCondition.none()).version())
                .isEqualTo(2);
        assertThat(counters.delete("1", WriteCondition.none()).result()).isEqualTo(Result.Deleted);
        assertThat(counters.delete("1", WriteCondition.none()).result()).isEqualTo(Result.NotFound);
    }

    @Test
    void deletesUnchangedSinceAndIfSeqNoAndAtAVersion() {
        assertThat(counters.delete("1", WriteCondition.unchangedSince(given(1))).result())
                .isEqualTo(Result.Deleted);
        VersionedDocument<Counter> second = given(2);
        assertThat(counters.delete("1", WriteCondition.ifSeqNo(second.seqNo(), second.primaryTerm()))
                        .result())
                .isEqualTo(Result.Deleted);
        long version = given(3).version();
        assertThat(counters.delete("1", WriteCondition.version(version)).result())
                .isEqualTo(Result.Deleted);
        assertThat(stored("1").path("found").asBoolean()).isFalse();
    }

    @Test
    void mapsPojos() {
        VersionedDocuments<Post> posts = typed(client.documents(index, Post.class));
        Post post = new Post();
        post.title = "a";
        posts.create("1", post);
        posts.readModifyWrite("1", p -> {
            p.views++;
            return p;
        });
        assertThat(posts.get("1").orElseThrow().source())
                .usingRecursiveComparison()
                .isEqualTo(postOf("a", 1));
    }

    @Test
    void mapsMaps() {
        VersionedDocuments<Map<String, Object>> maps =
                typed(client.documents(index, new TypeReference<Map<String, Object>>() {}));
        maps.create("1", Map.of("a", "x", "b", 2));
        assertThat(maps.get("1").orElseThrow().source()).isEqualTo(Map.of("a", "x", "b", 2));
    }

    @Test
    void keepsEveryDigitAndEveryNullOfAJsonNode() throws Exception {
        String exact = "{\"decimal\":0.1234567890123456789012345,\"integer\":123456789012345678901234567890,"
                + "\"trailing\":1.50,\"nothing\":null,\"nested\":{\"list\":[1,2.0,\"x\"]}}";
        rest.put("/" + newIndexWithoutFields() + "/_doc/1", exact).ok();
        VersionedDocuments<JsonNode> nodes = typed(client.documents(index, JsonNode.class));

        nodes.readModifyWrite("1", node -> ((ObjectNode) node.deepCopy()).put("added", true));

        assertThat(typed(client.documents(index, JsonNode.class))
                        .get("1")
                        .orElseThrow()
                        .source()
                        .toString())
                .isEqualTo(exact.substring(0, exact.length() - 1) + ",\"added\":true}");
    }

    @Test
    void sendsRouting() {
        String routed = newIndex("{\"_routing\":{\"required\":true}}");
        VersionedDocuments<Counter> here =
                typed(client.documents(routed, Counter.class)).with(o -> o.routing("somewhere"));
        here.create("1", new Counter(1));
        VersionedDocument<Counter> read = here.get("1").orElseThrow();
        assertThat(read.routing()).isEqualTo("somewhere");
        here.index("1", new Counter(2), WriteCondition.unchangedSince(read));
        here.index("1", new Counter(3), WriteCondition.version(2));
        here.readModifyWrite("1", c -> c.plus(1));
        assertThat(rest.get("/" + routed + "/_doc/1?routing=somewhere")
                        .body()
                        .at("/_source/n")
                        .asInt())
                .isEqualTo(4);
        assertThat(here.delete("1", WriteCondition.version(4)).result()).isEqualTo(Result.Deleted);
    }

    @Test
    void sendsRefresh() {
        index = newIndex(1, "\"refresh_interval\":\"-1\",", "{}");
        VersionedDocuments<Counter> unrefreshed = typed(client.documents(index, Counter.class));
        unrefreshed.create("1", new Counter(1));
        assertThat(hits()).isZero(); // nobody has refreshed
        unrefreshed.with(o -> o.refresh(Refresh.True)).index("2", new Counter(1), WriteCondition.none());
        assertThat(hits()).isEqualTo(2);
        unrefreshed.with(o -> o.refresh(Refresh.True)).delete("2", WriteCondition.version(1));
        assertThat(hits()).isEqualTo(1);
    }

    @Test
    void sendsRefreshWaitFor() {
        VersionedDocuments<Counter> waiting = counters.with(o -> o.refresh(Refresh.WaitFor));
        waiting.create("1", new Counter(1));
        assertThat(hits()).isEqualTo(1);
        waiting.delete("1", WriteCondition.version(1));
        assertThat(hits()).isZero();
    }

    /** That a pipeline changes what is stored is shown by SecurityIT, whose server has a processor. */
    @Test
    @Since(value = "5", because = "ingest pipelines came with 5.0")
    void sendsPipeline() {
        VersionedDocuments<Counter> piped = counters.with(o -> o.pipeline("it-no-such-pipeline"));
        for (ThrowingCallable write : List.<ThrowingCallable>of(
                () -> piped.create("1", new Counter(1)),
                () -> piped.index("1", new Counter(1), WriteCondition.none()),
                () -> piped.readModifyWriteOptional("1", none -> Modification.index(new Counter(1))))) {
            assertThatThrownBy(write)
                    .isInstanceOf(RequestRejectedException.class)
                    .hasMessageContaining("pipeline with id [it-no-such-pipeline] does not exist");
        }
        assertThat(counters.get("1")).isEmpty();
    }

    @Test
    void sendsWaitForActiveShards() {
        assertThat(counters.with(o -> o.waitForActiveShards(1))
                        .create("1", new Counter(1))
                        .result())
                .isEqualTo(Result.Created);
        assertThat(counters.with(o -> o.waitForAllActiveShards())
                        .delete("1", WriteCondition.version(1))
                        .result())
                .isEqualTo(Result.Deleted);
        // that the number arrives is shown by FailuresIT, where it cannot be met
    }

    @Test
    @Since(value = "7.10", because = "require_alias came with 7.10")
    void sendsRequireAlias() {
        VersionedDocuments<Counter> strict =
                typed(client.documents("it-no-alias", Counter.class)).with(o -> o.requireAlias(true));
        assertThatThrownBy(() -> strict.create("1", new Counter(1)))
                .isInstanceOfSatisfying(
                        RequestRejectedException.class,
                        e -> assertThat(e.status()).hasValue(404));
        assertThat(rest.get("/it-no-alias").status()).isEqualTo(404);

        rest.put("/" + index + "/_alias/it-alias-of-" + index, "").ok();
        VersionedDocuments<Counter> byAlias =
                typed(client.documents("it-alias-of-" + index, Counter.class)).with(o -> o.requireAlias(true));
        byAlias.create("1", new Counter(1));
        byAlias.readModifyWrite("1", c -> c.plus(1)); // goes to the concrete index, which is no alias
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(2);
    }

    @Test
    @Since(value = "7.10", because = "require_alias came with 7.10")
    void keepsRequireAliasWhereTheReadWasByTheIndexsOwnName() {
        counters.create("1", new Counter(1));
        VersionedDocuments<Counter> strict = counters.with(o -> o.requireAlias(true));
        VersionedDocument<Counter> read = strict.get("1").orElseThrow();
        leavesUnchanged("1", () -> {
            for (ThrowingCallable write : List.<ThrowingCallable>of(
                    () -> strict.readModifyWrite("1", c -> c.plus(1)),
                    () -> strict.index("1", new Counter(2), WriteCondition.version(1)),
                    () -> strict.index("1", new Counter(2), WriteCondition.unchangedSince(read)))) {
                assertThatThrownBy(write)
                        .isInstanceOf(RequestRejectedException.class)
                        .hasMessageContaining("require_alias");
            }
        });
    }

    @Test
    @Since(value = "7", because = "version(n) is the server's own ?version=n there, and goes by the name of the alias")
    void writesByAnAliasThatTakesNoPlainWrites() {
        String alias = "it-read-only-of-" + index;
        rest.put("/" + index + "/_alias/" + alias, "{\"is_write_index\":false}").ok();
        counters.create("1", new Counter(1));
        VersionedDocuments<Counter> byAlias = typed(client.documents(alias, Counter.class));
        assertThatThrownBy(() -> byAlias.index("1", new Counter(9), WriteCondition.none()))
                .isInstanceOf(RequestRejectedException.class)
                .hasMessageContaining("no write index");
        // the read knows which index has the document
        assertThat(byAlias.index("1", new Counter(2), WriteCondition.version(1)).version())
                .isEqualTo(2);
        byAlias.readModifyWrite("1", c -> c.plus(1));
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(3);
    }

    /** The index does not know the routing of its alias: it would look for the document on another shard. */
    @Test
    void writesWithTheRoutingOfTheAliasThatWasRead() {
        index = newIndex(5, "", "{}");
        String alias = "it-routed-of-" + index;
        rest.put("/" + index + "/_alias/" + alias, "{\"routing\":\"somewhere\"}")
                .ok();
        VersionedDocuments<Counter> byAlias = typed(client.documents(alias, Counter.class));
        for (int i = 0; i < 20; i++) { // of which most belong on another shard by their ids
            String id = "id-" + i;
            byAlias.create(id, new Counter(1));
            assertThat(byAlias.readModifyWrite(id, c -> c.plus(1)).attempts()).isEqualTo(1);
            byAlias.index(id, new Counter(3), WriteCondition.version(2));
            VersionedDocument<Counter> read = byAlias.get(id).orElseThrow();
            assertThat(read.routing()).isEqualTo("somewhere");
            assertThat(byAlias.delete(id, WriteCondition.unchangedSince(read)).result())
                    .isEqualTo(Result.Deleted);
        }
    }

    @Test
    @Since(value = "7", because = "version(n) is the server's own ?version=n there, and goes where it is addressed")
    void keepsTheRoutingThatADocumentIsStoredWith() {
        rest.put("/" + index + "/_doc/1?routing=r", "{\"n\":1}").ok();
        counters.readModifyWrite("1", c -> c.plus(1)); // one shard: found without its routing, too
        counters.index("1", new Counter(3), WriteCondition.version(2));
        assertThat(stored("1").path("_routing").asText()).isEqualTo("r");
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(3);
    }

    @Test
    void writesToTheIndexThatWasReadEvenIfTheAliasHasMovedOn() {
        String next = newIndex("{}");
        rest.delete("/*/_alias/it-moving"); // of an earlier run, on a server that was there
        rest.put("/" + index + "/_alias/it-moving", "").ok();
        VersionedDocuments<Counter> moving = typed(client.documents("it-moving", Counter.class));
        moving.create("1", new Counter(1));
        rest.put("/" + next + "/_doc/1", "{\"n\":100}").ok(); // same id, same _seq_no and _primary_term

        moving.readModifyWrite("1", c -> {
            rest.post(
                            "/_aliases",
                            "{\"actions\":[{\"remove\":{\"index\":\"" + index + "\",\"alias\":\"it-moving\"}},"
                                    + "{\"add\":{\"index\":\"" + next + "\",\"alias\":\"it-moving\"}}]}")
                    .ok();
            return c.plus(1);
        });

        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(2);
        assertThat(rest.get("/" + next + "/_doc/1").body().at("/_source/n").asInt())
                .isEqualTo(100);
    }

    @Test
    void takesSeveralHostsInTurn() {
        String other = server.url().replace("127.0.0.1", "localhost");
        try (var both = dev.optimist.elasticsearch.VersionedClient.connect(server.url(), other)) {
            VersionedDocuments<Counter> documents = typed(both.documents(index, Counter.class));
            documents.create("1", new Counter(0));
            for (int i = 0; i < 10; i++) {
                documents.readModifyWrite("1", c -> c.plus(1));
            }
        }
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(10);
    }

    private VersionedDocument<Counter> given(int n) {
        counters.create("1", new Counter(n));
        return counters.get("1").orElseThrow();
    }

    private static Post postOf(String title, int views) {
        Post post = new Post();
        post.title = title;
        post.views = views;
        return post;
    }

    private String newIndexWithoutFields() {
        index = newIndex("{\"enabled\":false}"); // numbers that no field type takes
        return index;
    }

    private int hits() {
        JsonNode total = rest.get("/" + index + "/_search").ok().body().at("/hits/total");
        return (total.isNumber() ? total : total.path("value")).asInt(); // a number before 7
    }
}
