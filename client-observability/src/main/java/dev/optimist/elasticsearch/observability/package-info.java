/**
 * What a client's operations come to, for those who run it: {@link dev.optimist.elasticsearch.OperationListener}s that make
 * meters and spans of them, and that know the documents that most is fought for. None keeps documents, and no meter has an id.
 */
@NullMarked
package dev.optimist.elasticsearch.observability;

import org.jspecify.annotations.NullMarked;
