package dev.optimist.elasticsearch.sync.jdbc;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/** Where a row is in the order of changes. */
record Place(Comparable<?> cursor, Comparable<?> id) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** As text, in a checkpoint. */
    record Written(String cursor, String id) {
        static @Nullable Written of(@Nullable Place place) {
            return place == null
                    ? null
                    : new Written(place.cursor().toString(), place.id().toString());
        }

        Place in(Relation relation) {
            try {
                return new Place(
                        relation.cursor().ordered().parse(cursor),
                        relation.id().ordered().parse(id));
            } catch (RuntimeException e) {
                throw new IllegalArgumentException("position is none of " + relation.name() + ": " + this, e);
            }
        }
    }

    /** The position of a source: its last place in the rows, and in the deletes. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Position(@Nullable Written rows, @Nullable Written deletes) {
        static Position parse(@Nullable String position) {
            if (position == null) {
                return new Position(null, null);
            }
            try {
                return JSON.readValue(position, Position.class);
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("position is none of a JdbcSource: " + position, e);
            }
        }

        String encode() {
            try {
                return JSON.writeValueAsString(this);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
