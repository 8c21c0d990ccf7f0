package dev.optimist.elasticsearch.internal;

import co.elastic.clients.transport.endpoints.EndpointBase;
import co.elastic.clients.transport.endpoints.SimpleEndpoint;
import co.elastic.clients.util.BinaryData;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.optimist.elasticsearch.WriteCondition;
import java.io.IOException;
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
    /** An external write that was applied has the version that was sent, and its answer needs to say only that. */
    private static final String OF_EXTERNAL =
            "items.*._id,items.*.status,items.*.result,items.*.error.type,items.*.error.reason";

    private static final String OF_ANY =
            OF_EXTERNAL + ",items.*._index,items.*._version,items.*._seq_no,items.*._primary_term";

    /** The parameter that makes a server say which pipelines a document went through: of none, an empty list. */
    static final String LIST_PIPELINES = "list_executed_pipelines";

    private static final String LISTED = "executed_pipelines";

    /** Of a line that says what to do, about: no more than a first guess of the size. */
    private static final int ACTION_BYTES = 128;

    /** What the answer tells beyond what became of each write. */
    private enum Telling {
        NOTHING,
        /** The document, by an item of its own. */
        DOCUMENT,
        PIPELINES
    }

    private BulkRequests() {}

    /** {@code refresh} and {@code wait_for_active_shards} are those of the first. */
    static SimpleEndpoint<List<Write>, List<Answer<Written>>> endpoint(
            List<Write> writes, Duration timeout, BulkBody body) {
        return endpoint(writes, timeout, body, Telling.NOTHING);
    }

    /**
     * The same, and after each write a look at its document. Without {@code filter_path}: a server that filters writes the
     * numbers of a source anew, and loses digits.
     */
    static SimpleEndpoint<List<Write>, List<Answer<Written>>> seeing(
            List<Write> writes, Duration timeout, BulkBody body) {
        return endpoint(writes, timeout, body, Telling.DOCUMENT);
    }

    /** The same, and of each write that went through no pipeline, what was sent is what is there. */
    static SimpleEndpoint<List<Write>, List<Answer<Written>>> listing(
            List<Write> writes, Duration timeout, BulkBody body) {
        return endpoint(writes, timeout, body, Telling.PIPELINES);
    }

    private static SimpleEndpoint<List<Write>, List<Answer<Written>>> endpoint(
            List<Write> writes, Duration timeout, BulkBody body, Telling telling) {
        Address first = writes.get(0).address();
        String index = first.index();
        return new SimpleEndpoint<>(
                "es/bulk",
                all -> "POST",
                all -> Endpoints.path(first, "_bulk"),
                all -> Map.of("index", index),
                all -> parameters(all, timeout, telling),
                EndpointBase.emptyMap(),
                all -> body(all, index, body, telling == Telling.DOCUMENT),
                new BulkParser(writes, telling));
    }

    /**
     * Only such a look, which writes nothing; answered with whether it has told what is there, or that nothing is.
     *
     * @param listing whether a server shall refuse it that knows of no such parameter
     */
    static SimpleEndpoint<Address, Boolean> look(Address address, Duration timeout, boolean listing, BulkBody body) {
        return new SimpleEndpoint<>(
                "es/bulk",
                one -> "POST",
                one -> Endpoints.path(one, "_bulk"),
                one -> Map.of("index", one.index()),
                one -> listing
                        ? Map.of("timeout", Endpoints.serverTimeout(timeout), LIST_PIPELINES, "true")
                        : Map.of("timeout", Endpoints.serverTimeout(timeout)),
                EndpointBase.emptyMap(),
                one -> {
                    body.begin(ACTION_BYTES);
                    look(one, one.index(), body);
                    return body.data();
                },
                new LookParser(address));
    }

    private static void look(Address address, String index, BulkBody body) {
        address(address, index, body.plain("{\"update\":{\"_id\":"));
        body.plain(",\"_source\":true}}\n{\"doc\":{}}\n");
    }

    private static Map<String, String> parameters(List<Write> writes, Duration timeout, Telling telling) {
        Map<String, String> all = new HashMap<>(8);
        Write.Parameters first = writes.get(0).parameters();
        if (first.refresh() != null) {
            all.put("refresh", first.refresh().jsonValue());
        }
        if (first.waitForActiveShards() != null) {
            all.put("wait_for_active_shards", first.waitForActiveShards());
        }
        all.put("timeout", Endpoints.serverTimeout(timeout));
        switch (telling) {
            case NOTHING -> all.put("filter_path", isExternal(writes) ? OF_EXTERNAL : OF_ANY);
            case PIPELINES -> {
                all.put(LIST_PIPELINES, "true");
                all.put("filter_path", OF_ANY + ",items.*." + LISTED);
            }
            case DOCUMENT -> {} // see seeing
        }
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

    private static BinaryData body(List<Write> writes, String index, BulkBody body, boolean seeing) {
        long size = 0;
        for (Write write : writes) {
            size += ACTION_BYTES + write.address().id().length() + (write.source() == null ? 0 : write.source().length);
        }
        body.begin(size);
        for (Write write : writes) {
            action(write, index, body);
            if (write.source() != null) {
                body.bytes(write.source()).plain("\n");
            }
            if (seeing) {
                look(write.address(), index, body);
            }
        }
        return body.data();
    }

    private static void action(Write write, String index, BulkBody body) {
        body.plain(
                switch (write.operation()) {
                    case INDEX -> "{\"index\":{\"_id\":";
                    case CREATE -> "{\"create\":{\"_id\":";
                    case DELETE -> "{\"delete\":{\"_id\":";
                });
        address(write.address(), index, body);
        condition(write.condition(), body);
        if (write.operation() != Write.Operation.DELETE) { // which has neither
            Write.Parameters wanted = write.parameters();
            if (wanted.pipeline() != null) {
                body.plain(",\"pipeline\":").string(wanted.pipeline());
            }
            if (wanted.requireAlias() != null) {
                body.plain(",\"require_alias\":").plain(wanted.requireAlias().toString());
            }
        }
        body.plain("}}\n");
    }

    private static void address(Address address, String index, BulkBody body) {
        body.string(address.id());
        if (!address.index().equals(index)) {
            body.plain(",\"_index\":").string(address.index());
        }
        if (address.routing() != null) {
            body.plain(",\"routing\":").string(address.routing());
        }
    }

    private static void condition(WriteCondition condition, BulkBody body) {
        Long required = VersionAsSeqNo.version(condition);
        if (required != null) {
            version(required, "", body);
        } else if (condition instanceof WriteCondition.External c) {
            version(c.version(), ",\"version_type\":\"external\"", body);
        } else if (condition instanceof WriteCondition.ExternalGte c) {
            version(c.version(), ",\"version_type\":\"external_gte\"", body);
        } else if (condition instanceof WriteCondition.UnchangedSince since) {
            seqNo(since.token().seqNo(), since.token().primaryTerm(), body);
        } else if (condition instanceof WriteCondition.IfSeqNo c) {
            seqNo(c.seqNo(), c.primaryTerm(), body);
        }
    }

    private static void seqNo(long seqNo, long primaryTerm, BulkBody body) {
        body.plain(",\"if_seq_no\":")
                .number(seqNo)
                .plain(",\"if_primary_term\":")
                .number(primaryTerm);
    }

    private static void version(long version, String type, BulkBody body) {
        body.plain(",\"version\":").number(version).plain(type);
    }

    /** Goes through the items of an answer. */
    private abstract static class ItemsParser<A> extends AnswerParser<A> {
        private final DocumentFields fields = new DocumentFields();

        /** Takes the next item, whose start was read. */
        abstract void take(JsonParser parser) throws IOException;

        /** Goes to the end of the answer. */
        void items(JsonParser parser) throws IOException {
            while (nextField(parser)) {
                if (!parser.currentName().equals("items")) {
                    parser.skipChildren();
                    continue;
                }
                expect(parser, JsonToken.START_ARRAY);
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    take(parser);
                }
            }
        }

        /** Reads an item to its end. */
        DocumentFields item(JsonParser parser, Address address) throws IOException {
            nextField(parser); // the operation
            expect(parser, JsonToken.START_OBJECT);
            fields.read(parser, address);
            parser.nextToken();
            return fields;
        }
    }

    /** One answer each, in the order of the writes. */
    private static final class BulkParser extends ItemsParser<List<Answer<Written>>> {
        private final List<Write> writes;
        private final Telling telling;
        private final List<Answer<Written>> answers;

        BulkParser(List<Write> writes, Telling telling) {
            this.writes = writes;
            this.telling = telling;
            this.answers = new ArrayList<>(writes.size());
        }

        @Override
        List<Answer<Written>> parse(JsonParser parser) throws IOException {
            items(parser);
            return answers;
        }

        @Override
        void take(JsonParser parser) throws IOException {
            Write write = writes.get(Math.min(answers.size(), writes.size() - 1)); // too many are told later
            DocumentFields told = item(parser, write.address());
            Answer<Written> answer = told.writtenItem(write);
            Written written = answer.value();
            if (telling == Telling.PIPELINES) {
                answer = answer.seeing(written != null && told.isUntouched() ? asSent(write, written) : null);
            } else if (telling == Telling.DOCUMENT) {
                parser.nextToken();
                expect(parser, JsonToken.START_OBJECT);
                answer = answer.seeing(item(parser, write.address()).sight(write.address()));
            }
            answers.add(answer);
        }
    }

    private static Stored asSent(Write write, Written written) {
        return new Stored(
                written.index(),
                true,
                write.address().routing(),
                written.version(),
                written.seqNo(),
                written.primaryTerm(),
                write.source());
    }

    private static final class LookParser extends ItemsParser<Boolean> {
        private final Address address;
        private boolean told;

        LookParser(Address address) {
            this.address = address;
        }

        @Override
        Boolean parse(JsonParser parser) throws IOException {
            items(parser);
            return told;
        }

        @Override
        void take(JsonParser parser) throws IOException {
            told = item(parser, address).sight(address) != null;
        }
    }
}
