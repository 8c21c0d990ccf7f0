package dev.optimist.elasticsearch.bench;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.IndexingStats;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;

/**
 * How fast an index fills, whoever fills it: from when a twentieth of the documents is in it, so that nobody's start is counted,
 * until all are.
 */
final class IndexClock {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int PAUSE_MILLIS = 20;

    private final ElasticsearchClient client;
    private final String index;
    private final int documents;

    IndexClock(ElasticsearchClient client, String index, int documents) {
        this.client = client;
        this.index = index;
        this.documents = documents;
    }

    /** What was seen. */
    record Seen(double perSecond, double seconds) {}

    /** Waits until all are there. */
    Seen await() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        long first = 0;
        long then = 0;
        while (true) {
            long there = there();
            long now = System.nanoTime();
            if (first == 0 && there >= documents / 20) {
                first = there;
                then = now;
            }
            if (there >= documents) {
                double seconds = (now - then) / 1e9;
                return new Seen((there - first) / seconds, seconds);
            }
            if (now > end) {
                throw new IllegalStateException(index + " has had " + there + " of " + documents + " documents within "
                        + PATIENCE.toSeconds() + " s");
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private long there() throws IOException {
        IndexingStats stats = Objects.requireNonNull(Objects.requireNonNull(
                        client.indices().stats(s -> s.index(index)).all().primaries())
                .indexing());
        return stats.indexTotal();
    }
}
