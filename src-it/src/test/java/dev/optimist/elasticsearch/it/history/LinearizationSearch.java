package dev.optimist.elasticsearch.it.history;

import dev.optimist.elasticsearch.it.history.History.Entry;
import dev.optimist.elasticsearch.it.history.LinearizabilityChecker.Outcome;
import dev.optimist.elasticsearch.it.history.LinearizabilityChecker.Result;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The search of Wing and Gong with Lowe's memory of the states that led nowhere. Calls and returns are a linked list by
 * time; an operation that is put next is lifted out of it. Candidates are the calls before the first return. For one run
 * and one thread.
 */
final class LinearizationSearch<S, O> {
    /** In this order they are tried: what changes nothing, what has happened for certain, and what perhaps has. */
    private enum Turn {
        CHANGES_NOTHING,
        KNOWN,
        UNKNOWN
    }

    private static final class Operation<O> {
        final Entry<O> entry;
        final Turn turn;
        final int number; // from 0, known ones and unknown ones apart
        final @Nullable Operation<O> twin; // the one before that is unknown, too, and equal
        final Event<O> call = new Event<>(this);
        final Event<O> end = new Event<>(null);
        boolean lifted;

        Operation(Entry<O> entry, Turn turn, int number, @Nullable Operation<O> twin) {
            this.entry = entry;
            this.turn = turn;
            this.number = number;
            this.twin = twin;
        }
    }

    /** A call, or without an operation a return or the head of the list, which is a ring. */
    private static final class Event<O> {
        final @Nullable Operation<O> called;
        Event<O> before = this;
        Event<O> after = this;

        Event(@Nullable Operation<O> called) {
            this.called = called;
        }

        void unlink() {
            before.after = after;
            after.before = before;
        }

        void relink() {
            before.after = this;
            after.before = this;
        }
    }

    private record Choice<S, O>(Operation<O> operation, S stateBefore) {}

    /** What is done of the known ones is all before {@code base} and some after it, so few bits tell. */
    private record Memory<S>(int base, BitSet known, BitSet unknown, S state) {}

    private final Model<S, O> model;
    private final Event<O> head = new Event<>(null);
    private final BitSet known = new BitSet();
    private final BitSet unknown = new BitSet();
    private final Set<Memory<S>> seen = new HashSet<>();
    private final Deque<Choice<S, O>> choices = new ArrayDeque<>();
    private final int count;
    private int left;
    private S state;

    private int deepest = -1;
    private S deepestState;
    private List<Entry<O>> prefix = List.of();
    private List<Entry<O>> stuck = List.of();

    LinearizationSearch(Model<S, O> model, List<Entry<O>> entries) {
        this.model = model;
        state = model.initial();
        deepestState = state;
        record Timed<O>(long time, Event<O> event) {}
        List<Timed<O>> events = new ArrayList<>();
        Map<O, Operation<O>> twins = new HashMap<>();
        int certain = 0;
        int uncertain = 0;
        for (Entry<O> entry :
                entries.stream().sorted(Comparator.comparingLong(Entry::called)).toList()) {
            Operation<O> operation;
            if (entry.outcomeUnknown()) {
                operation = new Operation<>(entry, Turn.UNKNOWN, uncertain++, twins.get(entry.operation()));
                twins.put(entry.operation(), operation);
            } else {
                Turn turn = model.changesNothing(entry.operation()) ? Turn.CHANGES_NOTHING : Turn.KNOWN;
                operation = new Operation<>(entry, turn, certain++, null);
                events.add(new Timed<>(entry.returned(), operation.end));
            }
            events.add(new Timed<>(entry.called(), operation.call));
        }
        left = certain;
        count = certain;
        // at the same time calls come first: who knows, so they may be concurrent
        events.sort(Comparator.<Timed<O>>comparingLong(Timed::time).thenComparing(e -> e.event().called == null));
        for (Timed<O> timed : events) {
            timed.event().before = head.before;
            timed.event().after = head;
            timed.event().relink();
        }
    }

    Result<O> run(String document, int maxStates, Duration maxTime) {
        long start = System.nanoTime();
        Turn turn = Turn.CHANGES_NOTHING;
        Event<O> event = head.after;
        for (int i = 1; left > 0; i++) {
            if (seen.size() >= maxStates || (i % 1024 == 0 && System.nanoTime() - start > maxTime.toNanos())) {
                noteIfDeepest();
                return result(document, Outcome.INCONCLUSIVE, "gave up after " + seen.size() + " states. So far ");
            }
            boolean deadEnd = false;
            Operation<O> operation = event.called;
            if (operation != null) {
                Optional<S> next = operation.turn == turn && isNextTwin(operation)
                        ? model.step(state, operation.entry.operation())
                        : Optional.empty();
                if (next.isPresent()) {
                    S before = state;
                    put(operation, next.get());
                    if (seen.add(memory())) {
                        choices.push(new Choice<>(operation, before));
                        turn = Turn.CHANGES_NOTHING;
                        event = head.after;
                        continue;
                    }
                    takeBack(operation, before);
                    // it could be put here at no cost, and that leads nowhere: so does everything else
                    deadEnd = turn == Turn.CHANGES_NOTHING;
                }
                event = event.after;
            } else if (turn != Turn.UNKNOWN) {
                turn = turn == Turn.CHANGES_NOTHING ? Turn.KNOWN : Turn.UNKNOWN;
                event = head.after;
            } else {
                deadEnd = true;
            }
            if (deadEnd) {
                Operation<O> last = goBack();
                if (last == null) {
                    return result(document, Outcome.NOT_LINEARIZABLE, "");
                }
                turn = last.turn;
                event = last.call.after;
            }
        }
        prefix = inOrder();
        return new Result<>(
                document, Outcome.LINEARIZABLE, seen.size(), prefix, List.of(), "all " + count + " operations fit");
    }

    /** Of unknown ones that are equal, one is as good as the other: the earlier one goes first. */
    private boolean isNextTwin(Operation<O> operation) {
        return operation.twin == null || operation.twin.lifted;
    }

    private void put(Operation<O> operation, S next) {
        operation.lifted = true;
        operation.call.unlink();
        state = next;
        if (operation.turn == Turn.UNKNOWN) {
            unknown.set(operation.number);
        } else {
            operation.end.unlink();
            known.set(operation.number);
            left--;
        }
    }

    private void takeBack(Operation<O> operation, S before) {
        if (operation.turn == Turn.UNKNOWN) {
            unknown.clear(operation.number);
        } else {
            operation.end.relink();
            known.clear(operation.number);
            left++;
        }
        operation.call.relink();
        operation.lifted = false;
        state = before;
    }

    private Memory<S> memory() {
        int base = known.nextClearBit(0);
        return new Memory<>(base, known.get(base, Math.max(base, known.length())), (BitSet) unknown.clone(), state);
    }

    /** Takes back the last choice to which there is an alternative, or returns null if there is none. */
    private @Nullable Operation<O> goBack() {
        noteIfDeepest();
        while (!choices.isEmpty()) {
            Choice<S, O> last = choices.pop();
            takeBack(last.operation(), last.stateBefore());
            if (last.operation().turn != Turn.CHANGES_NOTHING) {
                return last.operation();
            }
        }
        return null;
    }

    private void noteIfDeepest() {
        if (count - left <= deepest) {
            return;
        }
        deepest = count - left;
        deepestState = state;
        prefix = inOrder();
        stuck = new ArrayList<>();
        Operation<O> candidate = head.after.called;
        while (candidate != null) {
            stuck.add(candidate.entry);
            candidate = candidate.call.after.called;
        }
    }

    private List<Entry<O>> inOrder() {
        List<Entry<O>> order = new ArrayList<>();
        choices.descendingIterator().forEachRemaining(choice -> order.add(choice.operation().entry));
        return order;
    }

    private Result<O> result(String document, Outcome outcome, String why) {
        String explanation = why + deepest + " of " + count + " operations fit, up to the state " + deepestState
                + ". Then none of these can come next: " + shortened(stuck) + ". The last that fit: "
                + shortened(prefix.subList(Math.max(0, prefix.size() - 10), prefix.size()));
        return new Result<>(document, outcome, seen.size(), prefix, stuck, explanation);
    }

    private String shortened(List<Entry<O>> entries) {
        return entries.size() <= 20
                ? entries.toString()
                : entries.subList(0, 20) + " and " + (entries.size() - 20) + " more";
    }
}
