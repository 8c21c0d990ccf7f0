package dev.optimist.elasticsearch.it.sync;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;

/** A plain table without versions, full at the beginning, and a comparison with an index by plain means. */
public final class Catalogue {
    /** As {@link Shop#indexed} has it in place of a name. */
    private static final String TOMBSTONE = "null";

    private final DataSource dataSource;
    private final Shop plain;

    public Catalogue(DataSource dataSource, int ids) throws SQLException {
        this.dataSource = dataSource;
        this.plain = new Shop(dataSource);
        plain.run("DROP TABLE IF EXISTS item; CREATE TABLE item (id bigint PRIMARY KEY, name text NOT NULL);"
                + "INSERT INTO item SELECT n, 'row ' || n FROM generate_series(0, " + (ids - 1) + ") n");
    }

    public static void put(Connection connection, long id, String name) throws SQLException {
        try (PreparedStatement put = connection.prepareStatement(
                "INSERT INTO item VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name")) {
            put.setLong(1, id);
            put.setString(2, name);
            put.executeUpdate();
        }
    }

    public static void delete(Connection connection, long id) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM item WHERE id = ?")) {
            delete.setLong(1, id);
            delete.executeUpdate();
        }
    }

    /** Returns what differs, as "id: row / document"; tombstones are no documents. */
    public List<String> differences(String url, String index) throws SQLException, IOException, InterruptedException {
        Map<Long, String> documents = new TreeMap<>();
        plain.indexed(url, index).forEach((id, text) -> {
            String name = text.substring(text.indexOf(' ') + 1);
            if (!name.equals(TOMBSTONE)) {
                documents.put(id, name);
            }
        });
        List<String> differences = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, name FROM item")) {
            while (row.next()) {
                String name = row.getString(2);
                String document = documents.remove(row.getLong(1));
                if (!name.equals(document)) {
                    differences.add(row.getLong(1) + ": " + name + " / " + document);
                }
            }
        }
        documents.forEach((id, document) -> differences.add(id + ": none / " + document));
        return differences;
    }
}
