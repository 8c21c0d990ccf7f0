package dev.optimist.elasticsearch.it.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.optimist.elasticsearch.it.history.CasRegister.Cas;
import dev.optimist.elasticsearch.it.history.CasRegister.Increment;
import dev.optimist.elasticsearch.it.history.CasRegister.Modify;
import dev.optimist.elasticsearch.it.history.CasRegister.Operation;
import dev.optimist.elasticsearch.it.history.CasRegister.Read;
import dev.optimist.elasticsearch.it.history.CasRegister.Value;
import dev.optimist.elasticsearch.it.history.History.Entry;
import dev.optimist.elasticsearch.it.history.LinearizabilityChecker.Outcome;
import dev.optimist.elasticsearch.it.history.LinearizabilityChecker.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinearizabilityCheckerTest {
    private final History<Operation> history = new History<>(Operation.class);

    @Test
    void nothingHappened() {
        assertThat(new LinearizabilityChecker<>(CasRegister.absent()).check(history))
                .isEmpty();
    }

    @Test
    void concurrentOnesMayHaveHappenedInAnyOrder() {
        add(0, 10, new Increment(1, 2L));
        add(1, 9, new Increment(1, 1L));
        add(2, 8, new Read(1L));
        assertThat(check().prefix()).extracting(Entry::called).containsExactly(1L, 2L, 0L);
        assertThat(check().linearizable()).isTrue();
    }

    @Test
    void whatIsOverAtTheSameTimeIsConcurrent() {
        add(0, 5, new Increment(1, 2L));
        add(5, 9, new Increment(1, 1L));
        assertThat(check().linearizable()).isTrue();
    }

    @Test
    void lostUpdate() {
        add(0, 3, new Increment(1, 1L));
        add(1, 4, new Increment(1, 1L));
        wrong(1, 1);
    }

    @Test
    void appliedTwice() {
        add(0, 1, new Increment(1, 1L));
        add(2, 3, new Read(2L));
        wrong(1, 1);
    }

    @Test
    void staleRead() {
        add(0, 1, new Modify(null, 1L));
        add(2, 3, new Modify(1L, 2L));
        add(4, 5, new Read(1L));
        wrong(2, 1);
        assertThat(check().toString()).contains("2 of 3", "state 2", "Read[number=1]@4..5");
    }

    @Test
    void unknownAppliedLate() {
        history.addUnknown("doc", 0, Increment.unknown());
        add(1, 2, new Read(null));
        add(3, 4, new Increment(1, 1L));
        add(5, 6, new Read(2L));
        assertThat(check().linearizable()).isTrue();
        assertThat(check().prefix()).hasSize(4);
    }

    @Test
    void unknownNeverApplied() {
        history.addUnknown("doc", 0, Increment.unknown());
        add(1, 2, new Increment(1, 1L));
        add(3, 4, new Read(1L));
        assertThat(check().linearizable()).isTrue();
        assertThat(check().prefix()).hasSize(2);
    }

    @Test
    void unknownAppliedTwice() {
        history.addUnknown("doc", 0, Increment.unknown());
        add(1, 2, new Read(2L));
        wrong(1, 1); // it takes effect, and then the read is stuck
    }

    @Test
    void unknownAppliedBeforeItsCall() {
        add(0, 1, new Read(1L));
        history.addUnknown("doc", 2, Increment.unknown());
        wrong(0, 1);
    }

    @Test
    void twoUnknownOnesThatAreEqualEachCountOnce() {
        history.addUnknown("doc", 0, Increment.unknown());
        add(1, 2, new Read(1L));
        history.addUnknown("doc", 3, Increment.unknown());
        add(4, 5, new Read(2L));
        assertThat(check().linearizable()).isTrue();
        add(6, 7, new Read(3L));
        assertThat(check().linearizable()).isFalse();
    }

    @Test
    void refusedCasThatWasRight() {
        add(0, 1, new Modify(null, 1L));
        add(2, 4, new Cas(1L, 2L, true));
        add(3, 6, new Cas(1L, 3L, false));
        add(7, 8, new Read(2L));
        assertThat(check().linearizable()).isTrue();
    }

    @Test
    void refusedCasThatCouldHaveSucceeded() {
        add(0, 1, new Modify(null, 1L));
        add(2, 3, new Cas(1L, 2L, false));
        add(4, 5, new Read(1L));
        wrong(1, 1);
    }

    @Test
    void twoCasOfOneValue() {
        add(0, 1, new Modify(null, 1L));
        add(2, 5, new Cas(1L, 2L, true));
        add(3, 6, new Cas(1L, 3L, true));
        wrong(2, 1);
    }

    @Test
    void aCasOfUnknownOutcomeIsRightOrLeftOut() {
        add(0, 1, new Modify(null, 1L));
        history.addUnknown("doc", 2, new Cas(1L, 2L, true));
        add(3, 4, new Read(1L));
        add(5, 6, new Read(2L));
        assertThat(check().linearizable()).isTrue();
        add(7, 8, new Read(1L));
        assertThat(check().linearizable()).isFalse();
    }

    @Test
    void deletes() {
        add(0, 1, new Modify(null, 5L));
        add(2, 3, new Modify(5L, null));
        add(4, 5, new Read(null));
        add(6, 7, new Increment(3, 3L));
        assertThat(check().linearizable()).isTrue();
    }

    @Test
    void documentsAreIndependent() {
        add(0, 1, new Increment(1, 1L));
        history.add("other", 2, 3, new Increment(1, 1L));
        history.add("third", 2, 3, new Increment(1, 2L));
        assertThat(new LinearizabilityChecker<>(CasRegister.absent()).check(history))
                .hasSize(3)
                .allSatisfy((name, result) -> assertThat(result.linearizable()).isEqualTo(!name.equals("third")));
    }

    @Test
    void inconclusiveAfterTooManyStates() {
        for (int i = 1; i <= 10; i++) {
            add(2L * i, 2L * i + 1, new Increment(1, (long) i));
        }
        CasRegister model = CasRegister.absent();
        Result<Operation> result = check(new LinearizabilityChecker<>(model, 5, Duration.ofMinutes(1)));
        assertThat(result.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(result.linearizable()).isFalse();
        assertThat(result.explanation()).startsWith("gave up after 5 states");
        assertThat(check().linearizable()).isTrue();
    }

    @Test
    void inconclusiveAfterTooLong() {
        // any order of these gives another sum of what is done, so that nothing is seen again
        for (int i = 0; i < 40; i++) {
            add(i, 100, new Increment(1L << i, null));
        }
        add(101, 102, new Read(-1L));
        Result<Operation> result =
                check(new LinearizabilityChecker<>(CasRegister.absent(), Integer.MAX_VALUE, Duration.ofMillis(50)));
        assertThat(result.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    }

    @Test
    void refusesBadBoundsAndTimes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LinearizabilityChecker<>(CasRegister.absent(), 0, Duration.ofMinutes(1)))
                .withMessageStartingWith("maxStates");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> add(2, 1, new Read(1L)))
                .withMessageStartingWith("returned");
    }

    @Test
    void dumpIsReadAgain(@TempDir Path folder) throws IOException {
        add(history.tick(), history.tick(), new Modify(null, Long.MAX_VALUE));
        add(history.tick(), history.tick(), new Modify(Long.MAX_VALUE, null));
        add(history.tick(), history.tick(), new Read(null));
        add(history.tick(), history.tick(), new Increment(2, 2L));
        history.addUnknown("doc", history.tick(), Increment.unknown());
        add(history.tick(), history.tick(), new Cas(3L, 7L, false));
        history.add("other \"1\"\n", 0, 1, new Cas(null, 7L, true));
        Path file = folder.resolve("history.jsonl");
        history.dump(file);
        assertThat(Files.readAllLines(file))
                .hasSize(7)
                .contains("{\"document\":\"doc\",\"called\":4,\"returned\":5,"
                        + "\"operation\":{\"type\":\"read\",\"number\":null}}");

        History<Operation> read = History.read(file, Operation.class);
        assertThat(read.byDocument()).isEqualTo(history.byDocument());
        LinearizabilityChecker<Value, Operation> checker = new LinearizabilityChecker<>(CasRegister.absent());
        assertThat(checker.check(read)).isEqualTo(checker.check(history));
    }

    private void add(long called, long returned, Operation operation) {
        history.add("doc", called, returned, operation);
    }

    private Result<Operation> check() {
        return check(new LinearizabilityChecker<>(CasRegister.absent()));
    }

    private Result<Operation> check(LinearizabilityChecker<Value, Operation> checker) {
        return checker.check("doc", history.byDocument().getOrDefault("doc", List.of()));
    }

    private void wrong(int fit, int stuck) {
        Result<Operation> result = check();
        assertThat(result.outcome()).isEqualTo(Outcome.NOT_LINEARIZABLE);
        assertThat(result.prefix()).as("%s", result).hasSize(fit);
        assertThat(result.stuck()).as("%s", result).hasSize(stuck);
    }
}
