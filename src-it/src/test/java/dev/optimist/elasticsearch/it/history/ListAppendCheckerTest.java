package dev.optimist.elasticsearch.it.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListAppendCheckerTest {
    private final ListAppendChecker checker = new ListAppendChecker();

    /** A document with a, b and c, to which each test adds what it is about. */
    @BeforeEach
    void tellOfThree() {
        applied("a", 10, "a");
        applied("b", 11, "a", "b");
        applied("c", 12, "a", "b", "c");
    }

    @Test
    void nothingIsWrong() {
        Verdict verdict = check("a", "b", "c");
        assertThat(verdict).isEqualTo(new Verdict(3, 0, 0, 0, 0, 0, 0, List.of()));
        assertThat(verdict.correct()).isTrue();
    }

    @Test
    void anUnknownOneMayBeThereOrNot() {
        checker.unknown("doc", "u");
        checker.unknown("doc", "v");
        assertThat(check("a", "b", "c", "u")).isEqualTo(new Verdict(5, 0, 0, 0, 0, 2, 1, List.of()));
    }

    @Test
    void oneThatIsNotAppliedIsNotThere() {
        checker.notApplied("doc", "n");
        assertThat(check("a", "b", "c")).isEqualTo(new Verdict(4, 0, 0, 0, 0, 0, 0, List.of()));
    }

    @Test
    void lostWhereAnotherHasTakenItsPlace() {
        applied("x", 13, "a", "b", "c", "x");
        applied("d", 14, "a", "b", "c", "d");
        wrong(check("a", "b", "c", "d"), 1, 0, 0, 0, "doc: x: lost", "seqNo 13 primaryTerm 1 at position 3");
    }

    @Test
    void allIsLostIfTheDocumentIsGone() {
        assertThat(checker.check(Map.of()).lost()).isEqualTo(3);
    }

    @Test
    void twice() {
        wrong(check("a", "b", "c", "b"), 0, 1, 0, 0, "doc: b: twice", "[1, 3]");
    }

    @Test
    void twiceThoughUnknown() {
        checker.unknown("doc", "u");
        wrong(check("a", "b", "c", "u", "u"), 0, 1, 0, 0, "doc: u: twice", "[3, 4]");
    }

    @Test
    void phantomOfOneThatIsNotApplied() {
        checker.notApplied("doc", "n");
        wrong(check("a", "b", "c", "n"), 0, 0, 0, 1, "doc: n: phantom: told not to be applied", "[3]");
    }

    @Test
    void phantomOfNobody() {
        wrong(check("a", "b", "c", "p"), 0, 0, 0, 1, "doc: p: phantom: never told of", "[3]");
    }

    @Test
    void phantomInADocumentOfNobody() {
        Verdict verdict = checker.check(Map.of("doc", List.of("a", "b", "c"), "other", List.of("p")));
        wrong(verdict, 0, 0, 0, 1, "other: p: phantom", "[0]");
    }

    @Test
    void disorderIfTheListIsNoPrefix() {
        checker.unknown("doc", "u");
        applied("d", 13, "a", "b", "c", "d");
        wrong(check("a", "b", "c", "u", "d"), 0, 0, 1, 0, "doc: d: disorder", "told to be 3 and is in the end 4");
    }

    @Test
    void disorderIfTheListIsLongerThanTheFinalOne() {
        checker.unknown("doc", "u");
        applied("d", 13, true, "a", "b", "c", "d", "u");
        wrong(check("a", "b", "c", "d"), 0, 0, 1, 0, "doc: d: disorder", "with the 5 that it was told");
    }

    @Test
    void disorderIfItsOwnIdIsMissing() {
        checker.unknown("doc", "u");
        applied("d", 13, "a", "b", "c", "u");
        wrong(check("a", "b", "c", "u", "d"), 0, 0, 1, 0, "doc: d: disorder: not in the list of 4", "told");
    }

    @Test
    void disorderIfNothingWasTold() {
        applied("d", 9);
        wrong(check("a", "b", "c", "d"), 0, 0, 1, 0, "doc: d: disorder: not in the list of 0", "told");
    }

    @Test
    void disorderIfItsOwnIdIsNotTheLast() {
        checker.unknown("doc", "u");
        applied("d", 13, "a", "b", "c", "d", "u");
        wrong(check("a", "b", "c", "d", "u"), 0, 0, 1, 0, "doc: d: disorder: at position 3", "u is the last");
    }

    @Test
    void aRecoveredOneNeedNotBeTheLast() {
        checker.unknown("doc", "u");
        applied("d", 13, true, "a", "b", "c", "d", "u");
        assertThat(check("a", "b", "c", "d", "u").correct()).isTrue();
    }

    @Test
    void disorderIfALaterTokenGoesWithAShorterList() {
        applied("e", 13, "a", "b", "c", "d", "e");
        applied("d", 14, "a", "b", "c", "d");
        wrong(check("a", "b", "c", "d", "e"), 0, 0, 1, 0, "doc: d: disorder: told a list of 4", "seqNo 13");
    }

    @Test
    void aRecoveredOneHasALaterTokenForTheSameList() {
        applied("e", 14, "a", "b", "c", "d", "e");
        applied("d", 15, true, "a", "b", "c", "d", "e");
        applied("f", 16, "a", "b", "c", "d", "e", "f");
        assertThat(check("a", "b", "c", "d", "e", "f").correct()).isTrue();
    }

    @Test
    void disorderIfARecoveredOneHasALaterTokenForAShorterList() {
        applied("e", 14, "a", "b", "c", "d", "e");
        applied("d", 15, true, "a", "b", "c", "d");
        wrong(check("a", "b", "c", "d", "e"), 0, 0, 1, 0, "doc: d: disorder: told a list of 4", "seqNo 15");
    }

    @Test
    void disorderIfTwoHaveOneToken() {
        applied("d", 12, "a", "b", "c", "d");
        wrong(
                check("a", "b", "c", "d"),
                0,
                0,
                1,
                0,
                "doc: d: disorder: told seqNo 12 primaryTerm 1",
                "c at position 2");
    }

    @Test
    void oneTokenMayBeInTwoDocuments() {
        checker.acknowledged("other", "a", 10, 1, List.of("a"), false);
        assertThat(checker.check(Map.of("doc", List.of("a", "b", "c"), "other", List.of("a")))
                        .correct())
                .isTrue();
    }

    @Test
    void countsAnOperationOnceHoweverManyThingsAreWrong() {
        applied("d", 12, "c", "d", "b");
        assertThat(check("a", "b", "c", "d").disorder()).isEqualTo(1);
    }

    @Test
    void explainsTheFirstTwentyAndCountsAll() {
        List<String> many = new ArrayList<>(List.of("a", "b", "c"));
        for (int i = 0; i < 30; i++) {
            many.add("p" + i);
        }
        Verdict verdict = checker.check(Map.of("doc", many));
        assertThat(verdict.phantom()).isEqualTo(30);
        assertThat(verdict.explanations()).hasSize(20);
    }

    @Test
    void operationsThatShareAWriteAreToldTheSame() {
        ListAppendChecker shared = new ListAppendChecker(true);
        shared.acknowledged("d", "a", 5, 1, List.of("a", "b"), false);
        shared.acknowledged("d", "b", 5, 1, List.of("a", "b"), false);
        shared.acknowledged("d", "c", 6, 1, List.of("a", "b", "c"), false);
        assertThat(shared.check(Map.of("d", List.of("a", "b", "c"))).correct()).isTrue();

        shared.acknowledged("e", "a", 5, 1, List.of("a"), false);
        shared.acknowledged("e", "b", 5, 1, List.of("a", "b"), false);
        shared.acknowledged("e", "c", 6, 1, List.of("a", "b"), false);
        Verdict verdict = shared.check(Map.of("d", List.of("a", "b", "c"), "e", List.of("a", "b", "c")));
        assertThat(verdict.disorder()).isEqualTo(2);
        assertThat(verdict.explanations())
                .anyMatch(e -> e.contains("told"))
                .anyMatch(e -> e.contains("not in the list"));
    }

    @Test
    void isToldOfAnOperationOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> checker.unknown("doc", "a"))
                .withMessageContaining("a");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void manyThreads(long seed) throws Exception {
        Map<String, List<String>> lists = Map.of("x", new ArrayList<>(), "y", new ArrayList<>());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> ends = new ArrayList<>();
        ListAppendChecker many = new ListAppendChecker();
        for (int thread = 0; thread < 8; thread++) {
            int name = thread;
            ends.add(threads.submit(() -> {
                Random random = new Random(seed * 8 + name);
                for (int i = 0; i < 200; i++) {
                    append(many, lists, random, name + "-" + i);
                }
            }));
        }
        threads.shutdown();
        for (Future<?> end : ends) {
            end.get();
        }
        Verdict verdict = many.check(lists);
        assertThat(verdict.correct()).as("%s", verdict).isTrue();
        assertThat(verdict.operations()).isEqualTo(1600);
        assertThat(verdict.unknownApplied()).isPositive().isLessThan(verdict.unknown());

        many.acknowledged("x", "swallowed", 100_000, 1, List.of("swallowed"), false);
        assertThat(many.check(lists).lost()).isEqualTo(1);
    }

    private static void append(
            ListAppendChecker checker, Map<String, List<String>> lists, Random random, String operation) {
        String document = random.nextBoolean() ? "x" : "y";
        List<String> list = Objects.requireNonNull(lists.get(document));
        int fate = random.nextInt(10);
        if (fate == 0) {
            checker.notApplied(document, operation);
            return;
        }
        List<String> returned;
        long seqNo;
        synchronized (list) {
            if (fate != 1) {
                list.add(operation);
            }
            returned = List.copyOf(list);
            seqNo = list.size();
        }
        // outside of the lock, so that it is told in another order than it was done
        if (fate <= 2) {
            checker.unknown(document, operation);
        } else {
            checker.acknowledged(document, operation, seqNo, 1, returned, false);
        }
    }

    private void applied(String operation, long seqNo, String... returned) {
        applied(operation, seqNo, false, returned);
    }

    private void applied(String operation, long seqNo, boolean recovered, String... returned) {
        checker.acknowledged("doc", operation, seqNo, 1, List.of(returned), recovered);
    }

    private Verdict check(String... finalList) {
        return checker.check(Map.of("doc", List.of(finalList)));
    }

    /** Each kind of error is counted in its own field only. */
    private static void wrong(
            Verdict verdict, int lost, int twice, int disorder, int phantom, String begins, String contains) {
        assertThat(List.of(verdict.lost(), verdict.twice(), verdict.disorder(), verdict.phantom()))
                .as("lost, twice, disorder, phantom of %s", verdict)
                .containsExactly(lost, twice, disorder, phantom);
        assertThat(verdict.correct()).isFalse();
        assertThat(verdict.explanations())
                .anySatisfy(explanation ->
                        assertThat(explanation).startsWith(begins).contains(contains));
    }
}
