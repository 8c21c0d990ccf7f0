package dev.optimist.elasticsearch;

/**
 * {@link VersionedDocuments#readModifyWrite} found no document to modify. Nothing was written. To create the document in
 * that case, use {@link VersionedDocuments#readModifyWriteOptional}.
 *
 * <pre>{@code
 * try {
 *     stock.readModifyWrite(id, Stock::sellOne);
 * } catch (DocumentMissingException e) {
 *     log.info("there is no {}", e.id());
 * }
 * }</pre>
 */
public final class DocumentMissingException extends OptimistException {
    private static final long serialVersionUID = 1L;

    DocumentMissingException(String index, String id) {
        super("[" + index + "][" + id + "]: document missing", index, id, null);
    }
}
