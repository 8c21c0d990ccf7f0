package dev.optimist.elasticsearch.it.history;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * For documents that hold a list to which every operation appends its own id: from what callers were told and the final
 * lists it says exactly which operation was lost, applied twice, or told something wrong.
 *
 * <p>Every operation has an id that is unique in its document, and is told of exactly once. Thread-safe; {@link #check} is
 * for after the last operation. Lists that begin alike share their memory, so that all the lists of a correct document take
 * as much as its longest one.
 */
public final class ListAppendChecker {
    private final Map<String, Told> documents = new ConcurrentHashMap<>();
    private final boolean shared;

    /** For operations with a write each. */
    public ListAppendChecker() {
        this(false);
    }

    /**
     * For such or others.
     *
     * @param shared whether operations may share a write: those told the same token must be told the same list, and need
     *     not be its last
     */
    public ListAppendChecker(boolean shared) {
        this.shared = shared;
    }

    enum Outcome {
        ACKNOWLEDGED,
        UNKNOWN,
        NOT_APPLIED
    }

    /**
     * One operation.
     *
     * @param outcome what its caller knows
     * @param answer what it was told, if it is acknowledged
     */
    record Operation(Outcome outcome, @Nullable Answer answer) {}

    /**
     * What an acknowledged operation was told.
     *
     * @param operation its id
     * @param position where its id first is in the list, -1 if it is not
     * @param list the last element of the list
     */
    record Answer(String operation, long seqNo, long primaryTerm, int position, Element list, boolean recovered) {
        String token() {
            return "seqNo " + seqNo + " primaryTerm " + primaryTerm;
        }
    }

    /** An element of a list and, through the ones before it, the whole list. The root is before the first. */
    static final class Element {
        final String id;
        final int length;
        private @Nullable Element firstChild;
        private @Nullable Element sibling;

        Element(String id, int length) {
            this.id = id;
            this.length = length;
        }

        /** Returns the list that is longer by an id, or null if nobody was told of it. */
        @Nullable
        Element child(String next) {
            Element child = firstChild;
            while (child != null && !child.id.equals(next)) {
                child = child.sibling;
            }
            return child;
        }

        Element childOrNew(String next) {
            Element child = child(next);
            if (child == null) {
                child = new Element(next, length + 1);
                child.sibling = firstChild;
                firstChild = child;
            }
            return child;
        }
    }

    /** All about one document; its own lock guards it. */
    static final class Told {
        final Map<String, Operation> operations = new HashMap<>();
        final Element root = new Element("", 0);

        synchronized void add(String id, Operation operation) {
            if (operations.putIfAbsent(id, operation) != null) {
                throw new IllegalArgumentException("operation: " + id + " was told of before");
            }
        }

        synchronized Element element(List<String> list) {
            Element last = root;
            for (String id : list) {
                last = last.childOrNew(id);
            }
            return last;
        }
    }

    /**
     * The call said that the operation was applied.
     *
     * @param document the document
     * @param operation the operation's id
     * @param seqNo of the token that was returned
     * @param primaryTerm of the token that was returned
     * @param returned the list that was returned
     * @param recovered whether the call found its own earlier write and wrote the same content again: others may then have
     *     appended after it
     * @throws IllegalArgumentException if the operation was told of before
     */
    public void acknowledged(
            String document, String operation, long seqNo, long primaryTerm, List<String> returned, boolean recovered) {
        Told told = told(document);
        Answer answer = new Answer(
                operation, seqNo, primaryTerm, returned.indexOf(operation), told.element(returned), recovered);
        told.add(operation, new Operation(Outcome.ACKNOWLEDGED, answer));
    }

    /**
     * Nobody knows whether the operation was applied, or will be.
     *
     * @throws IllegalArgumentException if the operation was told of before
     */
    public void unknown(String document, String operation) {
        told(document).add(operation, new Operation(Outcome.UNKNOWN, null));
    }

    /**
     * The call said that nothing was written.
     *
     * @throws IllegalArgumentException if the operation was told of before
     */
    public void notApplied(String document, String operation) {
        told(document).add(operation, new Operation(Outcome.NOT_APPLIED, null));
    }

    private Told told(String document) {
        return documents.computeIfAbsent(document, d -> new Told());
    }

    /**
     * Compares what was told with what there is.
     *
     * @param finalLists the list of each document, read when nothing was under way any more; one that is missing is empty
     */
    public Verdict check(Map<String, List<String>> finalLists) {
        ListAppendFindings findings = new ListAppendFindings(shared);
        TreeSet<String> names = new TreeSet<>(documents.keySet());
        names.addAll(finalLists.keySet());
        for (String name : names) {
            Told told = documents.getOrDefault(name, new Told());
            synchronized (told) {
                findings.add(name, told, finalLists.getOrDefault(name, List.of()));
            }
        }
        return findings.verdict();
    }
}
