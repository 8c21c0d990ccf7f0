/**
 * Two users who edit different fields of one document both win: three-way merge, JSON merge patch (RFC 7396) and JSON patch
 * (RFC 6902), each a function for {@code readModifyWrite}, so that it is applied to the latest version, and again after a
 * conflict.
 *
 * <p>Start at {@link dev.optimist.elasticsearch.merge.Merging}. Documents are JSON here, {@code ObjectNode}, so that no field
 * is lost that a class does not know; {@link dev.optimist.elasticsearch.merge.Edits} is for those who edit objects.
 */
@NullMarked
package dev.optimist.elasticsearch.merge;

import org.jspecify.annotations.NullMarked;
