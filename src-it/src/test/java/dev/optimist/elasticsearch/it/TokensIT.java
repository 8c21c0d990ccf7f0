package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.optimist.elasticsearch.DocumentToken;
import dev.optimist.elasticsearch.DocumentTokens;
import dev.optimist.elasticsearch.InvalidTokenException;
import dev.optimist.elasticsearch.InvalidTokenException.Reason;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A token goes out as text and comes back later, when the index may be another one. */
class TokensIT extends ServerTest {
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);

    private DocumentTokens tokens;
    private VersionedDocument<Counter> read;

    @BeforeEach
    void aDocument() {
        counters.create("1", new Counter(1));
        read = counters.get("1").orElseThrow();
        tokens = counters.tokens().signedWith(KEY);
    }

    private static void refused(DocumentTokens by, String id, String encoded, Reason reason) {
        InvalidTokenException e = catchThrowableOfType(InvalidTokenException.class, () -> by.parse(id, encoded));
        assertThat(e).isNotNull();
        assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
    }

    @Test
    void aFormIsSavedOnceAndNotOverWhatSomebodyElseHasSaved() {
        String field = tokens.encode(read.token());
        DocumentToken mine = tokens.parse("1", field);
        assertThat(mine).isEqualTo(read.token());
        counters.index("1", new Counter(2), WriteCondition.unchangedSince(mine));
        VersionConflictException e = catchThrowableOfType(
                VersionConflictException.class,
                () -> counters.index("1", new Counter(3), WriteCondition.unchangedSince(tokens.parse("1", field))));
        assertThat(e.kind()).isEqualTo(VersionConflictException.Kind.STALE);
        assertThat(stored("1").at("/_source/n").intValue()).isEqualTo(2);
    }

    @Test
    void theTokenOfAWriteIsOne() {
        DocumentToken written =
                counters.index("1", new Counter(2), WriteCondition.none()).token();
        counters.index("1", new Counter(3), WriteCondition.unchangedSince(tokens.parse("1", tokens.encode(written))));
        assertThat(stored("1").at("/_source/n").intValue()).isEqualTo(3);
    }

    @Test
    void isOfNoOtherDocumentIndexOrRouting() {
        String field = tokens.encode(read.token());
        refused(tokens, "2", field, Reason.OTHER_ID);
        VersionedDocuments<Counter> others = typed(client.documents(newIndex("{}"), Counter.class));
        refused(others.tokens().signedWith(KEY), "1", field, Reason.OTHER_INDEX);
        DocumentTokens routed = counters.with(o -> o.routing("r")).tokens().signedWith(KEY);
        refused(routed, "1", field, Reason.OTHER_ROUTING);
        refused(counters.tokens(), "1", field, Reason.TAMPERED);
    }

    @Test
    void aRoutingIsAPartOfIt() {
        VersionedDocuments<Counter> routed = counters.with(o -> o.routing("r"));
        routed.create("routed", new Counter(1));
        String field = routed.tokens().encode(routed.get("routed").orElseThrow().token());
        // by a handle without one, the document's own is taken
        counters.index(
                "routed",
                new Counter(2),
                WriteCondition.unchangedSince(counters.tokens().parse("routed", field)));
        assertThat(routed.get("routed").orElseThrow().source().n()).isEqualTo(2);
    }

    @Test
    void isOfNoOtherIncarnationOfTheIndex() {
        String field = tokens.encode(read.token());
        rest.delete("/" + index).ok();
        RequestRejectedException gone =
                catchThrowableOfType(RequestRejectedException.class, () -> tokens.parse("1", field));
        assertThat(gone.status()).hasValue(404);
        rest.put("/" + index, "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0}}")
                .ok();
        counters.create("1", new Counter(50));
        assertThat(counters.get("1").orElseThrow().token())
                .as("the very same, which the write would find to hold")
                .isEqualTo(read.token());
        refused(tokens, "1", field, Reason.OTHER_INCARNATION);
        assertThat(stored("1").at("/_source/n").intValue()).isEqualTo(50);
    }

    @Test
    void isOfNoIndexThatTheAliasHasLeft() {
        String alias = "alias-of-" + index;
        String next = newIndex("{}");
        rest.put("/" + index + "/_alias/" + alias, "").ok();
        VersionedDocuments<Counter> documents = typed(client.documents(alias, Counter.class));
        DocumentTokens byAlias = documents.tokens();
        VersionedDocument<Counter> readByAlias = documents.get("1").orElseThrow();
        String field = byAlias.encode(readByAlias.token());
        DocumentToken parsed = byAlias.parse("1", field);
        assertThat(parsed.index()).isEqualTo(index);
        documents.index("1", new Counter(2), WriteCondition.unchangedSince(parsed));
        String later = byAlias.encode(documents.get("1").orElseThrow().token());
        rest.post(
                        "/_aliases",
                        "{\"actions\":[{\"remove\":{\"index\":\"" + index + "\",\"alias\":\"" + alias
                                + "\"}},{\"add\":{\"index\":\"" + next + "\",\"alias\":\"" + alias + "\"}}]}")
                .ok();
        refused(byAlias, "1", later, Reason.OTHER_INDEX);
        documents.create("1", new Counter(50));
        VersionedDocument<Counter> ofNext = documents.get("1").orElseThrow();
        assertThat(byAlias.parse("1", byAlias.encode(ofNext.token())).index()).isEqualTo(next);
    }

    @Test
    void anETagIsTheConditionOfAPutAndOfAGet() {
        String etag = tokens.etag(read.token());
        assertThat(tokens.isNotModified(read.token(), "W/" + etag)).isTrue();
        DocumentToken written = counters.index("1", new Counter(2), tokens.ifMatch("1", "\"other\", " + etag))
                .token();
        assertThat(tokens.isNotModified(counters.get("1").orElseThrow().token(), etag))
                .isFalse();
        assertThat(catchThrowableOfType(
                        VersionConflictException.class,
                        () -> counters.index("1", new Counter(3), tokens.ifMatch("1", etag))))
                .isNotNull();
        counters.delete("1", tokens.ifMatch("1", etag + ", " + tokens.etag(written)));
        assertThat(counters.get("1")).isEmpty();
    }
}
