package dev.optimist.elasticsearch.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import java.util.Objects;

/**
 * Saves what a user has changed, and not the whole document that he has seen, so that others who change something else lose
 * nothing.
 *
 * <pre>{@code
 * Merging merging = Merging.of(client.documents("stock", ObjectNode.class));
 * merging.merge(id, base, mine);      // what has changed between the two, onto the latest version
 * merging.mergePatch(id, patch);      // RFC 7396
 * merging.jsonPatch(id, patch);       // RFC 6902
 * }</pre>
 *
 * <p>Each is a {@link VersionedDocuments#readModifyWrite(String, java.util.function.UnaryOperator) readModifyWrite}: it reads the
 * latest version, writes on the condition that nobody has changed it since, and does that again after a version conflict; what
 * that throws is thrown here too, and nothing is written if nothing changes. For a write id, for futures or many documents, give
 * the functions themselves ({@link ThreeWayMerge#onto}, {@link MergePatch}, {@link JsonPatch}) to its other forms.
 *
 * <p>Immutable and thread-safe.
 */
public final class Merging {
    private final VersionedDocuments<ObjectNode> documents;
    private final ThreeWayMerge merge;

    private Merging(VersionedDocuments<ObjectNode> documents, ThreeWayMerge merge) {
        this.documents = Objects.requireNonNull(documents, "documents");
        this.merge = Objects.requireNonNull(merge, "merge");
    }

    /**
     * Merges documents, with each array as one value ({@link ArrayRule#WHOLE}).
     *
     * @param documents as JSON, so that no field of theirs is lost; with the routing and whatever else is to be used
     */
    public static Merging of(VersionedDocuments<ObjectNode> documents) {
        return of(documents, ThreeWayMerge.of(ArrayRule.WHOLE));
    }

    /**
     * Merges documents in a way of your own.
     *
     * @param documents as JSON, so that no field of theirs is lost; with the routing and whatever else is to be used
     * @param merge how arrays are merged
     */
    public static Merging of(VersionedDocuments<ObjectNode> documents, ThreeWayMerge merge) {
        return new Merging(documents, merge);
    }

    /**
     * Merges what has changed between a document as it was read and an edited one onto the latest version.
     *
     * @param base as it was read when the edit began
     * @param mine the whole document as it was edited
     * @throws MergeConflictException if the same was changed since, to something else; nothing was written
     * @throws dev.optimist.elasticsearch.DocumentMissingException if the document was deleted since
     */
    public ModificationResult<ObjectNode> merge(VersionedDocument<ObjectNode> base, ObjectNode mine) {
        return merge(base.id(), base.source(), mine);
    }

    /**
     * The same for a base that the application has kept itself.
     *
     * @param id the {@code _id}
     * @param base the document as it was when the edit began
     * @param mine the whole document as it was edited
     * @throws MergeConflictException if the same was changed since, to something else; nothing was written
     * @throws dev.optimist.elasticsearch.DocumentMissingException if there is no such document
     */
    public ModificationResult<ObjectNode> merge(String id, ObjectNode base, ObjectNode mine) {
        return documents.readModifyWrite(id, merge.onto(base, mine));
    }

    /**
     * Applies a JSON merge patch (RFC 7396) to the latest version.
     *
     * @param id the {@code _id}
     * @param patch the fields to change, null for those to remove
     * @throws IllegalArgumentException if it is not a JSON object
     * @throws dev.optimist.elasticsearch.DocumentMissingException if there is no such document
     */
    public ModificationResult<ObjectNode> mergePatch(String id, JsonNode patch) {
        return documents.readModifyWrite(id, MergePatch.of(patch));
    }

    /**
     * Applies a JSON patch (RFC 6902) to the latest version, all of its operations or none.
     *
     * @param id the {@code _id}
     * @param patch an array of operations
     * @throws IllegalArgumentException if it is not a JSON patch
     * @throws PatchFailedException if a {@code test} does not hold or a path is not there; nothing was written
     * @throws dev.optimist.elasticsearch.DocumentMissingException if there is no such document
     */
    public ModificationResult<ObjectNode> jsonPatch(String id, JsonNode patch) {
        return documents.readModifyWrite(id, JsonPatch.of(patch));
    }
}
