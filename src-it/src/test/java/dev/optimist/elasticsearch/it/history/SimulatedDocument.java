package dev.optimist.elasticsearch.it.history;

import dev.optimist.elasticsearch.it.history.CasRegister.Cas;
import dev.optimist.elasticsearch.it.history.CasRegister.Increment;
import dev.optimist.elasticsearch.it.history.CasRegister.Modify;
import dev.optimist.elasticsearch.it.history.CasRegister.Operation;
import dev.optimist.elasticsearch.it.history.CasRegister.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A document and its callers, acted out on one thread by a seeded random: each operation is called, takes effect, and
 * returns, and those of the other callers come in between.
 */
final class SimulatedDocument {
    private static final int CALLERS = 16;

    /** What goes wrong, once, with the increment in the middle of the history. */
    enum Fault {
        NONE,
        DROPPED,
        APPLIED_TWICE
    }

    private record Pending(long called, Operation operation) {}

    private final Random random;
    private final History<Operation> history = new History<>(Operation.class);
    private final List<Runnable> late = new ArrayList<>();
    private long number;

    SimulatedDocument(long seed) {
        random = new Random(seed);
    }

    /** Returns reads and increments; of a hundred, so many have an unknown outcome and come late, or never. */
    History<Operation> counter(int operations, int unknownPercent, Fault fault) {
        List<Pending> effective = new ArrayList<>();
        List<Long> called = new ArrayList<>();
        boolean faulty = fault == Fault.NONE;
        for (int done = 0; done < operations; ) {
            if (!late.isEmpty() && random.nextInt(50) == 0) {
                late.remove(random.nextInt(late.size())).run();
            }
            int step = random.nextInt(3);
            if (step == 0 && called.size() + effective.size() < CALLERS) {
                called.add(history.tick());
            } else if (step == 1 && !called.isEmpty()) {
                long call = called.remove(random.nextInt(called.size()));
                if (random.nextInt(100) < unknownPercent) {
                    history.addUnknown("doc", call, Increment.unknown());
                    if (random.nextBoolean()) {
                        late.add(() -> number++);
                    }
                    done++;
                } else if (random.nextInt(4) == 0) {
                    effective.add(new Pending(call, new Read(number)));
                } else {
                    number++;
                    effective.add(new Pending(call, new Increment(1, number)));
                    if (!faulty && done > operations / 2) {
                        faulty = true;
                        number += fault == Fault.DROPPED ? -1 : 1;
                    }
                }
            } else if (step == 2 && !effective.isEmpty()) {
                finish(effective);
                done++;
            }
        }
        while (!effective.isEmpty()) {
            finish(effective);
        }
        return history;
    }

    /** Returns reads, modifications and conditional writes of only so many numbers, from 0; it holds 0 at first. */
    History<Operation> register(int operations, int numbers) {
        List<Pending> effective = new ArrayList<>();
        List<Long> called = new ArrayList<>();
        for (int done = 0; done < operations; ) {
            int step = random.nextInt(3);
            if (step == 0 && called.size() + effective.size() < CALLERS) {
                called.add(history.tick());
            } else if (step == 1 && !called.isEmpty()) {
                effective.add(new Pending(called.remove(random.nextInt(called.size())), effect(numbers)));
            } else if (step == 2 && !effective.isEmpty()) {
                finish(effective);
                done++;
            }
        }
        while (!effective.isEmpty()) {
            finish(effective);
        }
        return history;
    }

    private Operation effect(int numbers) {
        long before = number;
        long to = random.nextInt(numbers);
        switch (random.nextInt(3)) {
            case 0 -> {
                return new Read(before);
            }
            case 1 -> {
                number = to;
                return new Modify(before, to);
            }
            default -> {
                long expected = random.nextInt(numbers);
                number = expected == before ? to : before;
                return new Cas(expected, to, expected == before);
            }
        }
    }

    private void finish(List<Pending> effective) {
        Pending pending = effective.remove(random.nextInt(effective.size()));
        history.add("doc", pending.called(), history.tick(), pending.operation());
    }
}
