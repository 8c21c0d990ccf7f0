package dev.optimist.elasticsearch.internal;

import co.elastic.clients.elasticsearch._types.Result;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.optimist.elasticsearch.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What an answer says about one document, read in one go: alone, or as one of many, one after the other. */
final class DocumentFields {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Result[] RESULTS = Result.values();

    private @Nullable Address asked;
    private @Nullable String index;
    private @Nullable String id;
    private @Nullable String routing;
    private @Nullable Boolean found;
    private @Nullable Boolean created;
    private @Nullable Result result;
    private @Nullable String otherResult;
    private @Nullable Long version;
    private long seqNo;
    private long primaryTerm;
    private byte @Nullable [] source;
    private boolean untouched;
    private long status;
    private boolean failed;
    private @Nullable String errorType;
    private @Nullable String errorReason;

    /**
     * Reads to the end of the object whose start was read, and forgets what was read before.
     *
     * @param whose whose answer it should be, so that its names need not be made anew; null if there is only one
     */
    DocumentFields read(JsonParser parser, @Nullable Address whose) throws IOException {
        asked = whose;
        index = null;
        id = null;
        routing = null;
        found = null;
        created = null;
        result = null;
        otherResult = null;
        version = null;
        seqNo = Stored.NO_SEQ_NO;
        primaryTerm = Stored.NO_PRIMARY_TERM;
        source = null;
        untouched = false;
        status = 0;
        failed = false;
        errorType = null;
        errorReason = null;
        while (AnswerParser.nextField(parser)) {
            field(parser);
        }
        return this;
    }

    private void field(JsonParser parser) throws IOException {
        switch (parser.currentName()) {
            case "_index" -> index = text(parser, asked == null ? null : asked.index());
            case "_id" -> id = text(parser, asked == null ? null : asked.id());
            case "_routing" -> routing = text(parser, null);
            case "found" -> found = parser.getBooleanValue();
            case "created" -> created = parser.getBooleanValue();
            case "result" -> result(parser);
            case "_version" -> version = number(parser);
            case "_seq_no" -> seqNo = number(parser);
            case "_primary_term" -> primaryTerm = number(parser);
            case "_source" -> source = source(parser);
            case "get" -> get(parser);
            case "executed_pipelines" -> untouched = isEmptyArray(parser);
            case "status" -> status = number(parser);
            case "error" -> error(parser);
            default -> parser.skipChildren();
        }
    }

    /** What an update that was asked for it says of the document. */
    private void get(JsonParser parser) throws IOException {
        AnswerParser.expect(parser, JsonToken.START_OBJECT);
        while (AnswerParser.nextField(parser)) {
            if (parser.currentName().equals("_source")) {
                source = source(parser);
            } else {
                parser.skipChildren();
            }
        }
    }

    private static boolean isEmptyArray(JsonParser parser) throws IOException {
        boolean array = parser.currentToken() == JsonToken.START_ARRAY;
        int items = 0;
        while (array && parser.nextToken() != JsonToken.END_ARRAY) {
            items++;
            parser.skipChildren();
        }
        if (!array) {
            parser.skipChildren(); // a hint that cannot be understood is none
        }
        return array && items == 0;
    }

    private void error(JsonParser parser) throws IOException {
        failed = true;
        AnswerParser.expect(parser, JsonToken.START_OBJECT);
        boolean ofDataStream = false;
        while (AnswerParser.nextField(parser)) {
            switch (parser.currentName()) {
                case "type" -> errorType = text(parser, Failures.VERSION_CONFLICT); // of most
                case "reason" -> errorReason = text(parser, null);
                case Hints.EXCLUDED_DATA_STREAM -> ofDataStream = true;
                default -> parser.skipChildren();
            }
        }
        if (ofDataStream && errorReason != null) {
            errorReason = Hints.ofDataStream(errorReason);
        }
    }

    Stored stored() throws IOException {
        return new Stored(
                required(index, "_index"),
                required(found, "found"),
                routing,
                version == null ? 0 : version,
                seqNo,
                primaryTerm,
                source);
    }

    Written written() throws IOException {
        return new Written(required(index, "_index"), id, result(), required(version, "_version"), seqNo, primaryTerm);
    }

    /** As one of those that were asked for. */
    Answer<Stored> storedItem(Address address) {
        if (!address.id().equals(id)) {
            return Answer.failed(ofAnother(address, id));
        }
        if (failed) {
            return Answer.failed(Failures.unread(errorType, errorReason == null ? "no reason given" : errorReason));
        }
        try {
            return Answer.of(VersionAsSeqNo.of(address, stored()));
        } catch (IOException e) {
            return Answer.failed(senseless(e));
        }
    }

    /**
     * As an update that changes nothing, of one whose routing is known: it does not tell that. Returns null if it was refused, or
     * did change something.
     */
    @Nullable
    Stored sight(Address address) {
        if (!address.id().equals(id) || index == null) {
            return null;
        }
        if (failed) {
            return "document_missing_exception".equals(errorType)
                    ? new Stored(index, false, null, 0, Stored.NO_SEQ_NO, Stored.NO_PRIMARY_TERM, null)
                    : null;
        }
        return result == Result.NoOp && version != null && seqNo >= 0 && source != null
                ? new Stored(index, true, address.routing(), version, seqNo, primaryTerm, source)
                : null;
    }

    /** Returns whether it is said to have gone through no ingest pipeline. */
    boolean isUntouched() {
        return untouched;
    }

    /** Returns the {@code _version} of this document, or {@link Stored#NO_VERSION} where the answer has none. */
    long versionOf(Address address) {
        return version != null && address.id().equals(id) ? version : Stored.NO_VERSION;
    }

    /** As one of those that were sent. */
    Answer<Written> writtenItem(Write write) {
        if (!write.address().id().equals(id)) {
            return Answer.failed(ofAnother(write.address(), id));
        }
        if (result == null && otherResult == null && write.address().mappingType() != null) {
            result = resultOfOld(write.operation());
        }
        if (failed) {
            return Answer.failed(Failures.answered(
                    (int) status, errorType, errorReason, null, write.operation(), write.condition()));
        }
        try {
            return Answer.of(
                    write.condition() instanceof WriteCondition.External external
                            // not asked for more than the result
                            ? new Written(write.address().index(), result(), external.version(), seqNo, primaryTerm)
                            : VersionAsSeqNo.of(write.address(), written()));
        } catch (IOException e) {
            return Answer.failed(senseless(e));
        }
    }

    /** What was written under another {@code _id} is another document. */
    static Written checked(Address address, Written written) {
        if (written.id() != null && !written.id().equals(address.id())) {
            throw new DialectException(ofAnother(address, written.id()));
        }
        return written;
    }

    private static Failure senseless(IOException e) {
        return new Failure(
                Failure.Outcome.UNKNOWN, 0, null, "an answer that makes no sense: " + e.getMessage(), null, e);
    }

    /** What was answered in this place is the outcome of another document, and must not be taken for this one's. */
    private static Failure ofAnother(Address address, @Nullable String id) {
        String reason = "the answer to " + address + " is of _id [" + id + "] (an ingest pipeline can have changed it)";
        return new Failure(Failure.Outcome.UNKNOWN, 0, null, reason, null, null);
    }

    private static @Nullable String text(JsonParser parser, @Nullable String expected) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        AnswerParser.expect(parser, JsonToken.VALUE_STRING);
        return expected != null && isText(parser, expected) ? expected : parser.getText();
    }

    private static boolean isText(JsonParser parser, String expected) throws IOException {
        int length = parser.getTextLength();
        if (length != expected.length()) {
            return false;
        }
        char[] text = parser.getTextCharacters();
        int offset = parser.getTextOffset();
        for (int i = 0; i < length; i++) {
            if (text[offset + i] != expected.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void result(JsonParser parser) throws IOException {
        AnswerParser.expect(parser, JsonToken.VALUE_STRING);
        for (Result one : RESULTS) {
            if (isText(parser, one.jsonValue())) {
                result = one;
                return;
            }
        }
        otherResult = parser.getText();
    }

    /** In a bulk, 2.x says it by the status alone. */
    private @Nullable Result resultOfOld(Write.Operation operation) {
        return switch ((int) status) {
            case 201 -> Result.Created;
            case 200 -> operation == Write.Operation.DELETE ? Result.Deleted : Result.Updated;
            case 404 -> Result.NotFound;
            default -> null;
        };
    }

    private Result result() throws IOException {
        if (result == null && otherResult == null) { // 2.x, for one document
            if (created != null) {
                return created ? Result.Created : Result.Updated;
            } else if (found != null) {
                return found ? Result.Deleted : Result.NotFound;
            }
        }
        return required(result, otherResult == null ? "result" : "a known result (not " + otherResult + ")");
    }

    private static long number(JsonParser parser) throws IOException {
        AnswerParser.expect(parser, JsonToken.VALUE_NUMBER_INT);
        return parser.getLongValue();
    }

    private static <V> V required(@Nullable V value, String name) throws IOException {
        if (value == null) {
            throw new IOException(name + " is missing");
        }
        return value;
    }

    /** Takes an object inside the answer as the bytes that it is, so that every number keeps its digits. */
    private static byte @Nullable [] source(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        AnswerParser.expect(parser, JsonToken.START_OBJECT);
        if (!(parser.getInputSource() instanceof ByteArrayInputStream input)) { // compressed, or not our transport
            return copy(parser);
        }
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int to = (int) parser.currentLocation().getByteOffset();
        byte[] slice = new byte[to - from];
        int ahead = input.available(); // the parser reads on from here afterwards
        input.reset(); // to its beginning, as nobody has marked another place
        int all = input.available();
        if (input.skip(from) != from
                || input.read(slice, 0, slice.length) != slice.length
                || slice[0] != '{'
                || slice[slice.length - 1] != '}') {
            throw new IOException("_source is not where it was");
        }
        input.reset();
        if (input.skip(all - ahead) != all - ahead) {
            throw new IOException("the answer is shorter than it was");
        }
        return slice;
    }

    private static byte[] copy(JsonParser parser) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator copy = JSON.createGenerator(bytes)) {
            copy.copyCurrentStructureExact(parser);
        }
        return bytes.toByteArray();
    }
}
