package dev.optimist.elasticsearch.internal;

import co.elastic.clients.elasticsearch._types.VersionType;
import co.elastic.clients.transport.endpoints.EndpointBase;
import co.elastic.clients.transport.endpoints.SimpleEndpoint;
import co.elastic.clients.util.BinaryData;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.optimist.elasticsearch.WriteCondition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@code _bulk} request, written straight into its body, and answered with no more than is read of it
 * ({@code filter_path}): the objects that elasticsearch-java makes of every operation and of every answer cost more than all
 * that else is done with one. A request that as a whole is refused is answered in full, as errors are not filtered.
 */
final class BulkRequests {
    private static final JsonFactory JSON = new JsonFactory();

    /** An external write that was applied has the version that was sent, and its answer needs to say only that. */
    private static final String OF_EXTERNAL =
            "items.*._id,items.*.status,items.*.result,items.*.error.type,items.*.error.reason";

    private static final String OF_ANY =
            OF_EXTERNAL + ",items.*._index,items.*._version,items.*._seq_no,items.*._primary_term";

    /** Of a line that says what to do, about: no more than a first guess of the size. */
    private static final int ACTION_BYTES = 128;

    private BulkRequests() {}

    /** {@code refresh} and {@code wait_for_active_shards} are those of the first. */
    static SimpleEndpoint<List<Write>, List<Answer<Written>>> endpoint(
            List<Write> writes, Duration timeout, BulkBody body) {
        String index = writes.get(0).address().index();
        return new SimpleEndpoint<>(
                "es/bulk",
                all -> "POST",
                all -> Endpoints.encoded(index, new StringBuilder("/"))
                        .append("/_bulk")
                        .toString(),
                all -> Map.of("index", index),
                all -> parameters(all, timeout),
                EndpointBase.emptyMap(),
                all -> body(all, index, body),
                new BulkParser(writes));
    }

    private static Map<String, String> parameters(List<Write> writes, Duration timeout) {
        Map<String, String> all = new HashMap<>(8);
        Write.Parameters first = writes.get(0).parameters();
        if (first.refresh() != null) {
            all.put("refresh", first.refresh().jsonValue());
        }
        if (first.waitForActiveShards() != null) {
            all.put("wait_for_active_shards", first.waitForActiveShards());
        }
        all.put("timeout", Endpoints.serverTimeout(timeout));
        all.put("filter_path", isExternal(writes) ? OF_EXTERNAL : OF_ANY);
        return all;
    }

    private static boolean isExternal(List<Write> writes) {
        for (Write write : writes) {
            if (!(write.condition() instanceof WriteCondition.External)) {
                return false;
            }
        }
        return true;
    }

    private static BinaryData body(List<Write> writes, String index, BulkBody body) {
        long size = 0;
        for (Write write : writes) {
            size += ACTION_BYTES + write.address().id().length() + (write.source() == null ? 0 : write.source().length);
        }
        body.begin((int) Math.min(size, Integer.MAX_VALUE - 8));
        try (JsonGenerator action = JSON.createGenerator(body)) {
            action.setRootValueSeparator(null);
            for (Write write : writes) {
                action(write, index, action);
                action.writeRaw('\n');
                if (write.source() != null) {
                    action.flush();
                    body.write(write.source(), 0, write.source().length);
                    body.write('\n');
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("into memory, which does not fail", e);
        }
        return body.data();
    }

    private static void action(Write write, String index, JsonGenerator action) throws IOException {
        Address address = write.address();
        Write.Parameters wanted = write.parameters();
        action.writeStartObject();
        action.writeFieldName(
                switch (write.operation()) {
                    case INDEX -> "index";
                    case CREATE -> "create";
                    case DELETE -> "delete";
                });
        action.writeStartObject();
        if (!address.index().equals(index)) {
            action.writeStringField("_index", address.index());
        }
        action.writeStringField("_id", address.id());
        if (address.routing() != null) {
            action.writeStringField("routing", address.routing());
        }
        condition(write.condition(), action);
        if (write.operation() != Write.Operation.DELETE) { // which has neither
            if (wanted.pipeline() != null) {
                action.writeStringField("pipeline", wanted.pipeline());
            }
            if (wanted.requireAlias() != null) {
                action.writeBooleanField("require_alias", wanted.requireAlias());
            }
        }
        action.writeEndObject();
        action.writeEndObject();
    }

    private static void condition(WriteCondition condition, JsonGenerator action) throws IOException {
        if (condition instanceof WriteCondition.UnchangedSince since) {
            seqNo(since.token().seqNo(), since.token().primaryTerm(), action);
        } else if (condition instanceof WriteCondition.IfSeqNo c) {
            seqNo(c.seqNo(), c.primaryTerm(), action);
        } else if (condition instanceof WriteCondition.External c) {
            version(c.version(), VersionType.External, action);
        } else if (condition instanceof WriteCondition.ExternalGte c) {
            version(c.version(), VersionType.ExternalGte, action);
        }
    }

    private static void seqNo(long seqNo, long primaryTerm, JsonGenerator action) throws IOException {
        action.writeNumberField("if_seq_no", seqNo);
        action.writeNumberField("if_primary_term", primaryTerm);
    }

    private static void version(long version, VersionType type, JsonGenerator action) throws IOException {
        action.writeNumberField("version", version);
        action.writeStringField("version_type", type.jsonValue());
    }

    /** One answer each, in the order of the writes. */
    private static final class BulkParser extends AnswerParser<List<Answer<Written>>> {
        private final List<Write> writes;

        BulkParser(List<Write> writes) {
            this.writes = writes;
        }

        @Override
        List<Answer<Written>> parse(JsonParser parser) throws IOException {
            List<Answer<Written>> answers = new ArrayList<>(writes.size());
            while (nextField(parser)) {
                if (parser.currentName().equals("items")) {
                    items(parser, answers);
                } else {
                    parser.skipChildren();
                }
            }
            return answers;
        }

        private void items(JsonParser parser, List<Answer<Written>> answers) throws IOException {
            expect(parser, JsonToken.START_ARRAY);
            DocumentFields fields = new DocumentFields();
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                nextField(parser); // the operation
                expect(parser, JsonToken.START_OBJECT);
                Write write = writes.get(Math.min(answers.size(), writes.size() - 1)); // too many are told below
                answers.add(fields.read(parser, write.address()).writtenItem(write));
                parser.nextToken();
            }
        }
    }
}
