package dev.optimist.elasticsearch.internal;

import static dev.optimist.elasticsearch.internal.ScriptedServer.http;
import static dev.optimist.elasticsearch.internal.StrictTransportTest.failure;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch._types.Result;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.DocumentToken;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import dev.optimist.elasticsearch.internal.Write.Operation;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is asked of servers with mapping types, by answers recorded from Elasticsearch 2.4.6, 5.6.16 and 6.8.23. */
@Timeout(20)
class MappingTypesTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Address ADDRESS = new Address("website", "1", null, "blog");
    private static final String READ_56 = "{\"_index\":\"website\",\"_type\":\"blog\",\"_id\":\"1\",\"_version\":3,"
            + "\"found\":true,\"_source\":{\"n\":1}}";
    private static final String READ_68 = READ_56.replace("\"found\"", "\"_seq_no\":7,\"_primary_term\":2,\"found\"");

    private ScriptedServer server;
    private StrictTransport client;
    private Dialect dialect;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer(json(500, "{}"));
        client = StrictTransport.open(new StrictTransport.Settings(
                List.of(URI.create(server.url())), null, null, new ObjectMapper(), LONG, LONG, 1, false, null));
        dialect = RestDialect.of(client);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    /** Without the product header, as none of them sends it. */
    private static ScriptedServer.Answer json(int status, String body) {
        return http(status, "application/json", body);
    }

    @Test
    void whereThereAreNoSequenceNumbersATokenGoesByTheVersion() throws Exception {
        server.then(json(200, READ_56)).then(json(200, written("3", "\"result\":\"updated\",")));
        Stored read = dialect.get(ADDRESS, LONG).get();
        assertThat(read.seqNo()).isEqualTo(3);
        Written written = dialect.index(since(read), LONG).get();
        assertThat(written.seqNo()).as("of the next token").isEqualTo(written.version());
        server.then(json(200, written("4", "\"result\":\"updated\",")));
        Write byNumbers = write(Operation.INDEX, WriteCondition.ifSeqNo(written.seqNo(), written.primaryTerm()));
        dialect.index(byNumbers, LONG).get();
        assertThat(server.received().get(2).line()).contains("version=3").doesNotContain("if_");
        assertThat(server.received().get(0).line()).startsWith("GET /website/blog/1 ");
        assertThat(server.received().get(1).line())
                .startsWith("PUT /website/blog/1?")
                .contains("version=3")
                .doesNotContain("if_");
    }

    @Test
    void whereThereAreTheyAreUsed() throws Exception {
        server.then(json(200, READ_68)).then(json(409, "{}"));
        Stored read = dialect.get(ADDRESS, LONG).get();
        assertThat(failure(dialect.index(since(read), LONG)).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(server.received().get(1).line())
                .contains("if_seq_no=7")
                .contains("if_primary_term=2")
                .doesNotContain("version=");
    }

    @ParameterizedTest
    @EnumSource(names = {"INDEX", "DELETE"})
    void versionIsTheServersOwn(Operation operation) throws Exception {
        String conflict = "[blog][1]: version conflict, current version [2] is different than the one provided [1]";
        server.then(json(
                409,
                "{\"error\":{\"type\":\"version_conflict_engine_exception\",\"reason\":\"" + conflict
                        + "\"},\"status\":409}"));
        Write write = write(operation, WriteCondition.version(1));
        Failure failure =
                failure(operation == Operation.DELETE ? dialect.delete(write, LONG) : dialect.index(write, LONG));
        assertThat(failure.conflict()).isNotNull();
        assertThat(failure.conflict().kind()).isEqualTo(Kind.STALE);
        assertThat(failure.conflict().currentVersion()).isEqualTo(2);
        assertThat(server.received()).hasSize(1);
        assertThat(server.received().get(0).line()).contains("/website/blog/1?").contains("version=1");
    }

    /** 2.x was seen to overwrite the document, as it ignores parameters that it does not know. */
    @Test
    void ifSeqNoIsNotSentToAServerThatMayIgnoreIt() throws Exception {
        server.then(json(200, READ_56));
        Write write = write(Operation.INDEX, WriteCondition.ifSeqNo(3, 1));
        assertThat(failure(dialect.index(write, LONG)).reason()).contains("keeps no sequence numbers");
        server.then(json(404, "{\"_index\":\"website\",\"_type\":\"blog\",\"_id\":\"1\",\"found\":false}"));
        Failure absent = failure(dialect.index(write, LONG));
        assertThat(absent.conflict()).isNotNull();
        assertThat(absent.conflict().kind()).isEqualTo(Kind.ABSENT);
        assertThat(server.received()).allMatch(r -> r.line().startsWith("GET "));
    }

    @Test
    void ifSeqNoIsSentToAServerThatHasThem() throws Exception {
        server.then(json(200, READ_68)).then(json(200, written("4", "\"result\":\"updated\",")));
        dialect.index(write(Operation.INDEX, WriteCondition.ifSeqNo(7, 2)), LONG)
                .get();
        assertThat(server.received().get(1).line()).contains("if_seq_no=7").contains("if_primary_term=2");
    }

    @Test
    void theSameInABulk() throws Exception {
        server.then(json(200, READ_56))
                .then(json(200, "{\"docs\":[{\"_index\":\"website\",\"_id\":\"1\",\"found\":false}]}"))
                .then(json(200, "{\"items\":[" + item("index", 200, "") + "," + item("index", 201, "") + "]}"));
        Stored read = dialect.get(ADDRESS, LONG).get();
        List<Answer<Written>> answers = dialect.bulk(
                        List.of(
                                since(read),
                                write(Operation.INDEX, WriteCondition.ifSeqNo(1, 1)),
                                write(Operation.INDEX, WriteCondition.version(9))),
                        LONG)
                .get();
        assertThat(answers.get(1).failure()).isNotNull();
        assertThat(answers.get(1).failure().outcome()).isEqualTo(Outcome.CONFLICT);
        assertThat(server.received().get(1).line()).startsWith("POST /website/blog/_mget ");
        assertThat(server.received().get(2).line()).startsWith("POST /website/blog/_bulk?");
        assertThat(server.received().get(2).body()).isEqualTo("""
                        {"index":{"_id":"1","version":3}}
                        {"n":2}
                        {"index":{"_id":"1","version":9}}
                        {"n":2}
                        """);
    }

    /** 2.x names no result: not of one document, and not of one of many. */
    @Test
    void theResultIsTakenFromWhatThereIs() throws Exception {
        server.then(json(201, written("1", "\"created\":true,")))
                .then(json(200, written("2", "\"created\":false,")))
                .then(json(200, written("3", "\"found\":true,")))
                .then(json(404, written("4", "\"found\":false,")));
        Write index = write(Operation.INDEX, WriteCondition.none());
        Write delete = write(Operation.DELETE, WriteCondition.none());
        assertThat(dialect.index(index, LONG).get().result()).isEqualTo(Result.Created);
        assertThat(dialect.index(index, LONG).get().result()).isEqualTo(Result.Updated);
        assertThat(dialect.delete(delete, LONG).get().result()).isEqualTo(Result.Deleted);
        assertThat(dialect.delete(delete, LONG).get().result()).isEqualTo(Result.NotFound);
        server.then(json(
                200,
                "{\"items\":[" + item("index", 201, "") + "," + item("index", 200, "") + ","
                        + item("delete", 200, "\"found\":true,") + "," + item("delete", 404, "\"found\":false,")
                        + "]}"));
        assertThat(dialect.bulk(List.of(index, index, delete, delete), LONG).get().stream()
                        .map(a -> Objects.requireNonNull(a.value()).result()))
                .containsExactly(Result.Created, Result.Updated, Result.Deleted, Result.NotFound);
    }

    /** A server of today that does not say what it did has not done what was asked. */
    @Test
    void butNotWhereServersNameIt() throws Exception {
        server.then(json(200, "{\"items\":[" + item("index", 200, "") + "]}"));
        Write write = new Write(
                Operation.INDEX,
                new Address("website", "1", null),
                WriteCondition.none(),
                Write.Parameters.DEFAULT,
                "{}".getBytes(UTF_8));
        Failure failure = dialect.bulk(List.of(write), LONG).get().get(0).failure();
        assertThat(failure).isNotNull();
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aDocumentThatExistsIsAConflictInTheWordsOf2x() throws Exception {
        server.then(json(
                409,
                "{\"error\":{\"type\":\"document_already_exists_exception\","
                        + "\"reason\":\"[blog][1]: document already exists\"},\"status\":409}"));
        Failure failure = failure(dialect.index(write(Operation.CREATE, WriteCondition.none()), LONG));
        assertThat(failure.conflict()).isNotNull();
        assertThat(failure.conflict().kind()).isEqualTo(Kind.EXISTS);
    }

    /** Which without its header takes no answer of the servers here, nor of OpenSearch. */
    @Test
    void elasticsearchJavasTransportTakesTheAnswersToo() throws Exception {
        server.then(json(200, READ_56));
        assertThat(RestDialect.of(client.client()).get(ADDRESS, LONG).get().version())
                .isEqualTo(3);
    }

    @Test
    void aMappingIsThatOfItsType() throws Exception {
        server.then(json(200, "{\"acknowledged\":true}"));
        dialect.putDisabledObject("website", "blog", "ledger", LONG).get();
        assertThat(server.received().get(0).line()).startsWith("PUT /website/_mapping/blog ");
    }

    private static String written(String version, String result) {
        return "{\"_index\":\"website\",\"_type\":\"blog\",\"_id\":\"1\",\"_version\":" + version + "," + result
                + "\"_shards\":{\"total\":2,\"successful\":1,\"failed\":0}}";
    }

    private static String item(String operation, int status, String result) {
        return "{\"" + operation + "\":{\"_index\":\"website\",\"_type\":\"blog\",\"_id\":\"1\",\"_version\":1,"
                + result + "\"status\":" + status + "}}";
    }

    private static Write since(Stored read) {
        return write(
                Operation.INDEX,
                WriteCondition.unchangedSince(new DocumentToken(
                        "website", "website", "1", null, read.version(), read.seqNo(), read.primaryTerm())));
    }

    private static Write write(Operation operation, WriteCondition condition) {
        byte @Nullable [] source = operation == Operation.DELETE ? null : "{\"n\":2}".getBytes(UTF_8);
        return new Write(operation, ADDRESS, condition, Write.Parameters.DEFAULT, source);
    }
}
