package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.EntityTags.Tag;
import dev.optimist.elasticsearch.InvalidTokenException.Reason;
import dev.optimist.elasticsearch.TokenFormat.Decoded;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of the documents of one handle as text: for a hidden field of a form, a URL, or the headers {@code ETag} and
 * {@code If-Match}. What comes back is a token again only if it is one of the very document and index.
 *
 * <pre>{@code
 * DocumentTokens tokens = posts.tokens().signedWith(key);
 * String field = tokens.encode(read.token());                                    // into the form
 * posts.index(id, edited, WriteCondition.unchangedSince(tokens.parse(id, field))); // when it is sent
 * }</pre>
 *
 * <p>A text is at most 8192 characters of {@code A-Z a-z 0-9 - _}, about 120 with short names. It ends with 16 bytes of
 * SHA-256 over the rest, so that what was cut, mistyped or belongs elsewhere is refused. <b>That is a checksum and keeps
 * nobody from making one</b>: who knows the format can write the token of a state that he has never seen, and overwrite it
 * unseen. Where users are not trusted, {@link #signedWith sign} (HMAC-SHA256): then only who has the key can make one. Neither
 * hides what it holds: names of the index, its uuid, id, routing and numbers can be read by whoever has it. And a token
 * <b>is no authorization</b>: it says which state was seen, not by whom, and does not expire; check who may write as ever.
 *
 * <p>A text is bound to the name of the handle, the concrete index and its {@code index.uuid}, the id and the routing.
 * {@link #parse} asks the server for the uuids behind the name each time ({@code GET /name/_settings}, which needs the
 * privilege {@code view_index_metadata} and waits for an answer as long as any request), so that the token of an index that was
 * deleted and created again, or that an alias has left, is refused. {@link #encode} asks every 10 s at most; a uuid that is out
 * of date makes a text that is refused. If the index is created anew between a read and an {@code encode} that asks, the text is
 * bound to the new one; what a write then tells is {@link IncarnationChangedException}.
 *
 * <p>Immutable and thread-safe; it may be made for each request.
 */
public final class DocumentTokens {
    private final Incarnations incarnations;
    private final String target;
    private final @Nullable String routing;
    private final TokenFormat format;

    DocumentTokens(Incarnations incarnations, String target, @Nullable String routing, TokenFormat format) {
        this.incarnations = incarnations;
        this.target = target;
        this.routing = routing;
        this.format = format;
    }

    /**
     * Returns the same, which signs what it encodes, and refuses what is not signed with the same key.
     *
     * @param key at least 32 bytes from a {@link java.security.SecureRandom}, the same in all processes; copied
     * @throws IllegalArgumentException if it is shorter
     */
    public DocumentTokens signedWith(byte[] key) {
        return new DocumentTokens(incarnations, target, routing, new TokenFormat(key));
    }

    /**
     * Returns a token as text.
     *
     * @param token of a read or a write of this handle
     * @throws IllegalArgumentException if it is of another index or routing, has no sequence number, or its text would be
     *     too long; {@link InvalidTokenException} if its index is no longer behind the name of this handle
     * @throws RequestRejectedException if the uuid of the index must not be read
     * @throws ServerUnavailableException if nobody answers
     */
    public String encode(DocumentToken token) {
        Bounds.notNull("token", token);
        var unused = WriteCondition.unchangedSince(token); // refuses what no write can depend on
        Writes.same("index", target, token.target());
        if (routing != null) {
            Writes.same("routing", routing, token.routing());
        }
        String uuid = incarnations.known(target, token.index());
        if (uuid == null) {
            throw movedOn(token);
        }
        return format.encode(token, uuid);
    }

    /**
     * Returns the token that a text holds.
     *
     * @param id the {@code _id} of the document that it is wanted for
     * @param encoded what {@link #encode} has returned, as it came back
     * @throws InvalidTokenException if it is anything else than a token of this document; see its
     *     {@linkplain InvalidTokenException.Reason reasons}
     * @throws RequestRejectedException if the index is not there, or its uuid must not be read
     * @throws ServerUnavailableException if nobody answers
     */
    public DocumentToken parse(String id, @Nullable String encoded) {
        Decoded decoded = ofDocument(Bounds.id(id), encoded);
        return ofIncarnation(decoded, incarnations.now(target));
    }

    /** Checks what can be told without the server. */
    private Decoded ofDocument(String id, @Nullable String encoded) {
        Decoded decoded = format.decode(encoded);
        DocumentToken token = decoded.token();
        if (!token.target().equals(target)) {
            throw new InvalidTokenException(Reason.OTHER_INDEX, "the token is not of the index [" + target + "]");
        }
        if (!token.id().equals(id)) {
            throw new InvalidTokenException(Reason.OTHER_ID, "the token is not of the document [" + id + "]");
        }
        if (routing != null && !routing.equals(token.routing())) {
            throw new InvalidTokenException(Reason.OTHER_ROUTING, "the token is not of the routing [" + routing + "]");
        }
        return decoded;
    }

    private DocumentToken ofIncarnation(Decoded decoded, Map<String, String> uuids) {
        DocumentToken token = decoded.token();
        String uuid = uuids.get(token.index());
        if (uuid == null) {
            throw movedOn(token);
        }
        if (!uuid.equals(decoded.uuid())) {
            throw new InvalidTokenException(
                    Reason.OTHER_INCARNATION,
                    "the index [" + token.index() + "] was deleted and created again since the token was made");
        }
        return token;
    }

    private InvalidTokenException movedOn(DocumentToken token) {
        return new InvalidTokenException(
                Reason.OTHER_INDEX,
                "the token is of an index that [" + target + "] does not stand for any more"
                        + (token.index().equals(target) ? "" : ", as an alias that was switched"));
    }

    /**
     * Returns a token as a strong entity tag, quotes included, for the header {@code ETag}. It is strong, as RFC 9110, 8.8.1
     * wants it, where the answer is made of nothing but the document, in one form for one URL.
     *
     * @param token as for {@link #encode}, with the same exceptions
     */
    public String etag(DocumentToken token) {
        return '"' + encode(token) + '"';
    }

    /**
     * Returns the condition that an {@code If-Match} states, for {@code index} or {@code delete}; answer
     * 412 if the write then ends with {@link VersionConflictException}.
     *
     * <p>By RFC 9110, 13.1.1:
     *
     * <ul>
     *   <li>a tag that is not one of this document, tampered with or weak ({@code W/"…"}) never matches: 412;
     *   <li>of several in a list any may match: the newest of them is the condition, as a document has moved on from all that
     *       are older;
     *   <li>{@code *} is for any document that is there, seen or not. No write can depend on that, and it would overwrite what
     *       the client has not seen: it is refused as {@link InvalidTokenException.Reason#UNCONDITIONAL}, as is a header that
     *       is missing. Answer 428 (RFC 6585).
     * </ul>
     *
     * @param id the {@code _id} of the document
     * @param header the value of {@code If-Match}, of several lines joined by commas; null if there is none
     * @throws InvalidTokenException if no tag is one of this document (that of the first, the others suppressed), the header
     *     is not a list of them ({@code MALFORMED}: answer 400), or the newest cannot be told, of two indices behind an alias
     * @throws RequestRejectedException as {@link #parse}
     * @throws ServerUnavailableException as {@link #parse}
     */
    public WriteCondition ifMatch(String id, @Nullable String header) {
        Bounds.id(id);
        String value = header == null ? "" : header.strip();
        if (value.isEmpty() || value.equals("*")) {
            throw new InvalidTokenException(
                    Reason.UNCONDITIONAL,
                    "If-Match is " + (value.isEmpty() ? "missing" : "*")
                            + ", so the write would replace what the client has not seen");
        }
        List<InvalidTokenException> refused = new ArrayList<>();
        List<Decoded> ofDocument = new ArrayList<>();
        for (Tag tag : EntityTags.of(value)) {
            try {
                ofDocument.add(ofDocument(id, strong(tag)));
            } catch (InvalidTokenException e) {
                refused.add(e);
            }
        }
        List<DocumentToken> tokens = new ArrayList<>();
        Map<String, String> uuids = ofDocument.isEmpty() ? Map.of() : incarnations.now(target);
        for (Decoded decoded : ofDocument) {
            try {
                tokens.add(ofIncarnation(decoded, uuids));
            } catch (InvalidTokenException e) {
                refused.add(e);
            }
        }
        return WriteCondition.unchangedSince(newest(tokens, refused));
    }

    private static String strong(Tag tag) {
        if (tag.weak()) {
            throw new InvalidTokenException(
                    Reason.WEAK,
                    "a weak entity tag (W/) is no condition for a write; has a proxy made it of a strong one?");
        }
        return tag.opaque();
    }

    private static DocumentToken newest(List<DocumentToken> tokens, List<InvalidTokenException> refused) {
        if (tokens.isEmpty()) {
            InvalidTokenException first = refused.get(0);
            refused.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
        if (tokens.stream().map(DocumentToken::index).distinct().count() > 1) {
            throw new InvalidTokenException(
                    Reason.OTHER_INDEX, "the tags are of documents in several indices, and a write goes to one");
        }
        return tokens.stream()
                .max(Comparator.comparingLong(DocumentToken::primaryTerm).thenComparingLong(DocumentToken::seqNo))
                .orElseThrow();
    }

    /**
     * Returns whether the client has this state already, so that a GET is answered 304: whether {@code If-None-Match} names
     * it, or is {@code *}. As RFC 9110, 13.1.2 has it, weak tags match here. A header that is not a list of tags matches
     * nothing: the answer is sent.
     *
     * @param current of the document as it was just read; as for {@link #encode}, with the same exceptions
     * @param header the value of {@code If-None-Match}, of several lines joined by commas; null if there is none
     */
    public boolean isNotModified(DocumentToken current, @Nullable String header) {
        String own = encode(current);
        String value = header == null ? "" : header.strip();
        if (value.equals("*")) {
            return true;
        }
        try {
            return EntityTags.of(value).stream().anyMatch(tag -> tag.opaque().equals(own));
        } catch (InvalidTokenException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "DocumentTokens[" + target + "]";
    }
}
