package dev.optimist.elasticsearch;

/**
 * What became of all documents of a {@link VersionedDocuments#readModifyWriteAll readModifyWriteAll}.
 *
 * <pre>{@code
 * ModifiedTotal total = stock.readModifyWriteAll(ids.stream(), Stock::sellOne, item -> {});
 * log.info("{} of {} failed", total.failed(), total.taken());
 * }</pre>
 *
 * @param taken how many ids were taken
 * @param applied how many were written
 * @param unchanged how many were left as they are, as the function asked
 * @param failed how many failed; {@code taken} is the sum of these three
 * @param complete whether all ids were taken; false after an interrupt
 */
public record ModifiedTotal(long taken, long applied, long unchanged, long failed, boolean complete) {}
