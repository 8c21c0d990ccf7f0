package dev.optimist.elasticsearch.sync;

import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import org.jspecify.annotations.Nullable;

/** What did not get into the index, and why. It may be no operation at all, for its id, say. */
record Letter(Row<?> row, Outcome outcome, @Nullable String reason) {

    static Letter of(ExternalResult<?> result) {
        ExternalOperation<?> operation = result.operation();
        Row<?> row = new Row<>(operation.id(), operation.routing(), operation.version(), operation.document());
        return new Letter(row, result.outcome(), result.reason());
    }

    @Override
    public String toString() {
        return (row.document() == null ? "delete of " : "index of ") + row.id()
                + (row.routing() == null ? "" : " (routing " + row.routing() + ")") + " at version " + row.version()
                + " is " + outcome + (reason == null ? "" : ": " + reason);
    }
}
