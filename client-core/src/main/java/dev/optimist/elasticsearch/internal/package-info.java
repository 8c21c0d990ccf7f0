/**
 * How requests go over the wire. Not API.
 *
 * <p>{@link dev.optimist.elasticsearch.internal.Dialect} is the one seam to a server: everything on this side of it knows
 * HTTP, elasticsearch-java and what servers answer; everything on the other side (conditions, attempts, outcomes) does
 * not.
 */
@NullMarked
package dev.optimist.elasticsearch.internal;

import org.jspecify.annotations.NullMarked;
