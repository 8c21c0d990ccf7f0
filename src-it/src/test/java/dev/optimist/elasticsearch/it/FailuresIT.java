package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.optimist.elasticsearch.Modification;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.ServerUnavailableException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real server refuses or cannot do, each told apart; a lost answer is in LostAnswersIT. */
class FailuresIT extends ServerTest {

    @BeforeEach
    void aDocument() {
        counters.create("1", new Counter(1));
    }

    @Test
    void aMappingErrorIsRejected() {
        rest.put("/" + index + "/_mapping", "{\"properties\":{\"day\":{\"type\":\"date\"}}}")
                .ok();
        VersionedDocuments<Map<String, String>> days =
                typed(client.documents(index, new TypeReference<Map<String, String>>() {}));
        RequestRejectedException e =
                rejected(400, () -> days.index("1", Map.of("day", "someday"), WriteCondition.version(1)));
        assertThat(e.type().orElseThrow()).endsWith("_parsing_exception"); // mapper_ in 7, document_ later
    }

    @Test
    void aWriteBlockIsRejected() {
        block("write");
        RequestRejectedException e =
                rejected(403, () -> counters.index("1", new Counter(2), WriteCondition.version(1)));
        assertThat(e.type()).hasValue("cluster_block_exception");
        AtomicInteger runs = new AtomicInteger();
        rejected(
                403,
                () -> counters.readModifyWrite("1", c -> {
                    runs.incrementAndGet();
                    return c.plus(1);
                }));
        assertThat(runs).hasValue(1);
    }

    /** 429 as for a moment's overload, but nobody frees a disk in a moment. */
    @Test
    @Since(value = "5", because = "index.blocks.read_only_allow_delete came with 5.x")
    void aFullDiskIsRejected() {
        block("read_only_allow_delete");
        RequestRejectedException e = rejected(
                hasMappingTypes() ? 403 : 429, () -> counters.index("1", new Counter(2), WriteCondition.version(1)));
        assertThat(e.type()).hasValue("cluster_block_exception");
        assertThat(e).hasMessageContaining(hasMappingTypes() ? "FORBIDDEN/12" : "TOO_MANY_REQUESTS/12");
    }

    @Test
    @Since(
            value = "7",
            because = "version(n) is the server's own ?version=n before, which makes the index and conflicts")
    void aMissingIndexIsRejected() {
        VersionedDocuments<Counter> missing = typed(client.documents("it-missing", Counter.class));
        assertThat(rejected(404, () -> missing.readModifyWrite("1", c -> c.plus(1)))
                        .type())
                .hasValue("index_not_found_exception");
        assertThat(rejected(404, () -> missing.index("1", new Counter(1), WriteCondition.version(1)))
                        .type())
                .hasValue("index_not_found_exception");
        assertThat(rest.get("/it-missing").status()).isEqualTo(404);
    }

    /** A write that waits for a copy that never comes is answered 503: it may have been applied on the way. */
    @Test
    @Since(value = "5", because = "wait_for_active_shards came with 5.0")
    void aServerErrorLeavesTheOutcomeUnknown() {
        try (VersionedClient hurried =
                VersionedClient.connect(o -> o.hosts(server.url()).requestTimeout(Duration.ofSeconds(5)))) {
            VersionedDocuments<Counter> two =
                    typed(hurried.documents(index, Counter.class)).with(o -> o.waitForActiveShards(2));
            leavesUnchanged("1", () -> {
                OutcomeUnknownException e = catchThrowableOfType(
                        OutcomeUnknownException.class, () -> two.index("1", new Counter(2), WriteCondition.version(1)));
                assertThat(e).hasMessageContainingAll("503", "unavailable_shards_exception");
                WriteCondition asCreated =
                        hasSequenceNumbers() ? WriteCondition.ifSeqNo(0, 1) : WriteCondition.version(1);
                assertThat(catchThrowableOfType(OutcomeUnknownException.class, () -> two.delete("1", asCreated)))
                        .hasMessageContaining("503");
                assertThat(catchThrowableOfType(
                                OutcomeUnknownException.class, () -> two.readModifyWrite("1", c -> c.plus(1))))
                        .hasMessageContaining("503");
            });
        }
    }

    @Test
    @Since(value = "7", because = "version(n) is the server's own ?version=n before, and nothing is read")
    void aShardThatIsNowhereCannotBeRead() {
        String nowhere = "it-nowhere";
        rest.delete("/" + nowhere);
        rest.put(
                "/" + nowhere + "?wait_for_active_shards=0",
                "{\"settings\":{\"index.routing.allocation.require._name\":\"nobody\"}}");
        try (VersionedClient hurried =
                VersionedClient.connect(o -> o.hosts(server.url()).requestTimeout(Duration.ofSeconds(2)))) {
            VersionedDocuments<Counter> documents = typed(hurried.documents(nowhere, Counter.class));
            assertThat(catchThrowableOfType(ServerUnavailableException.class, () -> documents.get("1")))
                    .hasMessageContaining("503");
            assertThat(catchThrowableOfType(
                            ServerUnavailableException.class,
                            () -> documents.index("1", new Counter(1), WriteCondition.version(1))))
                    .hasMessageContaining("read before the write");
        }
    }

    @Test
    void nobodyListens() throws IOException {
        String url;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            url = "http://127.0.0.1:" + free.getLocalPort();
        }
        try (VersionedClient nowhere = VersionedClient.connect(url)) {
            VersionedDocuments<Counter> documents = typed(nowhere.documents(index, Counter.class));
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> documents.get("1"),
                    () -> documents.index("1", new Counter(2), WriteCondition.version(1)),
                    () -> documents.index("1", new Counter(2), WriteCondition.none()),
                    () -> documents.delete("1", WriteCondition.none()),
                    () -> documents.readModifyWrite("1", c -> c.plus(1)))) {
                assertThat(catchThrowableOfType(ServerUnavailableException.class, call))
                        .hasMessageContaining("nothing was written");
            }
        }
    }

    @Test
    void aClosedClientRefuses() {
        VersionedClient closed = VersionedClient.connect(server.url());
        VersionedDocuments<Counter> documents = typed(closed.documents(index, Counter.class));
        assertThat(documents.get("1")).isPresent();
        closed.close();
        leavesUnchanged("1", () -> {
            assertThat(catchThrowableOfType(
                            RequestRejectedException.class,
                            () -> documents.index("1", new Counter(2), WriteCondition.none())))
                    .isNotNull();
            assertThat(catchThrowableOfType(RequestRejectedException.class, () -> documents.get("1")))
                    .isNotNull();
        });
    }

    /** A node whose memory for writes is too small for any: the 429 that asks to come again later. */
    @Test
    @Since(value = "7.9", because = "indexing_pressure came with 7.9")
    void anOverloadedServerIsUnavailable() {
        try (ElasticsearchServer overloaded = ownServer(o -> o.setting("indexing_pressure.memory.limit", "300b"));
                VersionedClient its = VersionedClient.connect(overloaded.url())) {
            rest(overloaded)
                    .put("/" + index, "{\"settings\":{\"number_of_replicas\":0}}")
                    .ok();
            VersionedDocuments<Map<String, String>> texts =
                    typed(its.documents(index, new TypeReference<Map<String, String>>() {}));
            ServerUnavailableException e = catchThrowableOfType(
                    ServerUnavailableException.class, () -> texts.create("1", Map.of("text", "x".repeat(2000))));
            assertThat(e).hasMessageContainingAll("429", "rejected_execution_exception", "nothing was written");
            assertThat(catchThrowableOfType(
                            ServerUnavailableException.class,
                            () -> texts.readModifyWriteOptional(
                                    "1", none -> Modification.index(Map.of("text", "x".repeat(2000))))))
                    .hasMessageContaining("429");
            assertThat(texts.get("1")).isEmpty();
        }
    }

    /** By default the limit is 100 MB, see BadInputIT; here it is so low that the client has sent all before the answer. */
    @Test
    @Since(value = "5", because = "the connection is closed without an answer before")
    void aDocumentOverTheServersLimitIsRejected() {
        try (ElasticsearchServer strict = ownServer(o -> o.setting("http.max_content_length", "64kb"));
                VersionedClient its = VersionedClient.connect(strict.url())) {
            rest(strict)
                    .put(
                            "/" + index,
                            "{\"settings\":{\"number_of_replicas\":0},\"mappings\":" + mappings("{\"enabled\":false}")
                                    + "}")
                    .ok();
            VersionedDocuments<Map<String, String>> texts =
                    typed(its.documents(index, new TypeReference<Map<String, String>>() {}));
            texts.create("1", Map.of("text", "small"));
            Map<String, String> large = Map.of("text", "x".repeat(70_000));
            for (ThrowingCallable write : List.<ThrowingCallable>of(
                    () -> texts.index("1", large, WriteCondition.version(1)),
                    () -> texts.create("2", large),
                    () -> texts.readModifyWrite("1", small -> large))) {
                RequestRejectedException e = catchThrowableOfType(RequestRejectedException.class, write);
                assertThat(e.status()).as(e.getMessage()).hasValue(413);
            }
            assertThat(texts.get("1").orElseThrow().version()).isEqualTo(1);
            assertThat(texts.get("2")).isEmpty();
        }
    }

    private void block(String name) {
        rest.put("/" + index + "/_settings", "{\"index.blocks." + name + "\":true}")
                .ok();
    }

    private RequestRejectedException rejected(int status, ThrowingCallable write) {
        RequestRejectedException[] caught = new RequestRejectedException[1];
        leavesUnchanged("1", () -> caught[0] = catchThrowableOfType(RequestRejectedException.class, write));
        assertThat(caught[0]).as("a rejection").isNotNull();
        assertThat(caught[0].status()).hasValue(status);
        return caught[0];
    }
}
