/**
 * Keeps an Elasticsearch index equal to a primary database by the database's own versions ({@code version_type=external}):
 * sources of changes, checkpoints, deletes kept as tombstones, and a comparison of both sides.
 */
@NullMarked
package dev.optimist.elasticsearch.sync;

import org.jspecify.annotations.NullMarked;
