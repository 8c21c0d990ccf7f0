package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.optimist.elasticsearch.DocumentToken;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.WriteCondition;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each kind of conflict: what it says, and that the document is as it was. */
class ConflictsIT extends BothFacesTest {
    private VersionedDocument<Counter> first;

    @BeforeEach
    void aDocumentThatHasChangedSinceItWasRead() {
        documents.create("1", new Counter(1));
        first = documents.get("1").orElseThrow();
        documents.index("1", new Counter(2), WriteCondition.unchangedSince(first));
    }

    @Test
    void indexOfAStaleRead() {
        isStale(() -> documents.index("1", new Counter(9), WriteCondition.unchangedSince(first)));
    }

    @Test
    void deleteOfAStaleRead() {
        isStale(() -> documents.delete("1", WriteCondition.unchangedSince(first)));
    }

    @Test
    @Since(value = "6.7", because = "there are no sequence numbers before")
    void indexIfSeqNoOfAStaleRead() {
        isStale(() -> documents.index("1", new Counter(9), WriteCondition.ifSeqNo(0, 1)));
    }

    @Test
    @Since(value = "6.7", because = "there are no sequence numbers before")
    void anotherPrimaryTermIsStaleToo() {
        VersionConflictException e = conflict(() -> documents.index("1", new Counter(9), WriteCondition.ifSeqNo(1, 2)));
        assertThat(e.kind()).isEqualTo(Kind.STALE);
        assertThat(e.requiredPrimaryTerm()).hasValue(2);
        assertThat(e.currentPrimaryTerm()).hasValue(1);
    }

    @Test
    void anOtherVersionIsStale() {
        VersionConflictException e = conflict(() -> documents.index("1", new Counter(9), WriteCondition.version(1)));
        assertThat(e.kind()).isEqualTo(Kind.STALE);
        assertThat(e.requiredVersion()).hasValue(1);
        assertThat(e.currentVersion()).hasValue(2);
        assertThat(e)
                .hasMessageMatching(
                        ".*current (version )?\\[2].*provided \\[1].*"); // in the words of 2.4, or later ones
        assertThat(conflict(() -> documents.delete("1", WriteCondition.version(3)))
                        .currentVersion())
                .hasValue(2);
    }

    @Test
    void aDocumentThatIsNotThereIsAbsent() {
        VersionConflictException bySeqNo =
                conflict(() -> documents.index("nobody", new Counter(9), WriteCondition.ifSeqNo(0, 1)));
        assertThat(bySeqNo.kind()).isEqualTo(Kind.ABSENT);
        assertThat(bySeqNo.requiredSeqNo()).hasValue(0);
        assertThat(bySeqNo.currentSeqNo()).isEmpty();
        VersionConflictException byVersion =
                conflict(() -> documents.index("nobody", new Counter(9), WriteCondition.version(1)));
        assertThat(byVersion.kind()).isEqualTo(Kind.ABSENT);
        assertThat(byVersion.requiredVersion()).hasValue(1);
        assertThat(byVersion.currentVersion()).isEmpty();
        assertThat(documents.get("nobody")).isEmpty();
    }

    @Test
    void aDocumentThatWasDeletedIsAbsent() {
        VersionedDocument<Counter> second = documents.get("1").orElseThrow();
        documents.delete("1", WriteCondition.unchangedSince(second));
        // before 7, what is left of a deleted document is told like one
        Kind absent = hasMappingTypes() ? Kind.STALE : Kind.ABSENT;
        assertThat(conflict(() -> documents.index("1", new Counter(9), WriteCondition.unchangedSince(second)))
                        .kind())
                .isEqualTo(absent);
        assertThat(conflict(() -> documents.delete("1", WriteCondition.unchangedSince(second)))
                        .kind())
                .isEqualTo(absent);
    }

    @Test
    void createOfADocumentThatExists() {
        VersionConflictException e = conflict(() -> documents.create("1", new Counter(9)));
        assertThat(e.kind()).isEqualTo(Kind.EXISTS);
    }

    @Test
    @Since(value = "5", because = "a create that is refused does not say which version is there before")
    void createOfADocumentThatExistsSaysItsVersion() {
        assertThat(conflict(() -> documents.create("1", new Counter(9))).currentVersion())
                .hasValue(2);
    }

    @Test
    void externalVersionThatIsNotHigher() {
        documents.index("1", new Counter(10), WriteCondition.external(10));
        for (long version : new long[] {10, 9, 0}) {
            VersionConflictException e =
                    conflict(() -> documents.index("1", new Counter(9), WriteCondition.external(version)));
            assertThat(e.kind()).isEqualTo(Kind.EXTERNAL);
            assertThat(e.requiredVersion()).hasValue(version);
            assertThat(e.currentVersion()).hasValue(10);
        }
        assertThat(conflict(() -> documents.delete("1", WriteCondition.external(10)))
                        .kind())
                .isEqualTo(Kind.EXTERNAL);
    }

    @Test
    void externalGteVersionThatIsLower() {
        documents.index("1", new Counter(10), WriteCondition.external(10));
        VersionConflictException e =
                conflict(() -> documents.index("1", new Counter(9), WriteCondition.externalGte(9)));
        assertThat(e.kind()).isEqualTo(Kind.EXTERNAL);
        assertThat(e.requiredVersion()).hasValue(9);
        assertThat(e.currentVersion()).hasValue(10);
    }

    @Test
    void staleExternalVersionAfterADelete() {
        documents.delete("1", WriteCondition.external(12));
        VersionConflictException e = conflict(() -> documents.index("1", new Counter(9), WriteCondition.external(11)));
        assertThat(e.kind()).isEqualTo(Kind.EXTERNAL);
        assertThat(e.currentVersion()).hasValue(12); // of the tombstone
    }

    @Test
    void externalDeleteOfAMissingDocumentLeavesATombstone() {
        documents.delete("nobody", WriteCondition.external(50));
        VersionConflictException e =
                conflict(() -> documents.index("nobody", new Counter(9), WriteCondition.external(49)));
        assertThat(e.currentVersion()).hasValue(50);
        assertThat(documents.get("nobody")).isEmpty();
    }

    @Test
    void anIfSeqNoWriteUsesUpAVersionOfTheSource() {
        documents.index("x", new Counter(100), WriteCondition.external(100));
        documents.index("x", new Counter(0), WriteCondition.version(100)); // makes 101
        VersionConflictException e =
                conflict(() -> documents.index("x", new Counter(101), WriteCondition.external(101)));
        assertThat(e.kind()).isEqualTo(Kind.EXTERNAL);
        assertThat(e.currentVersion()).hasValue(101);
        assertThat(stored("x").at("/_source/n").asInt()).isZero();
    }

    @Test
    @Since(value = "7", because = "if_seq_no is compared by a read before, which a missing index refuses")
    void aConditionalWriteToAMissingIndexIsAConflictAndStoresNothing() {
        String missing = "it-made-by-a-conflict";
        rest.delete("/" + missing);
        assertThatThrownBy(() ->
                        documents(missing, Counter.class).index("1", new Counter(1), WriteCondition.ifSeqNo(0, 1)))
                .isInstanceOfSatisfying(
                        VersionConflictException.class,
                        e -> assertThat(e.kind()).isEqualTo(Kind.ABSENT));
        // the server makes the index all the same, and nothing in the request can keep it from that
        assertThat(rest.get("/" + missing + "/_count").body().path("count").asInt())
                .isZero();
    }

    @Test
    void isAlsoThereForOnesOwnEyes() {
        VersionConflictException e =
                conflict(() -> documents.index("1", new Counter(9), WriteCondition.unchangedSince(first)));
        assertThat(e.index()).isEqualTo(index);
        assertThat(e.id()).isEqualTo("1");
        assertThat(e.attempts()).isEqualTo(1);
        assertThat(e.getCause()).hasMessageContaining("version_conflict_engine_exception");
    }

    @Test
    void refusesATokenOfAnotherIndexThoughItsNumbersFit() {
        // every index counts from 0: the numbers of the token alone would fit
        DocumentToken old = documents.get("1").orElseThrow().token();
        String other = newIndex("{}");
        rest.put("/" + other + "/_doc/1", "{\"n\":1}").ok();
        rest.put("/" + other + "/_doc/1", "{\"n\":77}").ok();
        assertThatThrownBy(() ->
                        documents(other, Counter.class).index("1", new Counter(9), WriteCondition.unchangedSince(old)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("index");
        assertThat(rest.get("/" + other + "/_doc/1").body().at("/_source/n").asInt())
                .isEqualTo(77);
    }

    private void isStale(ThrowingCallable write) {
        VersionConflictException e = conflict(write);
        assertThat(e.kind()).isEqualTo(Kind.STALE);
        if (!hasSequenceNumbers()) {
            assertThat(e.requiredVersion()).hasValue(1);
            assertThat(e.currentVersion()).hasValue(2);
            assertThat(e.requiredSeqNo()).isEmpty();
            return;
        }
        assertThat(e.requiredSeqNo()).hasValue(0);
        assertThat(e.requiredPrimaryTerm()).hasValue(1);
        assertThat(e.currentSeqNo()).hasValue(1);
        assertThat(e.currentPrimaryTerm()).hasValue(1);
        assertThat(e.requiredVersion()).isEmpty();
        assertThat(e.currentVersion()).isEmpty();
    }

    private VersionConflictException conflict(ThrowingCallable write) {
        VersionConflictException[] caught = new VersionConflictException[1];
        leavesUnchanged("1", () -> caught[0] = catchThrowableOfType(VersionConflictException.class, write));
        assertThat(caught[0]).as("a conflict").isNotNull();
        return caught[0];
    }
}
