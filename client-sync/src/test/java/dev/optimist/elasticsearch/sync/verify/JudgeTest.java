package dev.optimist.elasticsearch.sync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.sync.Row;
import dev.optimist.elasticsearch.sync.verify.Indexed.Presence;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every state of a row against every state of its document. */
class JudgeTest {
    private static final String NOTHING = "-";

    @ParameterizedTest(name = "row {0}, index {1}: {2}; plain deletes: {3}")
    @CsvSource({
        "-, -, -, -",
        "-, tombstone 5, -, -",
        "-, document 5, ORPHAN, ORPHAN",
        "row 5, -, MISSING, MISSING",
        "row 5, tombstone 4, MISSING, MISSING",
        "row 5, tombstone 5, CONTENT, CONTENT",
        "row 5, tombstone 6, AHEAD, AHEAD",
        "row 5, document 4, STALE, STALE",
        "row 5, document 5, -, -",
        "row 5, other 5, CONTENT, CONTENT",
        "row 5, document 6, AHEAD, AHEAD",
        "deleted 5, -, TOMBSTONE_MISSING, -",
        "deleted 5, tombstone 4, STALE, STALE",
        "deleted 5, tombstone 5, -, -",
        "deleted 5, tombstone 6, AHEAD, AHEAD",
        "deleted 5, document 4, NOT_DELETED, NOT_DELETED",
        "deleted 5, document 5, CONTENT, CONTENT",
        "deleted 5, document 6, AHEAD, AHEAD",
        "row ?, -, MISSING, MISSING",
        "row ?, tombstone 4, MISSING, MISSING",
        "row ?, document 4, -, -",
        "row ?, other 4, CONTENT, CONTENT",
        "deleted ?, -, TOMBSTONE_MISSING, -",
        "deleted ?, tombstone 4, -, -",
        "deleted ?, document 4, NOT_DELETED, NOT_DELETED",
    })
    void says(String row, String indexed, String kept, String plain) {
        assertThat(compare(row, indexed, true)).isEqualTo(kept);
        assertThat(compare(row, indexed, false)).isEqualTo(plain);
    }

    private static String compare(String row, String indexed, boolean tombstones) {
        VerifyOptions<Map<String, Integer>> options = new VerifyOptions<Map<String, Integer>>().compareContent(true);
        if (tombstones) {
            options.tombstones(Tombstones.standard());
        }
        Difference.Kind kind = new Judge<>(options, new ObjectMapper()).compare(row(row), indexed(indexed));
        return kind == null ? NOTHING : kind.name();
    }

    private static @Nullable Row<Map<String, Integer>> row(String words) {
        if (words.equals(NOTHING)) {
            return null;
        }
        Long version = words.endsWith("?") ? null : (Long) 5L;
        return new Row<>("id", null, version, words.startsWith("row") ? Map.of("n", 1) : null);
    }

    private static Indexed indexed(String words) {
        if (words.equals(NOTHING)) {
            return Indexed.ABSENT;
        }
        long version = Long.parseLong(words.substring(words.indexOf(' ') + 1));
        return new Indexed(
                words.startsWith("tombstone") ? Presence.TOMBSTONE : Presence.DOCUMENT,
                version,
                null,
                null,
                JsonNodeFactory.instance.objectNode().put("n", words.startsWith("other") ? 2 : 1));
    }
}
