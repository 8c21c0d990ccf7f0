package dev.optimist.elasticsearch.sync.verify;

import dev.optimist.elasticsearch.sync.verify.Difference.Kind;
import dev.optimist.elasticsearch.sync.verify.Suspect.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Differences that wait for another look; the oldest first. */
final class Suspects<T> {
    static final int MOST_LOOKS = 10;

    private final VerifyOptions<T> options;
    private final Looks<T> looks;
    private final Judge<T> judge;
    private final Pause pause;
    private final Findings<T> findings;
    private final Deque<Suspect> waiting = new ArrayDeque<>();

    /** Is told what is certain. */
    interface Findings<T> {
        void different(List<Found<T>> found) throws Exception;

        void unsettled(Key key);
    }

    /** A difference that is certain, and the look that made it so. */
    record Found<T>(Difference difference, Look<T> look) {}

    Suspects(VerifyOptions<T> options, Looks<T> looks, Judge<T> judge, Pause pause, Findings<T> findings) {
        this.options = options;
        this.looks = looks;
        this.judge = judge;
        this.pause = pause;
        this.findings = findings;
    }

    int size() {
        return waiting.size();
    }

    /** Looks at these for the first time, and waits while too many wait. */
    void add(List<Key> keys) throws Exception {
        if (!keys.isEmpty()) {
            for (Look<T> look : looks.at(keys)) {
                if (judge.compare(look.row(), look.indexed()) != null) {
                    waiting.add(Suspect.first(look, judge, due()));
                }
            }
        }
        while (!waiting.isEmpty() && (waiting.size() > options.suspects() || isDue())) {
            lookAgain();
        }
    }

    /** Waits until nothing waits. */
    void drain() throws Exception {
        while (!waiting.isEmpty()) {
            lookAgain();
        }
    }

    private boolean isDue() {
        return waiting.element().due() - pause.nanoTime() <= 0;
    }

    private long due() {
        return pause.nanoTime() + options.settle().toNanos();
    }

    private void lookAgain() throws Exception {
        while (!isDue()) {
            pause.sleep(waiting.element().due() - pause.nanoTime());
        }
        List<Suspect> due = new ArrayList<>();
        while (!waiting.isEmpty() && due.size() < options.pageSize() && isDue()) {
            due.add(waiting.remove());
        }
        judge(due, looks.at(due.stream().map(Suspect::key).toList()));
    }

    private void judge(List<Suspect> due, List<Look<T>> all) throws Exception {
        List<Found<T>> found = new ArrayList<>();
        int next = 0;
        for (Look<T> look : all) { // in the same order; some may have turned out to be another's
            while (!due.get(next).key().equals(look.key())) {
                next++;
            }
            Suspect before = due.get(next++);
            Kind kind = judge.compare(look.row(), look.indexed());
            Verdict verdict =
                    kind == null ? Verdict.EQUAL : before.judge(look, kind, judge, options.tombstones() != null);
            if (kind != null && verdict == Verdict.DIFFERENT) {
                found.add(new Found<>(look.difference(kind), look));
            } else if (verdict == Verdict.UNDECIDED) {
                again(before, look);
            }
        }
        if (!found.isEmpty()) {
            findings.different(found);
        }
    }

    private void again(Suspect before, Look<T> look) {
        if (before.looks() + 1 < MOST_LOOKS) {
            waiting.add(before.next(look, judge, due()));
        } else {
            findings.unsettled(look.key());
        }
    }
}
