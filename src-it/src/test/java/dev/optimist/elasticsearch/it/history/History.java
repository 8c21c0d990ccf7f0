package dev.optimist.elasticsearch.it.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who called what when, and what came back. Thread-safe.
 *
 * <p>An operation of which it is certain that it did nothing, and which told nothing about the document, is left out.
 *
 * @param <O> the operations of a {@link Model}, which Jackson can write and read
 */
public final class History<O> {
    /** The return time of an operation whose outcome is unknown: it may take effect at any time after the call, or never. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Class<O> operations;
    private final AtomicLong clock = new AtomicLong();
    private final Queue<Entry<O>> entries = new ConcurrentLinkedQueue<>();

    /**
     * One operation.
     *
     * @param document the document that it is about
     * @param called the time just before the call, in any unit
     * @param returned the time just after it, not before {@code called}; or {@link #NEVER}
     * @param operation the operation with its outcome
     * @param <O> its class
     */
    public record Entry<O>(String document, long called, long returned, O operation) {
        /** Checks that time does not run backwards. */
        public Entry {
            Objects.requireNonNull(document, "document");
            Objects.requireNonNull(operation, "operation");
            if (returned < called) {
                throw new IllegalArgumentException("returned: " + returned + " is before the call at " + called);
            }
        }

        // not named as a getter: it would become a field of the JSON
        boolean outcomeUnknown() {
            return returned == NEVER;
        }

        @Override
        public String toString() {
            return operation + "@" + called + ".." + (outcomeUnknown() ? "?" : returned);
        }
    }

    /**
     * Makes an empty one.
     *
     * @param operations the class of the operations, by which they are written and read
     */
    public History(Class<O> operations) {
        this.operations = operations;
    }

    /**
     * Returns the time by a clock that counts how often it was looked at. It orders calls and returns of all threads of
     * this JVM as they happened, and no two are at once, which cannot be said of {@link System#nanoTime()}.
     */
    public long tick() {
        return clock.getAndIncrement();
    }

    /** Adds an operation that returned; times are of {@link #tick()}, or all of another clock. */
    public void add(String document, long called, long returned, O operation) {
        entries.add(new Entry<>(document, called, returned, operation));
    }

    /** Adds an operation with an unknown outcome: it is what happens in case that it takes effect. */
    public void addUnknown(String document, long called, O operation) {
        add(document, called, NEVER, operation);
    }

    /** Returns the operations of each document, by the time of the call. */
    public Map<String, List<Entry<O>>> byDocument() {
        Map<String, List<Entry<O>>> documents = new TreeMap<>();
        for (Entry<O> entry : entries) {
            documents.computeIfAbsent(entry.document(), d -> new ArrayList<>()).add(entry);
        }
        documents.values().forEach(list -> list.sort(Comparator.comparingLong(Entry::called)));
        return documents;
    }

    /**
     * Writes the history, one operation a line in JSON; an existing file is replaced.
     *
     * @throws IOException if the file cannot be written
     */
    public void dump(Path file) throws IOException {
        // the type has to be said: by itself Jackson does not write the kind of an operation inside of a generic record
        ObjectWriter writer = JSON.writerFor(JSON.getTypeFactory().constructParametricType(Entry.class, operations));
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (List<Entry<O>> document : byDocument().values()) {
                for (Entry<O> entry : document) {
                    out.write(writer.writeValueAsString(entry));
                    out.write('\n');
                }
            }
        }
    }

    /**
     * Reads what {@link #dump} has written, to be checked again; nothing should be added, as its clock is not read.
     *
     * @throws IOException if the file cannot be read or holds something else
     */
    public static <O> History<O> read(Path file, Class<O> operations) throws IOException {
        History<O> history = new History<>(operations);
        ObjectReader reader = JSON.readerFor(JSON.getTypeFactory().constructParametricType(Entry.class, operations));
        for (String line : Files.readAllLines(file)) {
            Entry<O> entry = reader.readValue(line);
            history.entries.add(entry);
        }
        return history;
    }
}
