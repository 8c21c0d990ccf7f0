package dev.optimist.elasticsearch.sync;

import dev.optimist.elasticsearch.ExternalOperation;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a source delivers. */
final class ScriptedChanges<T> implements Changes<T> {
    final List<ExternalOperation<T>> operations = new ArrayList<>();
    final List<Row<T>> refused = new ArrayList<>();
    final List<String> positions = new ArrayList<>();

    @Override
    public void accept(ExternalOperation<T> change) {
        operations.add(change);
    }

    @Override
    public void accept(Row<T> row) {
        try {
            accept(row.toOperation());
        } catch (IllegalArgumentException e) {
            refused.add(row);
        }
    }

    @Override
    public void position(String position) {
        positions.add(position);
    }

    @Override
    public void caughtUp() {}

    @Override
    public boolean isStopping() {
        return false;
    }
}
