package dev.optimist.elasticsearch.it.history;

import dev.optimist.elasticsearch.it.history.ListAppendChecker.Answer;
import dev.optimist.elasticsearch.it.history.ListAppendChecker.Element;
import dev.optimist.elasticsearch.it.history.ListAppendChecker.Operation;
import dev.optimist.elasticsearch.it.history.ListAppendChecker.Outcome;
import dev.optimist.elasticsearch.it.history.ListAppendChecker.Told;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts and explains, document by document, for {@link ListAppendChecker}. For one thread. */
final class ListAppendFindings {
    private static final int MAX_EXPLANATIONS = 20;

    private final List<String> explanations = new ArrayList<>();
    private final boolean shared;
    private int operations;
    private int lost;
    private int twice;
    private int disorder;
    private int phantom;
    private int unknown;
    private int unknownApplied;

    ListAppendFindings(boolean shared) {
        this.shared = shared;
    }

    Verdict verdict() {
        return new Verdict(operations, lost, twice, disorder, phantom, unknown, unknownApplied, explanations);
    }

    void add(String document, Told told, List<String> finalList) {
        Map<String, List<Integer>> positions = new LinkedHashMap<>();
        for (int i = 0; i < finalList.size(); i++) {
            positions.computeIfAbsent(finalList.get(i), id -> new ArrayList<>()).add(i);
        }
        positions.forEach((id, at) -> inTheList(document, id, at, told.operations.get(id)));

        List<Answer> answers = new ArrayList<>();
        List<Answer> kept = new ArrayList<>();
        // by name, so that the explanations are the same each time
        new TreeMap<>(told.operations).forEach((id, operation) -> {
            operations++;
            if (operation.outcome() == Outcome.UNKNOWN) {
                unknown++;
                unknownApplied += positions.containsKey(id) ? 1 : 0;
            }
            Answer answer = operation.answer();
            if (answer != null) {
                answers.add(answer);
                if (positions.containsKey(id)) {
                    kept.add(answer);
                } else {
                    lost++;
                    explain(
                            document,
                            id,
                            "lost: acknowledged with " + answer.token() + " at position " + answer.position()
                                    + ", not among the " + finalList.size() + " of the final list");
                }
            }
        });
        Set<String> disordered = new HashSet<>();
        ownIds(document, answers, disordered);
        tokens(document, answers, disordered);
        // that what a lost one was told is not in the final list is no second error
        prefixes(document, kept, told.root, finalList, disordered);
        lengths(document, kept, disordered);
        disorder += disordered.size();
    }

    private void inTheList(String document, String id, List<Integer> at, @Nullable Operation operation) {
        if (at.size() > 1) {
            twice++;
            explain(document, id, "twice: at positions " + at);
        }
        if (operation == null) {
            phantom++;
            explain(document, id, "phantom: never told of, at positions " + at);
        } else if (operation.outcome() == Outcome.NOT_APPLIED) {
            phantom++;
            explain(document, id, "phantom: told not to be applied, at positions " + at);
        }
    }

    private void ownIds(String document, List<Answer> answers, Set<String> disordered) {
        for (Answer answer : answers) {
            String last = answer.list().id;
            if (answer.position() < 0) {
                disordered.add(answer.operation());
                explain(
                        document,
                        answer.operation(),
                        "disorder: not in the list of " + answer.list().length + " that it was told");
            } else if (!shared && !answer.recovered() && !last.equals(answer.operation())) {
                disordered.add(answer.operation());
                explain(
                        document,
                        answer.operation(),
                        "disorder: at position " + answer.position() + " of the list that it was told, where " + last
                                + " is the last, at position " + (answer.list().length - 1));
            }
        }
    }

    private void tokens(String document, List<Answer> answers, Set<String> disordered) {
        Map<String, Answer> byToken = new LinkedHashMap<>();
        for (Answer answer : answers) {
            Answer other = byToken.putIfAbsent(answer.token(), answer);
            if (other != null && !(shared && other.list() == answer.list())) {
                disordered.add(answer.operation());
                explain(
                        document,
                        answer.operation(),
                        "disorder: told " + answer.token() + " at position " + answer.position() + ", as was "
                                + other.operation() + " at position " + other.position());
            }
        }
    }

    private void prefixes(
            String document, List<Answer> kept, Element root, List<String> finalList, Set<String> disordered) {
        Set<Element> prefixes = new HashSet<>();
        Element last = root;
        prefixes.add(root);
        for (String id : finalList) {
            last = last.child(id);
            if (last == null) {
                break;
            }
            prefixes.add(last);
        }
        for (Answer answer : kept) {
            if (!prefixes.contains(answer.list())) {
                disordered.add(answer.operation());
                explain(
                        document,
                        answer.operation(),
                        "disorder: the final list does not begin with the " + answer.list().length
                                + " that it was told; its own position is told to be " + answer.position()
                                + " and is in the end " + finalList.indexOf(answer.operation()));
            }
        }
    }

    /** Later tokens go with longer lists; what was recovered has written a list again as it was. */
    private void lengths(String document, List<Answer> kept, Set<String> disordered) {
        kept.sort(Comparator.comparingLong(Answer::seqNo).thenComparingLong(Answer::primaryTerm));
        Answer before = null;
        for (Answer answer : kept) {
            // of one token it is said elsewhere
            if (before != null && !before.token().equals(answer.token())) {
                int growth = answer.list().length - before.list().length;
                if (growth < 0 || (growth == 0 && !answer.recovered())) {
                    disordered.add(answer.operation());
                    explain(
                            document,
                            answer.operation(),
                            "disorder: told a list of " + answer.list().length + " with " + answer.token() + ", after "
                                    + before.operation() + " was told one of " + before.list().length + " with "
                                    + before.token());
                }
            }
            before = answer;
        }
    }

    private void explain(String document, String operation, String what) {
        if (explanations.size() < MAX_EXPLANATIONS) {
            explanations.add(document + ": " + operation + ": " + what);
        }
    }
}
