package dev.optimist.elasticsearch.internal;

import co.elastic.clients.transport.endpoints.EndpointBase;
import co.elastic.clients.transport.endpoints.SimpleEndpoint;
import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** An {@code _mget} request, written and read as {@link BulkRequests} are. */
final class MgetRequests {
    private static final JsonFactory JSON = new JsonFactory();

    private MgetRequests() {}

    static SimpleEndpoint<List<Address>, List<Answer<Stored>>> endpoint(List<Address> addresses) {
        return new SimpleEndpoint<>(
                "es/mget",
                all -> "POST",
                all -> "/_mget",
                EndpointBase.emptyMap(),
                EndpointBase.emptyMap(),
                EndpointBase.emptyMap(),
                MgetRequests::body,
                new MgetParser(addresses));
    }

    private static BinaryData body(List<Address> addresses) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator body = JSON.createGenerator(bytes)) {
            body.writeStartObject();
            body.writeArrayFieldStart("docs");
            for (Address address : addresses) {
                body.writeStartObject();
                body.writeStringField("_index", address.index());
                body.writeStringField("_id", address.id());
                if (address.routing() != null) {
                    body.writeStringField("routing", address.routing());
                }
                body.writeEndObject();
            }
            body.writeEndArray();
            body.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("into memory, which does not fail", e);
        }
        return BinaryData.of(bytes.toByteArray(), ContentType.APPLICATION_JSON);
    }

    /** One answer each, in the order of the addresses. */
    private static final class MgetParser extends AnswerParser<List<Answer<Stored>>> {
        private final List<Address> addresses;

        MgetParser(List<Address> addresses) {
            this.addresses = addresses;
        }

        @Override
        List<Answer<Stored>> parse(JsonParser parser) throws IOException {
            List<Answer<Stored>> answers = new ArrayList<>(addresses.size());
            while (nextField(parser)) {
                if (parser.currentName().equals("docs")) {
                    docs(parser, answers);
                } else {
                    parser.skipChildren();
                }
            }
            return answers;
        }

        private void docs(JsonParser parser, List<Answer<Stored>> answers) throws IOException {
            expect(parser, JsonToken.START_ARRAY);
            DocumentFields fields = new DocumentFields();
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                Address address = addresses.get(Math.min(answers.size(), addresses.size() - 1)); // too many: told later
                answers.add(fields.read(parser, address).storedItem(address));
            }
        }
    }
}
