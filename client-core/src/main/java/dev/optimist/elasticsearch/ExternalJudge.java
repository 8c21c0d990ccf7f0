package dev.optimist.elasticsearch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import dev.optimist.elasticsearch.internal.Conflict;
import dev.optimist.elasticsearch.internal.DocumentCodec;
import dev.optimist.elasticsearch.internal.Stored;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a version conflict, and what is read after one, says of an operation. For the writer's thread. */
final class ExternalJudge<T> {
    private static final JsonFactory JSON = new JsonFactory();

    private final boolean compareDuplicates;
    private final @Nullable Tombstones tombstones;
    private final @Nullable LongSupplier highestVersion;
    private long highest;
    private boolean isHighestKnown;

    ExternalJudge(ExternalOptions<T> options) {
        this.compareDuplicates = options.compareDuplicates();
        this.tombstones = options.tombstones();
        this.highestVersion = options.highestVersion();
    }

    /** Another answer: the source may have given higher versions by now. */
    void begin() {
        isHighestKnown = false;
    }

    /** Returns what it ended as, or null if what is there has to be read. */
    @Nullable
    ExternalResult<T> conflict(ExternalItem<T> item, Conflict conflict) {
        Long current = conflict.currentVersion();
        long wanted = item.operation.version();
        if (current == null) { // in words that we do not know
            return compareDuplicates ? null : item.ended(Outcome.SUPERSEDED, conflict.reason());
        }
        return current == wanted
                ? compareDuplicates ? null : same(item, conflict.reason())
                : higher(item, current, conflict.reason());
    }

    /** The same, of a version that is there and was seen before anything was sent: one that is not older. */
    @Nullable
    ExternalResult<T> seen(ExternalItem<T> item, long current) {
        if (current > item.operation.version()) {
            return higher(item, current, isThere(current));
        }
        return compareDuplicates ? null : same(item, isThere(current));
    }

    private static String isThere(long version) {
        return "version " + version + " is there";
    }

    /** Returns what it ended as, after Elasticsearch has said that the same version is there. */
    ExternalResult<T> compared(ExternalItem<T> item, Stored there) {
        if (!there.found()) {
            // by a delete of the same version, or by a newer one since then: nobody can tell
            return same(item, "there is no document: it was deleted at this version or later");
        }
        long wanted = item.operation.version();
        if (there.version() != wanted) {
            return higher(item, there.version(), isThere(there.version()));
        }
        byte[] source = there.source();
        if (source == null) {
            return same(item, "the same version is there; its index keeps no _source to compare");
        }
        return isSame(item, source)
                ? same(item, "the same document of the same version is there")
                : item.ended(Outcome.SUSPICIOUS, wanted, "another document of the same version is there");
    }

    private boolean isSame(ExternalItem<T> item, byte[] source) {
        if (item.operation.isDelete()) { // a tombstone of another time is as good
            return tombstones != null && hasField(source, tombstones.field());
        }
        byte[] wanted = item.write == null ? null : item.write.source();
        return wanted != null && DocumentCodec.sameJson(wanted, source);
    }

    private static boolean hasField(byte[] source, String field) {
        try (JsonParser parser = JSON.createParser(source)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                if (parser.currentName().equals(field)) {
                    return true;
                }
                parser.nextToken();
                parser.skipChildren();
            }
            return false;
        } catch (IOException e) {
            throw new IllegalStateException("what Elasticsearch has is not JSON", e);
        }
    }

    private ExternalResult<T> same(ExternalItem<T> item, String reason) {
        long version = item.operation.version();
        return item.maybeApplied // by a request whose answer was lost
                ? item.ended(Outcome.APPLIED, version, null)
                : item.ended(Outcome.DUPLICATE, version, reason);
    }

    private ExternalResult<T> higher(ExternalItem<T> item, long current, String reason) {
        if (current < item.operation.version()) {
            return item.ended(Outcome.SUSPICIOUS, current, "a conflict with a lower version: " + reason);
        }
        LongSupplier source = highestVersion;
        if (source != null) {
            try {
                if (!isHighestKnown) {
                    highest = source.getAsLong();
                    isHighestKnown = true;
                }
            } catch (RuntimeException | Error e) {
                return item.ended(
                        Outcome.SUSPICIOUS, current, "whether the source has given version " + current + ": " + e);
            }
            if (current > highest) {
                String words = "version " + current + " is there, and the source has given none over " + highest;
                return item.ended(Outcome.SUSPICIOUS, current, words);
            }
        }
        return item.ended(Outcome.SUPERSEDED, current, reason);
    }
}
