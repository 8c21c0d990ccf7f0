package dev.optimist.elasticsearch.internal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a document is.
 *
 * @param index an index or alias
 * @param id its {@code _id}
 * @param routing {@code routing}, or null for the id
 * @param mappingType the mapping type, which stands in the path of every request on servers before 7; null on all since,
 *     which have none
 */
public record Address(
        String index,
        String id,
        @Nullable String routing,
        @Nullable String mappingType) {
    /** On a server without mapping types. */
    public Address(String index, String id, @Nullable String routing) {
        this(index, id, routing, null);
    }

    /** Returns the same document's address by another name and routing. */
    Address in(String concreteIndex, @Nullable String concreteRouting) {
        return concreteIndex.equals(index) && Objects.equals(concreteRouting, routing)
                ? this
                : new Address(concreteIndex, id, concreteRouting, mappingType);
    }

    @Override
    public String toString() {
        return "[" + index + "][" + id + "]" + (routing == null ? "" : " routing [" + routing + "]");
    }
}
