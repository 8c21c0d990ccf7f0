package dev.optimist.elasticsearch.it.sync;

import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import dev.optimist.elasticsearch.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A sync that polls, killed. Most rows change once or twice, so that what is lost is not made good by a later change. */
@Tag("once")
class JdbcKillIT extends KillTest {
    private Shop shop;

    @Test
    void killedThreeTimes(ElasticsearchServer server) throws Exception {
        survives(server, new Plan(3, 6_000, 4_000, 2_000));
    }

    @Test
    @Tag("sync-long")
    void killedTwentyTimesDuringAHundredThousandChanges(ElasticsearchServer server) throws Exception {
        survives(server, new Plan(20, 100_000, 60_000, 3_000));
    }

    @Override
    void create(PostgresServer postgres, int ids) throws SQLException {
        shop = new Shop(postgres.dataSource());
        shop.create();
    }

    @Override
    public void put(Connection connection, long id, String name) throws SQLException {
        Shop.put(connection, id, name);
    }

    @Override
    public void delete(Connection connection, long id) throws SQLException {
        Shop.delete(connection, id);
    }

    @Override
    String rows() {
        return """
                table:
                  name: products
                  exclude: [changed]
                  deletes: products_deleted
                  pageSize: 200
                poll:
                  cursor: changed
                  safeUpTo: %s
                  interval: 50ms
                """.formatted(Shop.SAFE_UP_TO);
    }

    @Override
    List<String> differences(String url, String index) throws Exception {
        return shop.differences(url, index);
    }
}
