package dev.optimist.elasticsearch.sync.jdbc;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the columns of a table mean, and how it is read. Not thread-safe; it lives as long as the lambda that it is given to.
 *
 * <p>Names of tables and columns are letters, digits, _ and $, as in SQL without quotes, or within {@code "…"}; tables may
 * have a schema before them. Everything else is refused, so that a configuration file cannot bring SQL of its own where a
 * name is expected; {@link #query} and {@link #safeUpTo} are SQL, and taken as they are.
 *
 * <pre>{@code
 * JdbcTable<ObjectNode> products = JdbcTable.of(dataSource, "products", o -> o
 *         .id("sku")
 *         .version("row_version")
 *         .deletes("products_deleted")
 *         .pollInterval(Duration.ofSeconds(1)));
 * }</pre>
 */
public final class JdbcOptions {
    private static final int MOST_ROWS = 100_000;
    private static final Duration LONGEST = Duration.ofDays(365);

    private @Nullable String query;
    private String id = "id";
    private String version = "version";
    private @Nullable String cursor;
    private @Nullable String routing;
    private @Nullable String deleted;
    private @Nullable String deletes;
    private @Nullable String safeUpTo;
    private @Nullable Overlap overlap;
    private int pageSize = 1_000;
    private @Nullable Integer fetchSize;
    private Duration pollInterval = Duration.ofSeconds(1);
    private Duration queryTimeout = Duration.ofMinutes(5);
    private Duration giveUpAfter = Duration.ofMinutes(5);
    private boolean once;

    /** In the unit of the cursor; one of both. */
    record Overlap(long units, @Nullable Duration time) {
        boolean isNone() {
            return time == null ? units == 0 : time.isZero();
        }

        Comparable<?> before(Scalar type, Object cursor) {
            return time == null ? type.minus(cursor, units) : type.minus(cursor, time);
        }
    }

    JdbcOptions() {}

    /**
     * Reads what a query gives instead of the whole table: {@code select p.id, p.version, p.name, c.name as category from …}.
     * A row has to get a new version and cursor when anything of it changes. It is put into {@code select … from (QUERY) r
     * where …}, which should be able to use an index of (cursor, id).
     */
    public JdbcOptions query(String sql) {
        this.query = notEmpty("query", sql).strip().replaceFirst(";$", "");
        return this;
    }

    /**
     * Sets the column of the {@code _id}: unique, not null; text, a number or a UUID; {@code id} by default.
     */
    public JdbcOptions id(String column) {
        this.id = Names.column("id", column);
        return this;
    }

    /**
     * Sets the column of the {@code _version}: not null, 0 … {@code Long.MAX_VALUE - 1}, and higher after each change of a row;
     * {@code version} by default. A whole number; or a time, of which the microseconds since 1970 are taken (in UTC, if it has
     * no zone), where no row is changed twice within what the column resolves and no clock is put back.
     */
    public JdbcOptions version(String column) {
        this.version = Names.column("version", column);
        return this;
    }

    /**
     * Sets the column by which changes are found: not null, and after each change of a row higher than what all rows had
     * before, but for what {@link #safeUpTo} or {@link #overlap(long)} cover; that of the version by default. A whole number, a
     * time, or PostgreSQL's {@code xid8}. There should be an index of (cursor, id).
     */
    public JdbcOptions cursor(String column) {
        this.cursor = Names.column("cursor", column);
        return this;
    }

    /** Sets the column of the {@code routing}; by default there is none. The table of deletes has to have it, too. */
    public JdbcOptions routing(String column) {
        this.routing = Names.column("routing", column);
        return this;
    }

    /**
     * Sets the column that says that a row is deleted: true, a number other than 0, or anything else that is not null (a time
     * of deletion, say) but for the texts {@code f}, {@code false}, {@code n}, {@code no}, {@code 0} and the empty one. By
     * default there is none. The delete is a change, which needs a new version and cursor.
     */
    public JdbcOptions deleted(String column) {
        this.deleted = Names.column("deleted", column);
        return this;
    }

    /**
     * Sets the table that has a row for every deleted row, with columns named as here for id, version and cursor (and routing),
     * both higher than those of the row that is gone. By default there is none, and rows that vanish are not noticed. A row
     * that is inserted again is higher still; the row of its delete may stay, and there may be several of an id.
     */
    public JdbcOptions deletes(String table) {
        this.deletes = Names.table("deletes", table);
        return this;
    }

    /**
     * Sets the query for the bound below which all transactions have ended: one row, one column of the cursor's type. It is
     * asked before the rows of each poll, and rows at the bound and above are left to a later poll.
     * See {@link JdbcSource} for what that guarantees.
     *
     * @param sql {@code select pg_snapshot_xmin(pg_current_snapshot())} for PostgreSQL, if the cursor is
     *     {@code pg_current_xact_id()}
     */
    public JdbcOptions safeUpTo(String sql) {
        this.safeUpTo = notEmpty("safeUpTo", sql);
        return this;
    }

    /**
     * Sets how far below the highest cursor that was read the next poll begins, for cursors that are numbers; 0 to read
     * nothing again, where one transaction writes at a time. See {@link JdbcSource} for what that guarantees.
     *
     * @param units 0 … {@code Long.MAX_VALUE}
     */
    public JdbcOptions overlap(long units) {
        if (units < 0) {
            throw new IllegalArgumentException("overlap must not be negative, is " + units);
        }
        this.overlap = new Overlap(units, null);
        return this;
    }

    /** The same for cursors that are times: longer than any transaction, and the difference of the clocks, together. */
    public JdbcOptions overlap(Duration time) {
        if (time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("overlap must be 0 to 365 days, is " + time);
        }
        this.overlap = new Overlap(0, time);
        return this;
    }

    /**
     * Sets how many rows are read by one query, and held with their documents, 1 to 100 000; 1 000 by default. No connection is
     * held while they are delivered. With a table of deletes as many of those are held, too.
     */
    public JdbcOptions pageSize(int rows) {
        this.pageSize = inBounds("pageSize", rows);
        return this;
    }

    /** Sets how many rows the driver fetches at a time, 1 to 100 000; as many as a page has, by default. */
    public JdbcOptions fetchSize(int rows) {
        this.fetchSize = inBounds("fetchSize", rows);
        return this;
    }

    /** Sets how long to wait after a poll before the next one; 1 s by default, longer than 0, at most 365 days. */
    public JdbcOptions pollInterval(Duration time) {
        this.pollInterval = positive("pollInterval", time);
        return this;
    }

    /**
     * Sets how long a query may take, in whole seconds, rounded up; 5 min by default, longer than 0, at most 365 days. It is the
     * driver's {@code setQueryTimeout}: for a connection that is dead the driver needs a time-out of its own.
     */
    public JdbcOptions queryTimeout(Duration time) {
        this.queryTimeout = positive("queryTimeout", time);
        return this;
    }

    /**
     * Sets how long a query is repeated that fails by what passes (no connection, deadlock, time-out, a server that restarts),
     * from the first failure in a row; 5 min by default, longer than 0, at most 365 days. The pauses grow up to 10 s, with full
     * jitter. Then the last failure is thrown.
     */
    public JdbcOptions giveUpAfter(Duration time) {
        this.giveUpAfter = positive("giveUpAfter", time);
        return this;
    }

    /** Decides whether {@link JdbcSource#read} ends after one poll, for a backfill; by default it goes on polling. */
    public JdbcOptions once(boolean on) {
        this.once = on;
        return this;
    }

    private static String notEmpty(String parameter, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(parameter + " must not be empty");
        }
        return value;
    }

    private static int inBounds(String parameter, int rows) {
        if (rows < 1 || rows > MOST_ROWS) {
            throw new IllegalArgumentException(parameter + " must be between 1 and " + MOST_ROWS + ", is " + rows);
        }
        return rows;
    }

    private static Duration positive(String parameter, Duration time) {
        if (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(parameter + " must be longer than 0 and at most 365 days, is " + time);
        }
        return time;
    }

    @Nullable
    String query() {
        return query;
    }

    String id() {
        return id;
    }

    String version() {
        return version;
    }

    String cursor() {
        return cursor == null ? version : cursor;
    }

    @Nullable
    String routing() {
        return routing;
    }

    @Nullable
    String deleted() {
        return deleted;
    }

    @Nullable
    String deletes() {
        return deletes;
    }

    @Nullable
    String safeUpTo() {
        return safeUpTo;
    }

    @Nullable
    Overlap overlap() {
        return overlap;
    }

    int pageSize() {
        return pageSize;
    }

    int fetchSize() {
        return fetchSize == null ? pageSize : fetchSize;
    }

    Duration pollInterval() {
        return pollInterval;
    }

    Duration queryTimeout() {
        return queryTimeout;
    }

    Duration giveUpAfter() {
        return giveUpAfter;
    }

    boolean once() {
        return once;
    }
}
