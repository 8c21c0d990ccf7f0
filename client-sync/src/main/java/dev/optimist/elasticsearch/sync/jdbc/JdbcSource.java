package dev.optimist.elasticsearch.sync.jdbc;

import dev.optimist.elasticsearch.sync.Changes;
import dev.optimist.elasticsearch.sync.Source;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The changes of a {@link JdbcTable}, found by polling: each poll reads the rows that come after the last one in the order of
 * (cursor, id), page by page, and the deletes between them. Of a row that changes several times between two polls the last
 * state is delivered.
 *
 * <p><b>What is guaranteed.</b> Rows of one cursor are told apart by their id, so none is lost at the boundary of a page; a row
 * that changes while it is paged over gets a higher cursor, and comes later. What is left is a transaction that ends
 * <em>after</em> rows of higher cursors were read. One of two has to be set against it:
 *
 * <ul>
 *   <li>{@link JdbcOptions#safeUpTo}: every change is delivered, however long its transaction lasts, <em>if</em> the query
 *       gives a bound below which no transaction that is still open, or begins later, writes a cursor. PostgreSQL's {@code
 *       pg_snapshot_xmin(pg_current_snapshot())} is one for cursors that are {@code pg_current_xact_id()}, or higher. The price: the oldest
 *       open transaction that has written anything, in any database of the server, holds back everything after it. It ends
 *       with the numbers of transactions: a dump that is loaded into a new server needs a new backfill.
 *   <li>{@link JdbcOptions#overlap(long)}: every poll begins so far below the highest cursor that was read, and reads no
 *       further than the highest that there was when it began. Every change is delivered but those whose transaction is still
 *       open when a poll begins at which the highest cursor is further above theirs than the overlap. So with times the
 *       overlap has to be longer than any transaction and the difference of the clocks together; with numbers, as high as the
 *       most that are given out during a transaction. A change of a longer one is <em>lost</em> until the row changes again or
 *       is repaired. The price: the overlap is read again at each poll. Of that, up to 100 000
 *       rows that were delivered before and are equal are not delivered again; the others are, and all of it after a restart,
 *       which does no harm, as their versions are there already.
 * </ul>
 *
 * <p>{@code overlap(0)} promises nothing but for a table with one writer, whose transactions do not overlap.
 *
 * <p>A version has to grow with each change <em>of a row</em>, and the number of a transaction does not: one that began
 * earlier may write later. Below a bound a row is not read before both have ended, but if it was deleted by the one and
 * inserted again by the other, its delete wins. So take {@code pg_current_xact_id()} for the cursor, and for the version a
 * sequence, drawn by a trigger before the row is written. Deletes are seen only as {@link JdbcOptions#deleted} or in {@link
 * JdbcOptions#deletes}; rows and deletes are merged by their cursors.
 *
 * <p>A failure that may pass is repeated ({@link JdbcOptions#giveUpAfter}). Another {@link SQLException}, a table that is not
 * as configured ({@link IllegalArgumentException}, naming the parameter) and a row that cannot be read (a version that is null,
 * say, or no document by the mapper; {@link IllegalStateException}, naming the row) end the reading. A row that
 * Elasticsearch cannot take, for its id or version, is delivered all the same, and {@link Changes#accept(Row) rejected}. {@link Changes#isStopping} is looked at before each row and
 * every 50 ms between polls.
 *
 * <pre>{@code
 * Source<ObjectNode> source = JdbcTable.of(dataSource, "products", o -> {}).source();
 * }</pre>
 *
 * @param <T> the class of the documents
 */
public final class JdbcSource<T> implements Source<T> {
    private final JdbcTable<T> table;
    private final JdbcOptions options;
    private final Reads reads;

    JdbcSource(JdbcTable<T> table) {
        this.table = table;
        this.options = table.options();
        this.reads = table.reads();
        if ((options.safeUpTo() == null) == (options.overlap() == null)) {
            throw new IllegalArgumentException("one of safeUpTo and overlap must be set, so that nothing is lost of"
                    + " transactions that end in another order; overlap may be 0");
        }
    }

    @Override
    public void read(@Nullable String position, Changes<T> changes) throws SQLException, InterruptedException {
        Place.Position start = Place.Position.parse(position);
        try {
            Relation.Both relations =
                    reads.read(table.table(), changes::isStopping, connection -> Relation.of(table, connection));
            new Polls(relations, start, changes).run();
        } catch (Reads.StoppedException e) {
            // as it was asked to; what was read is delivered
        }
    }

    /** One reading. */
    private final class Polls {
        private final Changes<T> changes;
        private final BooleanSupplier stopping;
        private final Relation rowsRelation;
        private final ChangeStream<T> rows;
        private final @Nullable ChangeStream<T> deletes;
        private Place.Position position;
        private @Nullable Comparable<?> seenBefore;
        private int sincePosition;

        Polls(Relation.Both relations, Place.Position start, Changes<T> changes) {
            this.changes = changes;
            this.stopping = changes::isStopping;
            this.position = start;
            this.rowsRelation = relations.rows();
            this.rows = stream(relations.rows(), table.mapper(), start.rows());
            this.deletes = relations.deletes() == null ? null : stream(relations.deletes(), null, start.deletes());
        }

        private ChangeStream<T> stream(
                Relation relation, @Nullable RowMapper<T> mapper, Place.@Nullable Written start) {
            return new ChangeStream<>(relation, mapper, table, start == null ? null : start.in(relation), stopping);
        }

        void run() throws SQLException, InterruptedException, Reads.StoppedException {
            while (!changes.isStopping()) {
                poll();
                if (options.once()) {
                    return;
                }
                reads.pace().pause(options.pollInterval(), stopping);
            }
        }

        private void poll() throws SQLException, InterruptedException, Reads.StoppedException {
            // before the rows are looked at: what ends in between is above the bound
            Comparable<?> bound = bound();
            rows.begin(bound);
            if (deletes != null) {
                deletes.begin(bound);
            }
            for (ChangeStream<T> next = next(); next != null; next = next()) {
                if (changes.isStopping()) {
                    tellPosition();
                    return;
                }
                deliver(next);
            }
            tellPosition();
            if (bound == null || hasPassed(bound)) {
                changes.caughtUp();
            }
        }

        private @Nullable Comparable<?> bound() throws SQLException, InterruptedException, Reads.StoppedException {
            String sql = options.safeUpTo();
            if (sql == null) {
                return null;
            }
            Scalar type = rowsRelation.cursor().ordered();
            List<Comparable<?>> found = reads.read(
                    "safeUpTo",
                    stopping,
                    connection -> new Query(sql)
                            .list(
                                    connection,
                                    options,
                                    row -> Objects.requireNonNull(
                                            type.read(row, 1), "safeUpTo must not give null: " + sql)));
            if (found.size() != 1) {
                throw new IllegalArgumentException("safeUpTo must give one row, gave " + found.size() + ": " + sql);
            }
            return found.get(0);
        }

        /** Whether everything was delivered that could be seen at an earlier poll; below the bound there is always more. */
        private boolean hasPassed(Comparable<?> bound)
                throws SQLException, InterruptedException, Reads.StoppedException {
            boolean passed = seenBefore != null && Scalar.compare(seenBefore, bound) < 0;
            if (passed || seenBefore == null) {
                Comparable<?> there = rows.highestCursor();
                Comparable<?> gone = deletes == null ? null : deletes.highestCursor();
                seenBefore = there == null || (gone != null && Scalar.compare(gone, there) > 0) ? gone : there;
                passed |= seenBefore == null || Scalar.compare(seenBefore, bound) < 0;
            }
            return passed;
        }

        private @Nullable ChangeStream<T> next() throws SQLException, InterruptedException, Reads.StoppedException {
            Fetched<T> row = rows.peek();
            Fetched<T> delete = deletes == null ? null : deletes.peek();
            if (row == null) {
                return delete == null ? null : deletes;
            }
            return delete == null
                            || Scalar.compare(
                                            row.place().cursor(), delete.place().cursor())
                                    <= 0
                    ? rows
                    : deletes;
        }

        private void deliver(ChangeStream<T> stream) throws SQLException, InterruptedException, Reads.StoppedException {
            Fetched<T> next = Objects.requireNonNull(stream.peek());
            if (stream.take()) {
                changes.accept(next.row());
            }
            if (++sincePosition >= options.pageSize()) {
                tellPosition();
            }
        }

        private void tellPosition() {
            sincePosition = 0;
            Place.Position now = new Place.Position(rows.written(), deletes == null ? null : deletes.written());
            if (!now.equals(position)) {
                position = now;
                changes.position(now.encode());
            }
        }
    }
}
