package dev.optimist.elasticsearch.bench;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.IndexingStats;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;

/**
 * How fast an index fills, whoever fills it: from when a twentieth of the documents is in it until a twentieth is missing. So
 * nobody's start is counted, and not what only an end has: the last request of who does not know that it is the last waits for
 * company.
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

    /** Waits until all are there, and returns how many came in a second. */
    double await() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Seen first = null;
        Seen last = null;
        while (true) {
            Seen seen = new Seen(there(), System.nanoTime());
            first = first == null && seen.there >= documents / 20 ? seen : first;
            last = last == null && seen.there >= documents - documents / 20 ? seen : last;
            if (first != null && last != null && seen.there >= documents) {
                return (last.there - first.there) / ((last.nanos - first.nanos) / 1e9);
            }
            if (seen.nanos > end) {
                throw new IllegalStateException(index + " has had " + seen.there + " of " + documents
                        + " documents within " + PATIENCE.toSeconds() + " s");
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private record Seen(long there, long nanos) {}

    private long there() throws IOException {
        IndexingStats stats = Objects.requireNonNull(Objects.requireNonNull(
                        client.indices().stats(s -> s.index(index)).all().primaries())
                .indexing());
        return stats.indexTotal();
    }
}
