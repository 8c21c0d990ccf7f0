package dev.optimist.elasticsearch.examples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.sync.Inventory;
import dev.optimist.elasticsearch.sync.Row;
import dev.optimist.elasticsearch.sync.jdbc.JdbcTable;
import dev.optimist.elasticsearch.sync.jdbc.RowMapper;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What a table has whose rows know no version, as it is in the log alone: documents are compared themselves. A query of the table
 * needs a version all the same, which is left out again.
 */
public final class RowsWithoutVersions implements Inventory<ObjectNode> {
    private static final String NONE = "no_version";

    private final Inventory<ObjectNode> rows;

    /**
     * Reads a table with an {@code id}.
     *
     * @param table its name
     */
    public RowsWithoutVersions(DataSource database, String table) {
        this.rows = JdbcTable.of(
                        database,
                        table,
                        RowMapper.json(NONE),
                        o -> o.query("select t.*, 0 as " + NONE + " from " + table + " t")
                                .version(NONE))
                .inventory();
    }

    @Override
    public void forEach(Consumer<? super Row<ObjectNode>> consumer) throws Exception {
        rows.forEach(row -> consumer.accept(without(row)));
    }

    @Override
    public Map<String, Row<ObjectNode>> find(Collection<String> ids) throws Exception {
        Map<String, Row<ObjectNode>> found = new HashMap<>(rows.find(ids));
        found.replaceAll((id, row) -> without(row));
        return found;
    }

    private static Row<ObjectNode> without(Row<ObjectNode> row) {
        @Nullable Long none = null;
        return new Row<>(row.id(), row.routing(), none, row.document());
    }

    @Override
    public long size() throws Exception {
        return rows.size();
    }

    @Override
    public void close() {
        rows.close();
    }
}
