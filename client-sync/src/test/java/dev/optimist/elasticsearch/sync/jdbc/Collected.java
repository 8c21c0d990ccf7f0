package dev.optimist.elasticsearch.sync.jdbc;

import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.sync.Changes;
import dev.optimist.elasticsearch.sync.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes changes in place of a job. */
final class Collected<T> implements Changes<T> {
    final List<ExternalOperation<T>> changes = new ArrayList<>();
    final List<Row<T>> refused = new ArrayList<>();
    final List<String> positions = new ArrayList<>();
    int caughtUp;
    boolean stopping;
    Consumer<ExternalOperation<T>> onChange = change -> {};
    Runnable onCaughtUp = () -> {};
    Runnable onLook = () -> {};

    @Override
    public void accept(ExternalOperation<T> change) {
        changes.add(change);
        onChange.accept(change);
    }

    @Override
    public void accept(Row<T> row) {
        ExternalOperation<T> change;
        try {
            change = row.toOperation();
        } catch (IllegalArgumentException e) {
            refused.add(row);
            return;
        }
        accept(change);
    }

    @Override
    public void position(String position) {
        positions.add(position);
    }

    @Override
    public void caughtUp() {
        caughtUp++;
        onCaughtUp.run();
    }

    @Override
    public boolean isStopping() {
        onLook.run();
        return stopping;
    }

    List<String> ids() {
        return changes.stream().map(ExternalOperation::id).toList();
    }

    /** Returns ids and versions, deletes with a minus before. */
    List<String> said() {
        return changes.stream()
                .map(c -> (c.isDelete() ? "-" : "") + c.id() + "@" + c.version())
                .toList();
    }

    @Nullable
    String position() {
        return positions.isEmpty() ? null : positions.get(positions.size() - 1);
    }
}
