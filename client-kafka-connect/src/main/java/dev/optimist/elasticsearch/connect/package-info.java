/**
 * A sink of Kafka Connect that writes by external versions: {@link dev.optimist.elasticsearch.connect.OptimisticSinkConnector}.
 * Its settings are in {@code docs/kafka-connect.md}.
 */
@NullMarked
package dev.optimist.elasticsearch.connect;

import org.jspecify.annotations.NullMarked;
