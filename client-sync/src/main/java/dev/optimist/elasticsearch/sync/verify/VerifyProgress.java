package dev.optimist.elasticsearch.sync.verify;

/**
 * How far a comparison is.
 *
 * <pre>{@code
 * Verifier<Product> verifier = Verifier.of(client, "products", inventory, o -> o
 *         .progress(p -> log.info("{} of {} rows", p.rows(), p.totalRows())));
 * }</pre>
 *
 * @param rows rows and remembered deletes that were read
 * @param totalRows how many there are, about; -1 if that is not known
 * @param documents documents and tombstones that were read, once all rows were
 * @param totalDocuments how many there were at the beginning
 * @param suspects how many differences wait for their second look
 * @param differences how many are certain
 */
public record VerifyProgress(
        long rows, long totalRows, long documents, long totalDocuments, int suspects, long differences) {}
