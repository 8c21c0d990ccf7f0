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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/** An {@code _mget} request, written and read as {@link BulkRequests} are. */
final class MgetRequests {
    private static final JsonFactory JSON = new JsonFactory();

    private MgetRequests() {}

    /** For the documents. */
    static SimpleEndpoint<List<Address>, List<Answer<Stored>>> documents(List<Address> addresses) {
        return endpoint(addresses, Map.of(), new Documents(addresses));
    }

    /**
     * For versions alone. {@code _source=false} spares the server the reading of stored fields, which of a small document is
     * two thirds of its work; {@code stored_fields=_none_} does not.
     */
    static SimpleEndpoint<List<Address>, long[]> versions(List<Address> addresses) {
        return endpoint(
                addresses,
                Map.of("_source", "false", "filter_path", "docs._id,docs._version"),
                new Versions(addresses));
    }

    private static <A> SimpleEndpoint<List<Address>, A> endpoint(
            List<Address> addresses, Map<String, String> parameters, AnswerParser<A> parser) {
        Address first = addresses.get(0);
        String index = first.index();
        return new SimpleEndpoint<>(
                "es/mget",
                all -> "POST",
                all -> Endpoints.path(first, "_mget"),
                all -> Map.of("index", index),
                all -> parameters,
                EndpointBase.emptyMap(),
                all -> body(all, index),
                parser);
    }

    private static BinaryData body(List<Address> addresses, String index) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator body = JSON.createGenerator(bytes)) {
            body.writeStartObject();
            body.writeArrayFieldStart("docs");
            for (Address address : addresses) {
                body.writeStartObject();
                if (!address.index().equals(index)) {
                    body.writeStringField("_index", address.index());
                }
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

    /** Something about each document, in the order of the addresses. */
    private abstract static class DocsParser<A> extends AnswerParser<A> {
        private final List<Address> addresses;

        DocsParser(List<Address> addresses) {
            this.addresses = addresses;
        }

        /** Goes to the end of the answer, and hands over what stands in each place; there may be too few, or too many. */
        void each(JsonParser parser, ObjIntConsumer<DocumentFields> take) throws IOException {
            while (nextField(parser)) {
                if (parser.currentName().equals("docs")) {
                    docs(parser, take);
                } else {
                    parser.skipChildren();
                }
            }
        }

        private void docs(JsonParser parser, ObjIntConsumer<DocumentFields> take) throws IOException {
            expect(parser, JsonToken.START_ARRAY);
            DocumentFields fields = new DocumentFields();
            for (int i = 0; parser.nextToken() == JsonToken.START_OBJECT; i++) {
                take.accept(fields.read(parser, address(i)), i);
            }
        }

        Address address(int place) {
            return addresses.get(Math.min(place, addresses.size() - 1)); // too many: told later
        }

        int size() {
            return addresses.size();
        }
    }

    private static final class Documents extends DocsParser<List<Answer<Stored>>> {
        Documents(List<Address> addresses) {
            super(addresses);
        }

        @Override
        List<Answer<Stored>> parse(JsonParser parser) throws IOException {
            List<Answer<Stored>> answers = new ArrayList<>(size());
            each(parser, (fields, i) -> answers.add(fields.storedItem(address(i))));
            return answers;
        }
    }

    /** A place without an answer has no version. */
    private static final class Versions extends DocsParser<long[]> {
        Versions(List<Address> addresses) {
            super(addresses);
        }

        @Override
        long[] parse(JsonParser parser) throws IOException {
            long[] versions = new long[size()];
            Arrays.fill(versions, Stored.NO_VERSION);
            each(parser, (fields, i) -> {
                if (i < versions.length) {
                    versions[i] = fields.versionOf(address(i));
                }
            });
            return versions;
        }
    }
}
