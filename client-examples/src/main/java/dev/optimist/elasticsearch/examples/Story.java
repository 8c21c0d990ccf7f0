package dev.optimist.elasticsearch.examples;

import dev.optimist.elasticsearch.examples.Wire.Exchange;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells what an example does, step by step: a heading, what went over the wire, and what happened in words; and counts
 * which steps came out as told. For one thread.
 */
public final class Story {
    private final PrintStream out;
    private final Wire wire;
    private int asTold;
    private int otherwise;
    private int steps;
    private @Nullable Step current;

    /** The step that is being told. */
    private static final class Step {
        private final List<String> surprises = new ArrayList<>();
        private @Nullable Exchange last;
    }

    /** The steps of a chapter. */
    public interface Example {
        /** Tells them. */
        void run() throws Exception;
    }

    /**
     * Begins.
     *
     * @param out where to
     * @param wire which the examples' clients are connected to
     */
    public Story(PrintStream out, Wire wire) {
        this.out = out;
        this.wire = wire;
    }

    /**
     * Tells a chapter. If it throws, its current step has come out otherwise, and the rest of it, which builds on that, is
     * left out.
     *
     * @param title its heading
     * @param example tells its steps
     */
    public void chapter(String title, Example example) {
        out.println();
        out.println(title);
        out.println("=".repeat(title.length()));
        steps = 0;
        try {
            example.run();
            if (current != null) {
                missed("the end of the step");
                so("");
            }
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            if (current == null) {
                step("(between two steps)");
            }
            surprise("this was thrown, and the rest of the chapter is left out: " + e);
            so("");
        }
    }

    /**
     * Begins a step.
     *
     * @param heading what is about to be done
     */
    public void step(String heading) {
        if (current != null) {
            throw new IllegalStateException("the step before \"" + heading + "\" has no end");
        }
        current = new Step();
        steps++;
        wire.take(); // what went before is not this step's
        out.println();
        out.println("(" + steps + ") " + heading);
    }

    /**
     * Sends a request by hand, past the library, as the tutorials do.
     *
     * @param method such as {@code PUT}
     * @param uri path and parameters
     * @param body JSON
     */
    public Exchange send(String method, String uri, String body) {
        PlainHttp.send(wire.url(), method, uri, body);
        heard();
        return Objects.requireNonNull(step().last, "the wire has heard nothing");
    }

    /** Returns the HTTP status of the last answer of this step; 0 if there was none. */
    public int lastStatus() {
        heard();
        Exchange last = step().last;
        return last == null ? 0 : last.status();
    }

    /**
     * Checks a fact of the step.
     *
     * @param what it is
     * @param told what the tutorial says
     * @param came what came
     */
    public void expect(String what, Object told, @Nullable Object came) {
        if (!Objects.equals(told, came)) {
            surprise(what + ": expected " + told + ", came " + came);
        }
    }

    /**
     * Says that something which had to come has not.
     *
     * @param what it is
     */
    public void missed(String what) {
        surprise("expected " + what + ", but it did not come");
    }

    /**
     * Prints a line of what is being done.
     *
     * @param line to print
     */
    public void note(String line) {
        out.println("    " + line);
    }

    /**
     * Ends a step.
     *
     * @param words what has happened, if all came as told
     */
    public void so(String words) {
        heard();
        out.println();
        List<String> surprises = step().surprises;
        if (surprises.isEmpty()) {
            asTold++;
            Page.wrap(words).forEach(line -> out.println("  " + line));
        } else {
            otherwise++;
            surprises.forEach(surprise -> out.println("  NOT AS TOLD: " + surprise));
        }
        current = null;
    }

    /** Returns how many steps came out as told. */
    public int asTold() {
        return asTold;
    }

    /** Returns how many did not. */
    public int otherwise() {
        return otherwise;
    }

    /**
     * Prints how many steps came out as told and how many otherwise.
     *
     * @param of what the steps are of, in a word
     */
    public void end(String of) {
        out.println();
        out.println(of + " steps: " + asTold + " as told, " + otherwise + " otherwise");
    }

    private void surprise(String words) {
        step().surprises.add(words);
    }

    /** Prints what has gone over the wire meanwhile. */
    private void heard() {
        for (Exchange exchange : wire.take()) {
            step().last = exchange;
            Page.of(exchange).forEach(line -> out.println(line.isEmpty() ? "" : "    " + line));
        }
    }

    private Step step() {
        if (current == null) {
            throw new IllegalStateException("no step has begun");
        }
        return current;
    }
}
