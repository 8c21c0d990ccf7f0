package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import dev.optimist.elasticsearch.BulkItemResult;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.Contention;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteLedger;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.http.HttpHost;
import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over the transport that elasticsearch-java 8 has and 9 still takes, given to {@link VersionedClient#of}. */
@Since(
        value = "7.14",
        openSearch = false,
        because = "elasticsearch-java's own transport takes no answer without X-Elastic-Product")
class OfYourClientIT extends ServerTest {
    private ElasticsearchClient yours;
    private VersionedClient of;
    private VersionedDocuments<Counter> documents;

    @BeforeEach
    void open() {
        yours = new ElasticsearchClient(new RestClientTransport(
                        RestClient.builder(HttpHost.create(server.url())).build(), new JacksonJsonpMapper()))
                .withTransportOptions(
                        o -> o.setHeader("Accept", "application/json").setHeader("Content-Type", "application/json"));
        of = VersionedClient.of(yours);
        documents = of.documents(index, Counter.class);
    }

    @AfterEach
    void close() throws IOException {
        of.close();
        yours._transport().close();
    }

    @Test
    void writesOnConditionsAndTellsConflicts() {
        documents.create("1", new Counter(1));
        VersionedDocument<Counter> read = documents.get("1").orElseThrow();
        assertThat(documents
                        .index("1", new Counter(2), WriteCondition.unchangedSince(read))
                        .version())
                .isEqualTo(2);

        VersionConflictException stale = catchThrowableOfType(
                VersionConflictException.class,
                () -> documents.index("1", new Counter(9), WriteCondition.unchangedSince(read)));
        assertThat(stale.kind()).isEqualTo(Kind.STALE);
        assertThat(stale.currentSeqNo()).hasValue(1);
        assertThat(catchThrowableOfType(VersionConflictException.class, () -> documents.create("1", new Counter(9)))
                        .kind())
                .isEqualTo(Kind.EXISTS);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(2);
    }

    @Test
    void whatTheServerRefusesIsRejected() {
        VersionedDocuments<Counter> missing = of.documents("it-not-there", Counter.class);
        assertThat(catchThrowableOfType(
                                RequestRejectedException.class, () -> missing.readModifyWrite("1", c -> c.plus(1)))
                        .type())
                .hasValue("index_not_found_exception");
    }

    @Test
    void losesNoIncrement() {
        documents.create("1", new Counter(0));
        VersionedDocuments<Counter> one =
                documents.with(o -> o.contention(Contention.COMBINE).writeLedger(WriteLedger.standard()));
        IntStream.range(0, 400).parallel().forEach(i -> one.readModifyWrite("1", c -> c.plus(1)));
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(400);
    }

    @Test
    void manyInOneRequest() {
        documents.create("1", new Counter(1));
        List<BulkItemResult<Counter>> results = documents.bulk(List.of(
                BulkOperation.create("1", new Counter(9)),
                BulkOperation.create("2", new Counter(2)),
                BulkOperation.index("1", new Counter(3), WriteCondition.version(1))));
        assertThat(results).extracting(r -> r.outcome().name()).containsExactly("CONFLICT", "APPLIED", "APPLIED");
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(3);
    }
}
