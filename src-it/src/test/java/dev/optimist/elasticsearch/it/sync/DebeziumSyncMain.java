package dev.optimist.elasticsearch.it.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.sync.Checkpoints;
import dev.optimist.elasticsearch.sync.SyncJob;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Duration;

/**
 * What {@link DebeziumKillIT} kills: syncs the {@link Catalogue} until it ends. Its arguments are the port of the database, the
 * address of the server, the index, and whether it ends when it has caught up.
 */
final class DebeziumSyncMain {
    private DebeziumSyncMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        String index = arguments[2];
        try (VersionedClient client = VersionedClient.connect(arguments[1]);
                SyncJob<ObjectNode> job = SyncJob.of(
                        client.documents(index, ObjectNode.class),
                        Catalogue.source(Integer.parseInt(arguments[0]), "kill", Boolean.parseBoolean(arguments[3])),
                        Checkpoints.inElasticsearch(client, index + "-sync", "item"),
                        o -> o.name("item").checkpointEvery(Duration.ofMillis(200)))) {
            System.out.println("runs");
            System.out.println(job.run());
        }
        long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
        System.out.println("peak-heap=" + peak / 1024 / 1024 + "MB");
    }
}
