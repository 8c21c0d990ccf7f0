package dev.optimist.elasticsearch.examples.form;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.DocumentMissingException;
import dev.optimist.elasticsearch.DocumentTokens;
import dev.optimist.elasticsearch.InvalidTokenException;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.merge.ArrayRule;
import dev.optimist.elasticsearch.merge.MergeConflictException;
import dev.optimist.elasticsearch.merge.MergeResult;
import dev.optimist.elasticsearch.merge.Merging;
import dev.optimist.elasticsearch.merge.ThreeWayMerge;
import java.util.Optional;

/**
 * What an edit form needs of Optimist. The form carries what the user has seen: as a token, by which the post is saved if it is
 * still the same, and as the text itself, by which both edits are merged if it is not.
 *
 * <p>Immutable and thread-safe.
 */
final class PostEditor {
    /** Two users may both add tags; of the texts, somebody has to decide. */
    private static final ThreeWayMerge MERGE = ThreeWayMerge.of(ArrayRule.WHOLE).with("/tags", ArrayRule.SET);

    private final VersionedDocuments<ObjectNode> posts;
    private final DocumentTokens tokens;
    private final Merging merging;

    /**
     * @param posts as JSON, so that what the form does not show is kept
     * @param key by which tokens are signed, 32 bytes or more
     */
    PostEditor(VersionedDocuments<ObjectNode> posts, byte[] key) {
        this.posts = posts;
        this.tokens = posts.tokens().signedWith(key);
        this.merging = Merging.of(posts, MERGE);
    }

    /**
     * What a form carries from the page to the server.
     *
     * @param token of the post as the user has seen it
     * @param base the post as the user has seen it
     * @param mine what the user has made of it
     */
    record Draft(String token, ObjectNode base, ObjectNode mine) {}

    /** What comes of saving. */
    sealed interface Outcome {}

    /**
     * It is saved.
     *
     * @param version that the post has now
     * @param document the post now: what was edited, and what others have saved meanwhile
     */
    record Saved(long version, ObjectNode document) implements Outcome {}

    /** The user has edited nothing, and nothing was written: a write would make the forms of all others old. */
    record Unchanged() implements Outcome {}

    /**
     * Somebody else has changed the same, and nothing was written. The user has to choose.
     *
     * @param latest the post as somebody else has saved it, which the next form begins with
     * @param merge of both, with what is in conflict
     */
    record Conflict(VersionedDocument<ObjectNode> latest, MergeResult merge) implements Outcome {}

    /** Somebody else has deleted it, and nothing was written. */
    record Deleted() implements Outcome {}

    /**
     * The form is none of this post, or the index was made anew since. Nothing was written.
     *
     * @param reason why
     */
    record NotOurs(InvalidTokenException.Reason reason) implements Outcome {}

    Optional<VersionedDocument<ObjectNode>> load(String id) {
        return posts.get(id);
    }

    String token(VersionedDocument<ObjectNode> seen) {
        return tokens.encode(seen.token());
    }

    /** Saves on the condition that the post is as the user has seen it; if it is not, what was edited is merged. */
    Outcome save(String id, Draft draft) {
        WriteCondition asSeen;
        try {
            asSeen = WriteCondition.unchangedSince(tokens.parse(id, draft.token()));
        } catch (InvalidTokenException e) {
            return new NotOurs(e.reason());
        }
        if (draft.mine().equals(draft.base())) {
            return new Unchanged();
        }
        try {
            return new Saved(posts.index(id, draft.mine(), asSeen).version(), draft.mine());
        } catch (VersionConflictException somebodyWasFaster) {
            return merge(id, draft);
        }
    }

    private Outcome merge(String id, Draft draft) {
        try {
            ModificationResult<ObjectNode> merged = merging.merge(id, draft.base(), draft.mine());
            VersionedDocument<ObjectNode> now = merged.document().orElseThrow();
            return new Saved(now.version(), now.source());
        } catch (DocumentMissingException deleted) {
            return new Deleted();
        } catch (MergeConflictException bothHaveChangedTheSame) {
            return posts.get(id)
                    .<Outcome>map(
                            latest -> new Conflict(latest, MERGE.merge(draft.base(), draft.mine(), latest.source())))
                    .orElseGet(Deleted::new);
        }
    }
}
