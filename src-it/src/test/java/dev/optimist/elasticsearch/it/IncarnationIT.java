package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.optimist.elasticsearch.IncarnationChangedException;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.testkit.Fault;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The index is not the same one any more when the write arrives. */
class IncarnationIT extends LossyTest {
    private static final String ANOTHER_TOKEN =
            "a version stands for the sequence number before, and is the same in the new index";

    @Test
    void aWriteGoesToTheIndexOfItsReadWhereverTheAliasPoints() {
        Alias alias = new Alias();
        ModificationResult<Counter> result =
                alias.documents(WriteLedger.standard()).readModifyWrite("1", first(alias::move));
        applies(result, 2, false);
        assertThat(result.token().index()).isEqualTo(index);
        assertThat(runs).hasValue(1);
        assertThat(n("1")).isEqualTo(2);
        assertThat(alias.nOfNew()).isEqualTo(50);
        assertThat(proxy.writeLines())
                .hasSize(1)
                .allMatch(l -> l.startsWith("PUT /" + index + "/") && l.contains("/1?"));
    }

    @Test
    void aLostAnswerIsNotLookedForInAnotherIndex() {
        Alias alias = new Alias();
        harm(Fault.DROP_AFTER);
        OutcomeUnknownException e =
                unknown(() -> alias.documents(WriteLedger.standard()).readModifyWrite("1", first(alias::move)));
        assertThat(e).hasMessageContaining("the alias was switched from " + index + " to " + alias.next);
        assertThat(e.token().orElseThrow().index()).isEqualTo(index);
        assertThat(runs).hasValue(1);
        assertThat(n("1")).isEqualTo(2);
        assertThat(alias.nOfNew()).isEqualTo(50);
    }

    @Test
    void aConflictThereIsTriedAgainWhereTheAliasPointsNow() {
        Alias alias = new Alias();
        ModificationResult<Counter> result = alias.documents(null).readModifyWrite("1", first(() -> {
            overwrite("1", 7);
            alias.move();
        }));
        applies(result, 51, false);
        assertThat(n("1")).isEqualTo(7);
        assertThat(alias.nOfNew()).isEqualTo(51);
    }

    @Test
    @Since(value = "6.7", because = ANOTHER_TOKEN)
    void aTokenThatComesAgainIsNoticedByReadModifyWrite() {
        overwrite("1", 1);
        IncarnationChangedException e = catchThrowableOfType(
                IncarnationChangedException.class, () -> lossy.readModifyWrite("1", first(this::anewWithTheSameToken)));
        assertChanged(e);
        assertThat(runs).hasValue(1);
        assertThat(n("1")).as("as the exception says, it was applied").isEqualTo(2);
    }

    @Test
    @Since(value = "6.7", because = ANOTHER_TOKEN)
    void aTokenThatComesAgainIsNoticedByIndexAndDelete() {
        overwrite("1", 1);
        VersionedDocument<Counter> read = lossy.get("1").orElseThrow();
        anewWithTheSameToken();
        assertChanged(catchThrowableOfType(
                IncarnationChangedException.class,
                () -> lossy.index("1", new Counter(2), WriteCondition.unchangedSince(read))));
        assertThat(n("1")).isEqualTo(2);

        newIndexOfThisName();
        overwrite("1", 1);
        VersionedDocument<Counter> again = lossy.get("1").orElseThrow();
        anewWithTheSameToken();
        assertChanged(catchThrowableOfType(
                IncarnationChangedException.class, () -> lossy.delete("1", WriteCondition.unchangedSince(again))));
        assertThat(stored("1").path("found").booleanValue()).isFalse();
    }

    @Test
    @Since(value = "6.7", because = ANOTHER_TOKEN)
    void anotherTokenIsAConflictWithoutTheLedgerAndTheFunctionSeesTheNewDocument() {
        for (int before : new int[] {0, 5}) { // the new one's number is higher, and lower
            newIndexOfThisName();
            pad(before);
            overwrite("1", 1);
            runs.set(0);
            List<Counter> seen = new ArrayList<>();
            ModificationResult<Counter> result = lossy.with(o -> o.writeLedger(null))
                    .readModifyWrite("1", c -> {
                        seen.add(c);
                        if (seen.size() == 1) {
                            newIndexOfThisName();
                            pad(2);
                            overwrite("1", 50);
                        }
                        return c.plus(1);
                    });
            assertThat(seen).containsExactly(new Counter(1), new Counter(50));
            applies(result, 51, false);
            assertThat(result.attempts()).isEqualTo(2);
            assertThat(n("1")).isEqualTo(51);
        }
    }

    @Test
    @Since(value = "6.7", because = ANOTHER_TOKEN)
    void aPlainWriteWithAnotherTokenIsAConflict() {
        overwrite("1", 1);
        VersionedDocument<Counter> read = lossy.get("1").orElseThrow();
        newIndexOfThisName();
        pad(2);
        overwrite("1", 50);
        leavesUnchanged(
                "1",
                () -> assertThat(catchThrowableOfType(
                                VersionConflictException.class,
                                () -> lossy.index("1", new Counter(2), WriteCondition.unchangedSince(read))))
                        .isNotNull());
    }

    /** A conflict may be with the own write, and what became of that is gone with the index. */
    @Test
    @Since(value = "6.7", because = ANOTHER_TOKEN)
    void withTheLedgerTheOutcomeInAnIndexThatIsGoneIsUnknown() {
        for (int before : new int[] {0, 5}) {
            newIndexOfThisName();
            pad(before);
            other.create("1", new Counter(1));
            runs.set(0);
            OutcomeUnknownException e = unknown(() -> lossy.readModifyWrite("1", first(() -> {
                newIndexOfThisName();
                pad(2);
                other.create("1", new Counter(50));
            })));
            assertThat(e).hasMessageContaining("the document was deleted and created again");
            assertThat(runs).hasValue(1);
            assertThat(n("1")).as("nothing was overwritten").isEqualTo(50);
        }
    }

    /** The limit that docs/guarantees.md names: Elasticsearch has no condition that would tell the two apart. */
    @Test
    void theSameTokenAndTheSameVersionAreNotNoticed() {
        other.create("1", new Counter(1));
        ModificationResult<Counter> result = lossy.readModifyWrite("1", first(() -> {
            newIndexOfThisName();
            other.create("1", new Counter(50));
        }));
        applies(result, 2, false);
        assertThat(n("1")).as("the 50 is lost").isEqualTo(2);
    }

    /** A lost answer makes the difference: the next read shows that the ledger is another. */
    @Test
    void theSameTokenAndVersionAreNoticedByTheLedgerAfterALostAnswer() {
        other.create("1", new Counter(1));
        harm(Fault.DROP_BEFORE);
        OutcomeUnknownException e = unknown(() -> between(lossy, () -> {
                    newIndexOfThisName();
                    other.create("1", new Counter(50));
                })
                .readModifyWrite("1", this::increment));
        assertThat(e).hasMessageContaining("deleted and created again");
        assertThat(n("1")).isEqualTo(50);
    }

    /** Deletes the index and makes one with a document of the same _seq_no and _primary_term, but of version 2. */
    private void anewWithTheSameToken() {
        newIndexOfThisName();
        assertThat(rest.put("/" + index + "/_doc/1?version=2&version_type=external", "{\"n\":50}")
                        .ok()
                        .body()
                        .path("_seq_no")
                        .intValue())
                .isZero();
    }

    private void newIndexOfThisName() {
        rest.delete("/" + index);
        rest.put("/" + index, "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0}}")
                .ok();
    }

    /** Uses up sequence numbers. */
    private void pad(int numbers) {
        for (int i = 0; i < numbers; i++) {
            overwrite("pad", i);
        }
    }

    private void assertChanged(IncarnationChangedException e) {
        assertThat(e).isNotNull().hasMessageContaining("index " + index + " was deleted and created again");
        assertThat(e.required().version()).isEqualTo(1);
        assertThat(e.written().version()).isEqualTo(3);
        assertThat(e.required().seqNo()).isZero();
    }

    /** Points to the index of the test, and then to another with a document of the same token. */
    private final class Alias {
        private final String name = "alias-of-" + index;
        private final String next = newIndex("{}");

        Alias() {
            overwrite("1", 1);
            rest.put("/" + next + "/_doc/1", "{\"n\":50}").ok();
            rest.put("/" + index + "/_alias/" + name, "").ok();
        }

        void move() {
            rest.post(
                            "/_aliases",
                            "{\"actions\":[{\"remove\":{\"index\":\"" + index + "\",\"alias\":\"" + name
                                    + "\"}},{\"add\":{\"index\":\"" + next + "\",\"alias\":\"" + name + "\"}}]}")
                    .ok();
        }

        VersionedDocuments<Counter> documents(WriteLedger ledger) {
            return typed(behindProxy.documents(name, Counter.class)).with(o -> o.writeLedger(ledger));
        }

        int nOfNew() {
            return rest.get("/" + next + "/_doc/1").body().at("/_source/n").intValue();
        }
    }
}
