package dev.optimist.elasticsearch.it.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.sync.Checkpoints;
import dev.optimist.elasticsearch.sync.SyncJob;
import dev.optimist.elasticsearch.sync.jdbc.JdbcTable;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What {@link JdbcKillIT} kills: syncs the {@link Shop} until it ends. Its arguments are the addresses of the database and
 * of the server, the index, and whether one poll is enough.
 */
final class JdbcSyncMain {
    private JdbcSyncMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(arguments[0]);
        String index = arguments[2];
        JdbcTable<ObjectNode> table = Shop.table(
                database,
                o -> o.safeUpTo(Shop.SAFE_UP_TO)
                        .pageSize(200)
                        .pollInterval(Duration.ofMillis(50))
                        .once(Boolean.parseBoolean(arguments[3])));
        try (VersionedClient client = VersionedClient.connect(arguments[1]);
                SyncJob<ObjectNode> job = SyncJob.of(
                        client.documents(index, ObjectNode.class),
                        table.source(),
                        Checkpoints.inElasticsearch(client, index + "-sync", "shop"),
                        o -> o.name("shop").checkpointEvery(Duration.ofMillis(200)))) {
            System.out.println("runs");
            System.out.println(job.run());
        }
    }
}
