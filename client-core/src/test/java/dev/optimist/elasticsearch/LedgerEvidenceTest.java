package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.optimist.elasticsearch.Evidence.Finding;
import dev.optimist.elasticsearch.Evidence.Pending;
import dev.optimist.elasticsearch.Evidence.Verdict;
import dev.optimist.elasticsearch.internal.Ledger;
import dev.optimist.elasticsearch.internal.Ledger.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every branch of the rule; {@link LedgerEvidenceModelTest} looks for what was not thought of. */
class LedgerEvidenceTest {
    private static final State ABSENT = new State("i", null, new byte[0], null);
    private static final State BARE = state(5, 50, 1, null);
    private static final State FIVE = state(5, 50, 1, ledger("a", 5, 0, "4:x", "5:y"));

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void judges(String name, @Nullable State on, State now, Finding finding, String why) {
        Pending pending = on == null ? null : new Pending(on, on, new byte[0], failure());
        Verdict verdict = new LedgerEvidence().judge(pending, now, "me");
        assertThat(verdict.finding()).as(verdict.why()).isEqualTo(finding);
        assertThat(verdict.why()).contains(why);
    }

    static Stream<Arguments> judges() {
        return Stream.of(
                // an earlier call may have used the id, and this one has sent nothing
                arguments("nothing sent, absent", null, ABSENT, Finding.NOT_APPLIED, "not in the document"),
                arguments("nothing sent, no ledger", null, BARE, Finding.NOT_APPLIED, "not in the document"),
                arguments("nothing sent, others", null, FIVE, Finding.NOT_APPLIED, "not in the document"),
                arguments("nothing sent, found", null, with(FIVE, "me"), Finding.APPLIED, "in the document"),

                // found
                arguments("found next", FIVE, next(FIVE, "me"), Finding.APPLIED, "in the document"),
                arguments("found later", FIVE, next(next(FIVE, "me"), "z"), Finding.APPLIED, "in the document"),
                arguments("found after create", ABSENT, first("me"), Finding.APPLIED, "in the document"),
                arguments("found, begun", BARE, state(6, 51, 1, ledger("me", 1, 0, "1:me")), Finding.APPLIED, ""),
                arguments("found behind a foreign writer", FIVE, foreign(next(FIVE, "me")), Finding.APPLIED, ""),

                // nothing has changed
                arguments("still absent", ABSENT, ABSENT, Finding.OPEN, "still no document"),
                arguments("same token", FIVE, FIVE, Finding.OPEN, "as it was read"),
                arguments("same token, no ledger", BARE, BARE, Finding.OPEN, "as it was read"),
                arguments(
                        "same number, other version",
                        FIVE,
                        state(9, 50, 1, FIVE.ledger()),
                        Finding.UNDECIDABLE,
                        "again"),
                arguments(
                        "same number, other term", FIVE, state(5, 50, 2, FIVE.ledger()), Finding.UNDECIDABLE, "again"),
                arguments(
                        "same number, another ledger",
                        FIVE,
                        state(5, 50, 1, ledger("b", 5, 0, "5:q")),
                        Finding.UNDECIDABLE,
                        "again"),
                arguments("same number, ledger gone", FIVE, BARE, Finding.UNDECIDABLE, "again"),
                arguments("same number, ledger come", BARE, FIVE, Finding.UNDECIDABLE, "again"),

                // one write came since, and it was another
                arguments("created by another", ABSENT, first("z"), Finding.NOT_APPLIED, "it was another"),
                arguments(
                        "no ledger in what was created", ABSENT, state(1, 60, 1, null), Finding.UNDECIDABLE, "without"),
                arguments("gap 1", FIVE, next(FIVE, "z"), Finding.NOT_APPLIED, "it was another"),
                arguments("gap 1, foreign, kept", FIVE, foreign(FIVE), Finding.NOT_APPLIED, "it was another"),
                arguments("gap 1, still no ledger", BARE, foreign(BARE), Finding.UNDECIDABLE, "in between"),
                arguments(
                        "gap 1, n grew by more",
                        BARE,
                        state(6, 51, 1, ledger("b", 3, 0, "3:q")),
                        Finding.UNDECIDABLE,
                        "in between"),
                arguments("gap 1, wiped", FIVE, state(6, 51, 1, null), Finding.UNDECIDABLE, "without the write ledger"),
                arguments("gap 1, born", FIVE, state(6, 51, 1, ledger("b", 1, 0, "1:b")), Finding.UNDECIDABLE, "again"),

                // all writes in between have left their ids
                arguments("gap 2", FIVE, next(next(FIVE, "z"), "y"), Finding.NOT_APPLIED, "not among them"),
                arguments(
                        "gap 2, begun",
                        BARE,
                        state(7, 52, 1, ledger("q", 2, 0, "1:q", "2:r")),
                        Finding.NOT_APPLIED,
                        ""),
                arguments("gap 2, created", ABSENT, next(first("q"), "r"), Finding.NOT_APPLIED, "not among them"),
                arguments(
                        "ours would be kept", FIVE, state(8, 53, 1, ledger("a", 8, 5, "6:q")), Finding.NOT_APPLIED, ""),
                arguments(
                        "ours may have been dropped",
                        FIVE,
                        state(8, 53, 1, ledger("a", 8, 6, "7:q", "8:r")),
                        Finding.UNDECIDABLE,
                        "want of room: 3 writes came since, and the ledger holds 2"),
                arguments(
                        "the first may have been dropped",
                        ABSENT,
                        state(2, 61, 1, ledger("q", 2, 1, "2:r")),
                        Finding.UNDECIDABLE,
                        "want of room"),

                // somebody else came in between
                arguments("foreign before", FIVE, next(foreign(FIVE), "z"), Finding.UNDECIDABLE, "in between"),
                arguments("foreign after", FIVE, foreign(next(FIVE, "z")), Finding.UNDECIDABLE, "in between"),
                arguments("foreign twice, no ledger", BARE, foreign(foreign(BARE)), Finding.UNDECIDABLE, "in between"),
                arguments(
                        "wiped, begun again",
                        FIVE,
                        state(7, 52, 1, ledger("b", 1, 0, "1:b")),
                        Finding.UNDECIDABLE,
                        "again"),
                arguments(
                        "begun after wiping",
                        BARE,
                        state(8, 53, 1, ledger("b", 2, 0, "1:b")),
                        Finding.UNDECIDABLE,
                        "between"),
                arguments(
                        "n grew by more",
                        FIVE,
                        state(7, 52, 1, ledger("a", 8, 0, "8:q")),
                        Finding.UNDECIDABLE,
                        "between"),

                // gone, or another document
                arguments("deleted", FIVE, ABSENT, Finding.UNDECIDABLE, "gone"),
                arguments("deleted, no ledger", BARE, ABSENT, Finding.UNDECIDABLE, "gone"),
                arguments(
                        "created again, version lower",
                        FIVE,
                        state(1, 70, 1, ledger("b", 1, 0, "1:b")),
                        Finding.UNDECIDABLE,
                        "again"),
                arguments("the same, no ledger", BARE, state(5, 70, 1, null), Finding.UNDECIDABLE, "again"),
                arguments("the same, ledger alike", FIVE, state(3, 70, 1, FIVE.ledger()), Finding.UNDECIDABLE, "again"),
                arguments(
                        "created again, version goes on",
                        FIVE,
                        state(7, 70, 1, ledger("b", 1, 0, "1:b")),
                        Finding.UNDECIDABLE,
                        "again"),
                arguments("alias switched", FIVE, elsewhere(FIVE), Finding.UNDECIDABLE, "from i to j"),
                arguments("alias switched, found", FIVE, elsewhere(next(FIVE, "me")), Finding.UNDECIDABLE, "alias"),
                arguments("alias switched, absent", ABSENT, elsewhere(ABSENT), Finding.UNDECIDABLE, "alias"));
    }

    private static State first(String id) {
        return state(1, 60, 1, Ledger.after(null, id, null, 64));
    }

    private static State next(State state, String id) {
        return state(state.version() + 1, 90 + state.version(), 1, Ledger.after(state.ledger(), id, null, 64));
    }

    private static State with(State state, String id) {
        return next(next(state, id), "later");
    }

    /** A write without the library that keeps the ledger as it is, such as a partial update. */
    private static State foreign(State state) {
        return state(state.version() + 1, 90 + state.version(), 1, state.ledger());
    }

    private static State elsewhere(State state) {
        return new State("j", state.token(), state.document(), state.ledger());
    }

    private static State state(long version, long seqNo, long term, @Nullable Ledger ledger) {
        return new State("i", new DocumentToken("i", "i", "1", null, version, seqNo, term), new byte[0], ledger);
    }

    private static Ledger ledger(String born, long n, long dropped, String... writes) {
        List<Entry> entries = new ArrayList<>();
        for (String write : writes) {
            String[] parts = write.split(":", 2);
            entries.add(new Entry(Long.parseLong(parts[0]), parts[1]));
        }
        return new Ledger(born, n, dropped, entries);
    }

    private static OptimistException failure() {
        return new OutcomeUnknownException("no answer", "i", "1", "index", WriteCondition.none(), null, null);
    }
}
