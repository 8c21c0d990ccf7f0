package dev.optimist.elasticsearch.sync.verify;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.optimist.elasticsearch.sync.Row;
import dev.optimist.elasticsearch.sync.verify.Difference.Kind;
import dev.optimist.elasticsearch.sync.verify.Indexed.Presence;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Says how a row and a document differ, if they do. */
final class Judge<T> {
    /** Keeps every digit: two documents are the same only if no number of theirs differs. */
    static final ObjectReader EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build()
            .reader();

    private final VerifyOptions<T> options;
    private final ObjectMapper mapper;

    Judge(VerifyOptions<T> options, ObjectMapper mapper) {
        this.options = options;
        this.mapper = mapper;
    }

    /** Returns whether these can be compared only by what the document says. */
    boolean needsSource(@Nullable Row<T> row) {
        return row != null && row.document() != null && (options.compareContent() || row.version() == null);
    }

    @Nullable
    Kind compare(@Nullable Row<T> row, Indexed indexed) {
        boolean document = indexed.presence() == Presence.DOCUMENT;
        if (row == null) {
            return document ? Kind.ORPHAN : null;
        }
        boolean deleted = row.document() == null;
        if (!indexed.isPresent()) {
            return !deleted
                    ? Kind.MISSING
                    : options.tombstones() != null
                                    && options.tombstoneExpected().test(row)
                            ? Kind.TOMBSTONE_MISSING
                            : null;
        }
        Long version = row.version();
        int order = version == null ? 0 : Long.compare(indexed.version(), version);
        if (order > 0) {
            return Kind.AHEAD;
        }
        if (order < 0 || (version == null && deleted == document)) {
            return deleted ? (document ? Kind.NOT_DELETED : Kind.STALE) : (document ? Kind.STALE : Kind.MISSING);
        }
        if (deleted == document) {
            return Kind.CONTENT;
        }
        return needsSource(row) && !json(row.document()).equals(indexed.source()) ? Kind.CONTENT : null;
    }

    private JsonNode json(@Nullable T document) {
        try {
            return EXACT.readTree(bytes(document));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the document as JSON; what has no form in JSON becomes what equals no document. */
    byte[] bytes(@Nullable T document) throws IOException {
        return mapper.writeValueAsBytes(document);
    }
}
