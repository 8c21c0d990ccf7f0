package dev.optimist.elasticsearch.it.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.sync.jdbc.JdbcOptions;
import dev.optimist.elasticsearch.sync.jdbc.JdbcTable;
import dev.optimist.elasticsearch.sync.jdbc.RowMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * A table in PostgreSQL as it may be synced: triggers give each change a version by a sequence (under the row's lock, so it
 * grows with each change of a row) and the number of its transaction, by which changes are found. And a comparison with an
 * index by plain means.
 */
final class Shop {
    static final String SAFE_UP_TO = "select pg_snapshot_xmin(pg_current_snapshot())";

    private static final String SCHEMA = """
            create sequence products_version;
            create table products (
                id bigint primary key, name text not null, version bigint not null, changed xid8 not null);
            create index on products (changed, id);
            create table products_deleted (id bigint not null, version bigint not null, changed xid8 not null);
            create index on products_deleted (changed, id);
            create index on products_deleted (id);
            create function products_stamp() returns trigger language plpgsql as $$
            begin
                new.version := nextval('products_version');
                new.changed := pg_current_xact_id();
                return new;
            end $$;
            create trigger stamp before insert or update on products
                for each row execute function products_stamp();
            create function products_gone() returns trigger language plpgsql as $$
            begin
                insert into products_deleted values (old.id, nextval('products_version'), pg_current_xact_id());
                return old;
            end $$;
            create trigger gone before delete on products for each row execute function products_gone();
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final DataSource dataSource;
    private final HttpClient http = HttpClient.newHttpClient();

    Shop(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void create() throws SQLException {
        run("drop table if exists products, products_deleted cascade; drop sequence if exists products_version;"
                + "drop function if exists products_stamp, products_gone");
        run(SCHEMA);
    }

    static JdbcTable<ObjectNode> table(DataSource dataSource, Consumer<JdbcOptions> options) {
        return JdbcTable.of(
                dataSource,
                "products",
                RowMapper.json("changed"),
                o -> options.accept(o.cursor("changed").deletes("products_deleted")));
    }

    /** Runs statements in a transaction of their own. */
    void run(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            run(connection, sql);
        }
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static void put(Connection connection, long id, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "insert into products (id, name) values (?, ?) on conflict (id) do update set name = excluded.name")) {
            statement.setLong(1, id);
            statement.setString(2, name);
            statement.executeUpdate();
        }
    }

    static void delete(Connection connection, long id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("delete from products where id = ?")) {
            statement.setLong(1, id);
            statement.executeUpdate();
        }
    }

    /** Returns what the index has to hold: by id, the version and the name, or null for a delete. */
    Map<Long, String> expected() throws SQLException {
        Map<Long, String> rows = new TreeMap<>();
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select id, max(version), null from products_deleted
                            where id not in (select id from products) group by id
                        union all select id, version, name from products""")) {
            while (row.next()) {
                rows.put(row.getLong(1), row.getLong(2) + " " + row.getString(3));
            }
        }
        return rows;
    }

    /** Returns what it holds, tombstones included; in pages, past everything that is tested. */
    Map<Long, String> indexed(String url, String index) throws IOException, InterruptedException {
        send("POST", url + "/" + index + "/_refresh", null);
        Map<Long, String> documents = new TreeMap<>();
        JsonNode answer = send(
                "POST",
                url + "/" + index + "/_search?scroll=1m",
                "{\"size\": 5000, \"version\": true, \"sort\": [\"_doc\"]}");
        while (!answer.at("/hits/hits").isEmpty()) {
            for (JsonNode hit : answer.at("/hits/hits")) {
                JsonNode source = hit.path("_source");
                String name = source.has("optimist_tombstone")
                        ? null
                        : source.path("name").asText();
                documents.put(hit.path("_id").asLong(), hit.path("_version").asLong() + " " + name);
            }
            answer = send(
                    "POST",
                    url + "/_search/scroll",
                    "{\"scroll\": \"1m\", \"scroll_id\": \""
                            + answer.path("_scroll_id").asText() + "\"}");
        }
        send(
                "DELETE",
                url + "/_search/scroll",
                "{\"scroll_id\": \"" + answer.path("_scroll_id").asText() + "\"}");
        return documents;
    }

    /** Returns what differs, as "id: database / index". */
    List<String> differences(String url, String index) throws SQLException, IOException, InterruptedException {
        Map<Long, String> expected = expected();
        Map<Long, String> indexed = indexed(url, index);
        List<String> differences = new ArrayList<>();
        expected.forEach((id, row) -> {
            if (!row.equals(indexed.get(id))) {
                differences.add(id + ": " + row + " / " + indexed.get(id));
            }
        });
        indexed.keySet().stream()
                .filter(id -> !expected.containsKey(id))
                .forEach(id -> differences.add(id + ": none / " + indexed.get(id)));
        return differences;
    }

    private JsonNode send(String method, String url, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        var answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}
