package dev.optimist.elasticsearch.sync;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Positions in memory, to see when which was stored, and to fail at it. */
final class MemoryCheckpoints implements Checkpoints {
    final List<String> stored = new CopyOnWriteArrayList<>();
    final List<Long> storedAt = new CopyOnWriteArrayList<>();
    final List<SyncStatus> statuses = new CopyOnWriteArrayList<>();
    volatile Consumer<String> before = position -> {};

    @Override
    public Optional<String> load() {
        return stored.isEmpty() ? Optional.empty() : Optional.of(stored.get(stored.size() - 1));
    }

    @Override
    public void store(String position) {
        before.accept(position);
        storedAt.add(System.nanoTime());
        stored.add(position);
    }

    @Override
    public void storeStatus(SyncStatus status) {
        statuses.add(status);
    }
}
