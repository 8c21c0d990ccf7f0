/**
 * Optimistic concurrency for Elasticsearch: versioned requests, conflicts as typed outcomes, and
 * {@link dev.optimist.elasticsearch.VersionedDocuments#readModifyWrite readModifyWrite}.
 *
 * <p>Start at {@link dev.optimist.elasticsearch.VersionedClient}. Everything public here is API; everything in
 * {@code internal} may change in any release.
 *
 * <p>Every call ends in one of four ways, and says which:
 *
 * <ul>
 *   <li><b>applied</b>: the method returns;
 *   <li><b>conflict</b>: {@link dev.optimist.elasticsearch.VersionConflictException}, or
 *       {@link dev.optimist.elasticsearch.AttemptsExhaustedException} after several of them;
 *   <li><b>rejected</b>: {@link java.lang.IllegalArgumentException} before anything is sent,
 *       {@link dev.optimist.elasticsearch.RequestRejectedException} by the server, or
 *       {@link dev.optimist.elasticsearch.ServerUnavailableException} if no server took it: nothing was written;
 *   <li><b>unknown</b>: {@link dev.optimist.elasticsearch.OutcomeUnknownException}: it was sent and nobody can tell.
 * </ul>
 */
@NullMarked
package dev.optimist.elasticsearch;

import org.jspecify.annotations.NullMarked;
