package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Write;
import org.jspecify.annotations.Nullable;

/**
 * An operation, made ready to be sent.
 *
 * @param position which it is, from 0
 * @param write null if it was refused
 * @param refused why it is not to be sent, or null
 */
record BulkItem<T>(
        long position,
        BulkOperation<T> operation,
        @Nullable Write write,
        @Nullable IllegalArgumentException refused) implements BulkQueue.Entry {

    /** What stands around a document: names of parameters, quotes, numbers. */
    private static final int ACTION_BYTES = 200;

    @Override
    public String id() {
        return operation.id();
    }

    @Override
    public boolean isRefused() {
        return refused != null;
    }

    @Override
    public long bytes() {
        return write == null ? 0 : bytes(write);
    }

    static long bytes(Write write) {
        return ACTION_BYTES
                + length(write.address().id())
                + length(write.address().index())
                + length(write.address().routing())
                + length(write.parameters().pipeline())
                + (write.source() == null ? 0 : write.source().length);
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    BulkItemResult<T> applied(int sends, WriteResult result) {
        return new BulkItemResult<>(position, operation, sends, result, null);
    }

    BulkItemResult<T> failed(int sends, OptimistException failure) {
        return new BulkItemResult<>(position, operation, sends, null, failure);
    }
}
