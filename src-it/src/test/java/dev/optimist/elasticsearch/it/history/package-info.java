/**
 * Looks at what many concurrent callers were told, and says whether one document after another can have been changed like
 * that. Knows no server.
 *
 * <p>{@link dev.optimist.elasticsearch.it.history.ListAppendChecker} is for documents that are lists to which every
 * operation appends its id: exact, linear, of any length.
 * {@link dev.optimist.elasticsearch.it.history.LinearizabilityChecker} is for everything that has a
 * {@link dev.optimist.elasticsearch.it.history.Model}, and searches.
 */
@NullMarked
package dev.optimist.elasticsearch.it.history;

import org.jspecify.annotations.NullMarked;
