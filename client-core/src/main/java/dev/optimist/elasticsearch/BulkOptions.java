package dev.optimist.elasticsearch;

import java.util.function.Consumer;

/**
 * How a stream of operations is cut into requests. Memory is bounded by it, whatever the stream's length: at most
 * {@code 2 * requestsInFlight} times {@code operations} and {@code bytes} (and one operation more) are held at any time.
 *
 * <p>Immutable and thread-safe, as far as {@code progress} is.
 *
 * <pre>{@code
 * BulkOptions options = BulkOptions.standard().withOperations(500).withRequestsInFlight(4);
 * }</pre>
 *
 * @param operations the most operations in one request, 1 to 10 000; 500 by default
 * @param bytes the most bytes in one request, about: documents and what goes with them; 1 to 100 MB, which is what
 *     Elasticsearch takes by default ({@code http.max_content_length}); 5 MB by default. A document that is larger goes
 *     alone.
 * @param requestsInFlight how many requests are under way at the same time, 1 to 64; 4 by default. The client should have as
 *     many connections ({@link ConnectOptions#maxConnectionsPerHost}).
 * @param progress called after every answer, on the calling thread; nothing by default
 */
public record BulkOptions(int operations, long bytes, int requestsInFlight, Consumer<? super BulkProgress> progress) {
    private static final int MOST_OPERATIONS = 10_000;
    private static final int MB = 1024 * 1024;
    private static final int MOST_BYTES = 100 * MB;
    private static final int MOST_REQUESTS = 64;
    private static final BulkOptions DEFAULT = new BulkOptions(500, 5 * MB, 4, progress -> {});

    /** Checks the bounds. */
    public BulkOptions {
        inBounds("operations", operations, MOST_OPERATIONS);
        inBounds("bytes", bytes, MOST_BYTES);
        inBounds("requestsInFlight", requestsInFlight, MOST_REQUESTS);
        Bounds.notNull("progress", progress);
    }

    private static void inBounds(String parameter, long value, long most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(parameter + " must be between 1 and " + most + ", is " + value);
        }
    }

    /** Returns 500 operations and 5 MB a request, four requests at a time. */
    public static BulkOptions standard() {
        return DEFAULT;
    }

    /** Returns a copy with another number of operations a request, 1 to 10 000. */
    public BulkOptions withOperations(int most) {
        return new BulkOptions(most, bytes, requestsInFlight, progress);
    }

    /** Returns a copy with another size of requests, 1 to 104 857 600 bytes. */
    public BulkOptions withBytes(long most) {
        return new BulkOptions(operations, most, requestsInFlight, progress);
    }

    /** Returns a copy with another number of requests at the same time, 1 to 64. */
    public BulkOptions withRequestsInFlight(int most) {
        return new BulkOptions(operations, bytes, most, progress);
    }

    /** Returns a copy that tells this one how far it has come. */
    public BulkOptions withProgress(Consumer<? super BulkProgress> listener) {
        return new BulkOptions(operations, bytes, requestsInFlight, listener);
    }
}
