package dev.optimist.elasticsearch.it.sync;

import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import dev.optimist.elasticsearch.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A sync from the log, killed. There are rows before it starts, which it reads first, and no versions in them. */
@Tag("once")
class DebeziumKillIT extends KillTest {
    private Catalogue catalogue;

    @Test
    void killedTwice(ElasticsearchServer server) throws Exception {
        survives(server, new Plan(2, 4_000, 4_000, 1_000));
    }

    @Test
    @Tag("sync-long")
    void killedTwentyTimesDuringAHundredThousandChanges(ElasticsearchServer server) throws Exception {
        survives(server, new Plan(20, 100_000, 20_000, 4_000));
    }

    @Override
    void create(PostgresServer postgres, int ids) throws SQLException {
        catalogue = new Catalogue(postgres.dataSource(), ids);
    }

    @Override
    public void put(Connection connection, long id, String name) throws SQLException {
        Catalogue.put(connection, id, name);
    }

    @Override
    public void delete(Connection connection, long id) throws SQLException {
        Catalogue.delete(connection, id);
    }

    @Override
    String rows() {
        return """
                table:
                  name: public.item
                cdc:
                  slot: kill
                """;
    }

    @Override
    List<String> differences(String url, String index) throws Exception {
        return catalogue.differences(url, index);
    }
}
