package dev.optimist.elasticsearch.sync.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;

/**
 * Where databases differ.
 *
 * @param quote what names are quoted with
 * @param limit how a select ends that is to give so many rows
 * @param rowValues whether {@code (a, b) > (?, ?)} is understood, and its index used
 */
record Dialect(String quote, String limit, boolean rowValues) {
    private static final String STANDARD = " fetch first %d rows only";

    static Dialect of(Connection connection) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        String product = database.getDatabaseProductName().toLowerCase(Locale.ROOT);
        String quote = database.getIdentifierQuoteString();
        if (product.contains("mysql") || product.contains("mariadb")) {
            return new Dialect(quote, " limit %d", false);
        }
        if (product.contains("sqlite")) {
            return new Dialect(quote, " limit %d", true);
        }
        if (product.contains("sql server")) {
            return new Dialect(quote, " offset 0 rows fetch next %d rows only", false);
        }
        return new Dialect(quote, STANDARD, product.contains("postgres") || product.equals("h2"));
    }

    String limited(String orderedSelect, int rows) {
        return orderedSelect + limit.formatted(rows);
    }

    /** Whether a pair comes after another; takes its parameters in the order of {@link #afterParameters}. */
    String after(String first, String second) {
        return rowValues
                ? "(" + first + ", " + second + ") > (?, ?)"
                : "(" + first + " > ? or (" + first + " = ? and " + second + " > ?))";
    }

    /** Returns how often the first of the pair is a parameter, before the second. */
    int afterParameters() {
        return rowValues ? 1 : 2;
    }
}
