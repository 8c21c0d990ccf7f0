package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.AttemptsExhaustedException.Limit;
import dev.optimist.elasticsearch.BatchScenario.Text;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A call that is taken back, cancelled or closed while its leader sends it: how it ends is what has happened. */
class CallInterleavingsTest {

    /** Lincheck chooses the interleavings, the same in every run. */
    @Test
    void whoeverIsFirstDecides() {
        eachOperationOnce(InAWrite.class);
    }

    @Test
    void whoHasEndedTakesNoPartInAnotherAttempt() {
        eachOperationOnce(InAConflict.class);
    }

    private static void eachOperationOnce(Class<?> scenario) {
        new ModelCheckingOptions()
                .verifier(EpsilonVerifier.class) // the operations return nothing; see how it ends
                .threads(3)
                .actorsBefore(0)
                .actorsPerThread(1)
                .actorsAfter(0)
                .iterations(1) // there is one scenario only: each operation once, on a thread of its own
                .invocationsPerIteration(400)
                .check(scenario);
    }

    /** Two calls whose functions have been applied, by a leader who is about to send the write. */
    public static class InAWrite {
        private final BatchScenario scenario = new BatchScenario();
        private final Call<Text> a = scenario.call("a");
        private final Call<Text> b = scenario.call("b");
        private Steps.@Nullable Prepared<Text> write = scenario.compose(BatchScenario.read("-", 1));

        @Operation(runOnce = true)
        public void send() {
            while (write != null && !scenario.batch().commit()) {
                write = scenario.batch().compose(BatchScenario.read("-", 1), true);
            }
            if (write != null) {
                scenario.batch().acknowledged(write.send(1, Duration.ZERO));
            }
        }

        @Operation(runOnce = true)
        public void deadline() {
            a.takeBack(Limit.DEADLINE, null);
        }

        @Operation(runOnce = true)
        public void cancel() {
            b.cancel();
        }

        @Validate
        public void eachEndsAsWhatHasHappened() {
            String written = String.join(" ", scenario.sent);
            ended("a", a, written);
            ended("b", b, written);
        }

        private static void ended(String text, Call<Text> call, String sent) {
            boolean written = sent.contains(text);
            Throwable failure = call.isDone() ? failure(call) : null;
            boolean right;
            if (!call.isDone() || failure instanceof AttemptsExhaustedException) {
                right = !written;
            } else if (failure == null || failure instanceof OutcomeUnknownException) {
                right = written;
            } else {
                right = failure instanceof CancellationException; // says nothing
            }
            if (!right) { // no AssertJ in what Lincheck instruments
                throw new AssertionError(text + " ended with " + failure + ", sent: " + sent);
            }
        }

        private static @Nullable Throwable failure(Call<Text> call) {
            try {
                call.result();
                return null;
            } catch (Throwable t) {
                return t;
            }
        }
    }

    /** The same two, when the write has just met a conflict. */
    public static class InAConflict {
        private final BatchScenario scenario = new BatchScenario();
        private final Call<Text> a = scenario.call("a");
        private final Call<Text> b = scenario.call("b");

        public InAConflict() {
            if (scenario.compose(BatchScenario.read("-", 1)) == null
                    || !scenario.batch().commit()) {
                throw new AssertionError("nothing is sent");
            }
        }

        @Operation(runOnce = true)
        public void conflict() {
            scenario.batch().writeFailed(BatchScenario.conflict());
        }

        @Operation(runOnce = true)
        public void deadline() {
            a.takeBack(Limit.DEADLINE, null);
        }

        @Operation(runOnce = true)
        public void cancel() {
            b.cancel();
        }

        @Validate
        public void bothHaveEnded() {
            if (!a.isDone() || !b.isDone()) {
                throw new AssertionError("a is done: " + a.isDone() + ", b is done: " + b.isDone());
            }
        }
    }
}
