package dev.optimist.elasticsearch.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.endpoints.SimpleEndpoint;
import co.elastic.clients.util.BinaryData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MgetRequestsTest {
    private static final JacksonJsonpMapper MAPPER = new JacksonJsonpMapper();
    private static final List<Address> ADDRESSES =
            List.of(new Address("i", "1", null), new Address("other", "é", "r"), new Address("i", "3", null));

    @Test
    void saysNothingTwice() throws IOException {
        var endpoint = MgetRequests.documents(ADDRESSES);
        assertThat(endpoint.requestUrl(ADDRESSES)).isEqualTo("/i/_mget");
        BinaryData body = (BinaryData) Objects.requireNonNull(endpoint.body(ADDRESSES));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        body.writeTo(bytes);
        assertThat(bytes.toString(UTF_8))
                .isEqualTo("{\"docs\":[{\"_id\":\"1\"},{\"_index\":\"other\",\"_id\":\"é\",\"routing\":\"r\"},"
                        + "{\"_id\":\"3\"}]}");
    }

    @Test
    void versionsAreReadWithoutTheDocuments() {
        assertThat(MgetRequests.versions(ADDRESSES).queryParameters(ADDRESSES))
                .containsEntry("_source", "false")
                .containsEntry("filter_path", "docs._id,docs._version");
    }

    @Test
    void aDocumentThatIsNotThereHasNoVersion() {
        assertThat(versions("{'_id':'1','_version':0},{'_id':'é'},{'_id':'3','_version':9}"))
                .containsExactly(0, Stored.NO_VERSION, 9);
    }

    /** What is told of another, or left out, is not known of this one. */
    @Test
    void anAnswerInAnotherOrderOrNumberHasNoVersion() {
        assertThat(versions("{'_id':'3','_version':9},{'_id':'é','_version':8}"))
                .containsExactly(Stored.NO_VERSION, 8, Stored.NO_VERSION);
        assertThat(
                        versions(
                                "{'_id':'1','_version':1},{'_id':'é','_version':2},{'_id':'3','_version':3},{'_id':'3','_version':4}"))
                .containsExactly(1, 2, 3);
    }

    private static long[] versions(String docs) {
        String json = ("{'docs':[" + docs + "]}").replace('\'', '"');
        SimpleEndpoint<List<Address>, long[]> endpoint = MgetRequests.versions(ADDRESSES);
        try (var parser = MAPPER.jsonProvider().createParser(new ByteArrayInputStream(json.getBytes(UTF_8)))) {
            return Objects.requireNonNull(endpoint.responseDeserializer()).deserialize(parser, MAPPER);
        }
    }
}
