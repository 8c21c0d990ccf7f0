package dev.optimist.elasticsearch.sync.jdbc;

import dev.optimist.elasticsearch.sync.jdbc.JdbcOptions.Overlap;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The rows of one relation in the order of (cursor, id), poll for poll, with a page of them in memory. */
final class ChangeStream<T> {
    /** More is given again: harmless, but in vain. */
    private static final int MOST_REMEMBERED = 100_000;

    private final Relation relation;
    private final Fetched.Reader<T> reader;
    private final JdbcOptions options;
    private final Reads reads;
    private final BooleanSupplier stopping;
    private final Deque<Fetched<T>> page = new ArrayDeque<>();

    private @Nullable Place highest;
    private @Nullable Place at;
    private @Nullable Comparable<?> from;
    private @Nullable Comparable<?> ceiling;
    private boolean ended;
    private Map<Object, Integer> given = new HashMap<>();
    private Map<Object, Integer> givenNow = new HashMap<>();

    ChangeStream(
            Relation relation,
            @Nullable RowMapper<T> mapper,
            JdbcTable<T> table,
            @Nullable Place highest,
            BooleanSupplier stopping) {
        this.relation = relation;
        this.reader = new Fetched.Reader<>(relation, mapper);
        this.options = table.options();
        this.reads = table.reads();
        this.highest = highest;
        this.stopping = stopping;
    }

    /** Begins a poll up to what is there now, or below a bound. */
    void begin(@Nullable Comparable<?> bound) throws SQLException, InterruptedException, Reads.StoppedException {
        Overlap overlap = options.overlap();
        ceiling = bound == null ? highestCursor() : bound;
        page.clear();
        given = givenNow;
        givenNow = new HashMap<>();
        ended = ceiling == null; // there are no rows
        boolean again = overlap != null && !overlap.isNone();
        at = again ? null : highest;
        from = again && overlap != null && highest != null
                ? overlap.before(relation.cursor().ordered(), highest.cursor())
                : null;
    }

    /** Returns the highest cursor that can be seen now, or null if there are no rows. */
    @Nullable
    Comparable<?> highestCursor() throws SQLException, InterruptedException, Reads.StoppedException {
        Scalar type = relation.cursor().ordered();
        String column = relation.cursor().sql();
        Query query = new Query("select " + column + " from " + relation.from() + " r")
                .and(column + " is not null") // null is the highest in some databases
                .first(relation.dialect(), column + " desc", 1);
        List<Comparable<?>> found = reads.read(
                relation.name(),
                stopping,
                connection -> query.list(connection, options, row -> Objects.requireNonNull(type.read(row, 1))));
        return found.isEmpty() ? null : found.get(0);
    }

    /** Returns the next row of this poll without taking it, or null if there are no more. */
    @Nullable
    Fetched<T> peek() throws SQLException, InterruptedException, Reads.StoppedException {
        if (page.isEmpty() && !ended) {
            Query query = pageQuery();
            page.addAll(reads.read(relation.name(), stopping, connection -> query.list(connection, options, reader)));
            ended = page.size() < options.pageSize();
        }
        return page.peek();
    }

    private Query pageQuery() {
        String cursor = relation.cursor().sql();
        String id = relation.id().sql();
        Scalar cursorType = relation.cursor().ordered();
        Query query = new Query("select r.* from " + relation.from() + " r");
        if (ceiling != null) {
            query.and(cursor + (options.safeUpTo() == null ? " <= ?" : " < ?")).with(cursorType, ceiling);
        }
        if (at != null) {
            query.and(relation.dialect().after(cursor, id));
            for (int i = 0; i < relation.dialect().afterParameters(); i++) {
                query.with(cursorType, at.cursor());
            }
            query.with(relation.id().ordered(), at.id());
        } else if (from != null) {
            query.and(cursor + " >= ?").with(cursorType, from);
        }
        return query.first(relation.dialect(), cursor + ", " + id, options.pageSize());
    }

    /** Takes the row that {@link #peek} has shown, and says whether it has not been given before. */
    boolean take() {
        Fetched<T> taken = page.remove();
        at = taken.place();
        boolean monotone = from == null;
        if (monotone || highest == null || Scalar.compare(taken.place().cursor(), highest.cursor()) >= 0) {
            highest = taken.place();
        }
        return !isRepeated(taken);
    }

    private boolean isRepeated(Fetched<T> taken) {
        Overlap overlap = options.overlap();
        if (overlap == null || overlap.isNone() || ceiling == null) {
            return false;
        }
        // the documents, too: a second state of one version is for the writer to find
        int fingerprint = Objects.hash(taken.version(), taken.row());
        Comparable<?> again = overlap.before(relation.cursor().ordered(), ceiling);
        if (givenNow.size() < MOST_REMEMBERED && Scalar.compare(taken.place().cursor(), again) >= 0) {
            givenNow.put(taken.place().id(), fingerprint);
        }
        Integer before = given.get(taken.place().id());
        return before != null && before == fingerprint;
    }

    Place.@Nullable Written written() {
        return Place.Written.of(highest);
    }
}
