package dev.optimist.elasticsearch.sync.jdbc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Makes a document of a row. Thread-safe; it may be called more than once for a row, and is not for rows that are deleted.
 *
 * <pre>{@code
 * RowMapper<Product> mapper = row -> new Product(row.getString("name"));
 * RowMapper<ObjectNode> allColumns = RowMapper.json("secret");
 * }</pre>
 *
 * @param <T> the class of the documents
 */
@FunctionalInterface
public interface RowMapper<T> {

    /**
     * Returns the whole document of the row that the result set stands on.
     *
     * @param row must not be moved or closed
     * @throws SQLException what the driver throws
     */
    T map(ResultSet row) throws SQLException;

    /**
     * Returns the mapper that makes every column a field, named as the database names the column (some write what is unquoted
     * in capitals).
     *
     * <p>Integers, decimals and floats become numbers (NaN and infinite ones, which JSON has not, are refused), booleans
     * booleans, dates and times text in ISO-8601 (UTC where the column knows its zone), binary ones Base64, arrays arrays,
     * columns of JSON what they hold, and all others the text that the driver gives; null stays null.
     *
     * @param except columns that are left out, in any case
     */
    static RowMapper<ObjectNode> json(String... except) {
        return new JsonRow(except);
    }
}
