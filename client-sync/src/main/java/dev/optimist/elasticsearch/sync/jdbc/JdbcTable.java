package dev.optimist.elasticsearch.sync.jdbc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.sync.Row;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * A table of a primary database whose rows are documents, as {@link Row}s or as changes. Tried on PostgreSQL and H2; written
 * for every database that has a driver of JDBC 4.2.
 *
 * <pre>{@code
 * JdbcTable<ObjectNode> products = JdbcTable.of(dataSource, "products", o -> o
 *         .cursor("changed_by") // = pg_current_xact_id(), by a trigger
 *         .safeUpTo("select pg_snapshot_xmin(pg_current_snapshot())")
 *         .deletes("products_deleted"));
 * products.source();    // its changes
 * products.inventory(); // its rows, to compare
 * }</pre>
 *
 * <p>All connections of the {@link DataSource} have to see the same database: a pool that reads from several replicas does
 * not. Each query is a transaction of its own, which ends before its rows are delivered. The data source stays the caller's
 * to close.
 *
 * <p>Immutable and thread-safe.
 *
 * @param <T> the class of the documents
 */
public final class JdbcTable<T> {
    private final Reads reads;
    private final String table;
    private final RowMapper<T> mapper;
    private final JdbcOptions options;

    JdbcTable(DataSource dataSource, String table, RowMapper<T> mapper, JdbcOptions options, Pace pace) {
        this.reads = new Reads(dataSource, options.giveUpAfter(), pace);
        this.table = Names.table("table", table);
        this.mapper = mapper;
        this.options = options;
    }

    /**
     * Returns a table of which every column is a field of the document: {@link RowMapper#json}.
     *
     * @throws IllegalArgumentException if a name or an option is out of bounds; that columns exist is seen when it is read
     */
    public static JdbcTable<ObjectNode> of(DataSource dataSource, String table, Consumer<JdbcOptions> options) {
        return of(dataSource, table, RowMapper.json(), options);
    }

    /**
     * Returns a table whose rows become documents by a mapper of your own.
     *
     * @param table its name; with a {@link JdbcOptions#query} only for messages
     * @throws IllegalArgumentException if a name or an option is out of bounds; that columns exist is seen when it is read
     */
    public static <T> JdbcTable<T> of(
            DataSource dataSource, String table, RowMapper<T> mapper, Consumer<JdbcOptions> options) {
        JdbcOptions set = new JdbcOptions();
        options.accept(set);
        return new JdbcTable<>(dataSource, table, mapper, set, Pace.real());
    }

    /**
     * Returns its changes.
     *
     * @throws IllegalArgumentException if neither {@link JdbcOptions#safeUpTo} nor an overlap is set, or both are
     */
    public JdbcSource<T> source() {
        return new JdbcSource<>(this);
    }

    /** Returns its rows. */
    public JdbcInventory<T> inventory() {
        return new JdbcInventory<>(this);
    }

    Reads reads() {
        return reads;
    }

    String table() {
        return table;
    }

    RowMapper<T> mapper() {
        return mapper;
    }

    JdbcOptions options() {
        return options;
    }
}
