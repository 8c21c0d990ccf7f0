package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.BatchScenario.Text;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** Whatever threads do to a lane at the same time, they see what they would if they came one after the other. */
class LaneInterleavingsTest {

    /** Lincheck chooses scenarios and interleavings, the same in every run. */
    @Test
    void aLaneIsOneStepAtATime() {
        new ModelCheckingOptions()
                .sequentialSpecification(Specification.class)
                .threads(2)
                .actorsBefore(2)
                .actorsPerThread(3)
                .actorsAfter(2)
                .iterations(40)
                .invocationsPerIteration(100)
                .check(Real.class);
    }

    /** What Lincheck may call. */
    @Param(name = "call", gen = IntGen.class, conf = "0:1")
    public static class Real {
        private static final List<Call<Text>> CALLS = List.of(call(), call());
        private static final Batch<Text> UNFINISHED = Batch.of(CALLS.get(0));

        private final Lane lane = new Lane(true);

        private static Call<Text> call() {
            return new BatchScenario().call("of some lane");
        }

        private final Set<Thread> completed = ConcurrentHashMap.newKeySet();
        private final Complete complete = new Complete(completed);

        private record Complete(Set<Thread> by) implements Runnable {
            @Override
            public void run() {
                by.add(Thread.currentThread());
            }
        }

        @Operation
        public String enter(@Param(name = "call") int call) {
            String entry = lane.enter(CALLS.get(call)).name();
            return completed.remove(Thread.currentThread()) ? entry + ", complete" : entry;
        }

        @Operation
        public boolean gather() {
            return lane.gather(2, complete);
        }

        /** The timer and the last call that was wanted come at the same time: one of them goes on, and one only. */
        @Operation
        public boolean goOn() {
            return lane.goOn(complete);
        }

        @Operation
        public int next() {
            Call<?> next = lane.next();
            return next == null ? -1 : CALLS.indexOf(next);
        }

        @Operation
        public void remove(@Param(name = "call") int call) {
            lane.lock();
            try {
                lane.remove(CALLS.get(call));
            } finally {
                lane.unlock();
            }
        }

        @Operation
        public boolean hasOthers(@Param(name = "call") int call) {
            return lane.hasOthers(CALLS.get(call));
        }

        @Operation
        public boolean leave() {
            return lane.leave(null);
        }

        @Operation
        public boolean leaveUnfinished() {
            return lane.leave(UNFINISHED);
        }

        /** Who closes the client takes it in the same way as who leads next: only one may get it. */
        @Operation
        public boolean unfinished() {
            return lane.unfinished() != null;
        }

        @Operation
        public boolean retire() {
            return lane.retire();
        }
    }

    /** The same for one thread. */
    public static class Specification {
        private final Deque<Integer> waiting = new ArrayDeque<>();
        private String stage = "idle";
        private boolean unfinished;
        private boolean gathering;

        public String enter(int call) {
            if (stage.equals("gone")) {
                return "GONE";
            }
            waiting.add(call);
            if (stage.equals("idle")) {
                return led("LEADS");
            }
            return waiting.size() >= 2 && goOn() ? "WAITS, complete" : "WAITS";
        }

        public boolean gather() {
            boolean wanted = waiting.size() < 2;
            gathering |= wanted;
            return wanted;
        }

        public boolean goOn() {
            boolean was = gathering;
            gathering = false;
            return was;
        }

        private <R> R led(R result) {
            stage = "led";
            return result;
        }

        public int next() {
            return waiting.isEmpty() ? -1 : waiting.peek();
        }

        public void remove(int call) {
            waiting.remove(call);
        }

        public boolean hasOthers(int call) {
            return waiting.stream().anyMatch(other -> other != call);
        }

        public boolean leave() {
            return left(false);
        }

        public boolean leaveUnfinished() {
            return left(true);
        }

        private boolean left(boolean work) {
            unfinished = work;
            stage = work || !waiting.isEmpty() ? "led" : "idle";
            return stage.equals("led");
        }

        public boolean unfinished() {
            boolean was = unfinished;
            unfinished = false;
            return was;
        }

        public boolean retire() {
            boolean idle = stage.equals("idle");
            stage = idle ? "gone" : stage;
            return idle;
        }
    }
}
