package dev.optimist.elasticsearch.sync.debezium;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.MemoryOffsetBackingStore;
import org.jspecify.annotations.Nullable;

/**
 * For Debezium Engine, which makes it by its name: begins with the position that the job has stored, and keeps in memory what
 * the source has marked as processed, which is what the job has stored since. Nothing is written anywhere.
 */
public final class StartOffset extends MemoryOffsetBackingStore {
    static final String PROPERTY = "optimist.position";

    private @Nullable String start;

    /** For Debezium Engine. */
    public StartOffset() {}

    @Override
    public void configure(WorkerConfig config) {
        super.configure(config);
        start = config.originalsStrings().get(PROPERTY);
    }

    @Override
    public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
        Map<ByteBuffer, ByteBuffer> found = new HashMap<>();
        for (ByteBuffer key : keys) {
            ByteBuffer value = data.get(key);
            if (value == null && start != null) {
                value = ByteBuffer.wrap(start.getBytes(StandardCharsets.UTF_8));
            }
            found.put(key, value);
        }
        return CompletableFuture.completedFuture(found);
    }

    @Override
    public Set<Map<String, Object>> connectorPartitions(String connectorName) {
        return Set.of();
    }
}
