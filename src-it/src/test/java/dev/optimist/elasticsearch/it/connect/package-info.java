/** The sink on Kafka Connect, with real brokers and workers as processes. */
package dev.optimist.elasticsearch.it.connect;
