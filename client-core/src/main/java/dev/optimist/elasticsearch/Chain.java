package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.Call.Part;
import dev.optimist.elasticsearch.Steps.Prepared;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Functions of several calls applied one after the other, each to what the one before made of the document, so that one
 * write carries them all. Made anew for each attempt.
 *
 * @param <T> the class of the document
 */
final class Chain<T> {
    private final State read;
    private final int mostNames;
    private final Supplier<Steps<T>> steps;
    private List<String> names = List.of();

    /**
     * Nothing is applied yet.
     *
     * @param read what the first function gets
     * @param mostNames how many callers' own write ids one write may carry
     * @param steps gives what makes writes, when one is needed
     */
    Chain(State read, int mostNames, Supplier<Steps<T>> steps) {
        this.read = read;
        this.mostNames = mostNames;
        this.steps = steps;
    }

    /**
     * Applies the functions and notes with each call what it came to. Returns the write of all that changed something, or null
     * if nothing did.
     *
     * @param oneByOne whether a write carries one change only
     * @param changing takes those whose changes are in the write
     */
    @Nullable
    Prepared<T> apply(List<Call<T>> calls, boolean oneByOne, List<Call<T>> changing) {
        Prepared<T> last = null;
        boolean closed = false;
        for (Call<T> call : calls) {
            call.part = Part.NONE;
            call.failure = null;
            closed |= call.writeId() != null && names.size() >= mostNames;
            Prepared<T> prepared = call.isDone() || closed ? null : part(call, after(last));
            if (prepared == null) {
                continue;
            }
            byte[] document = prepared.document();
            if (document == null && last != null) { // what is deleted is the document as stored: the changes go first
                call.part = Part.NONE;
                closed = true;
                continue;
            }
            changing.add(call);
            last = prepared;
            closed = document == null || oneByOne;
        }
        return last;
    }

    /** Returns the document as this write of the calls before leaves it. */
    private State after(@Nullable Prepared<T> last) {
        byte[] document = last == null ? null : last.document();
        return document == null ? read : read.with(document);
    }

    /** Applies one function; null if it adds nothing to the write. */
    private @Nullable Prepared<T> part(Call<T> call, State now) {
        String name = call.writeId();
        if (name != null && (read.contains(name) || names.contains(name))) { // or in a call before it, in this write
            call.part = Part.FOUND;
            call.seen |= read.contains(name);
        } else if (call.seen) {
            call.part = Part.FORGOTTEN;
            return null;
        }
        try {
            if (call.part == Part.FOUND) {
                return steps.get().confirm(now, names);
            }
            List<String> withName = name == null ? names : plus(names, name);
            Prepared<T> prepared = steps.get().prepare(now, call.modify(now), withName);
            if (prepared.isWrite()) {
                call.part = Part.CHANGED;
                names = withName;
                return prepared;
            }
            call.part = Part.UNCHANGED;
        } catch (Throwable t) { // whatever the user's function throws is its caller's alone
            call.part = Part.FAILED;
            call.failure = t;
        }
        return null;
    }

    private static List<String> plus(List<String> names, String name) {
        List<String> more = new ArrayList<>(names);
        more.add(name);
        return more;
    }
}
