/**
 * Changes of a PostgreSQL from its log, by Debezium Engine. Needs {@code io.debezium:debezium-api}, {@code debezium-embedded}
 * and {@code debezium-connector-postgres} in the class path.
 */
@NullMarked
package dev.optimist.elasticsearch.sync.debezium;

import org.jspecify.annotations.NullMarked;
