/**
 * What safety costs and what it gains: {@link dev.optimist.elasticsearch.bench.Bench} measures {@code readModifyWrite}
 * against what is written by hand, side by side in one process on a real Elasticsearch of its own: many threads on one
 * document, two JVMs on one document, each thread on documents of its own, with and without the write ledger, and one
 * change for each of many documents.
 *
 * <pre>{@code
 * mvn -q -B -ntp -Pbench -pl client-bench -am package
 * mvn -q -B -ntp -Pbench-quick verify
 * }</pre>
 *
 * <p>The figures are in {@code client-bench/target/bench.md} and {@code bench.json}, with charts beside them. A ratio is one
 * of two neighbours in time, so it means something on a machine that has other work as well; the wider its quartiles, the
 * less. The documents are looked at in the end: a run that lost an update, or applied one twice, fails.
 *
 * <p>{@link dev.optimist.elasticsearch.bench.ClientPath} measures what the client alone costs, with JMH and no server:
 *
 * <pre>{@code
 * mvn -q -B -ntp -Pjmh -pl client-bench -am package
 * }</pre>
 *
 * <p>{@link dev.optimist.elasticsearch.bench.SyncBench} measures external versions in bulk, and
 * {@link dev.optimist.elasticsearch.bench.ConnectBench} the same through Kafka Connect:
 *
 * <pre>{@code
 * mvn -q -B -Psync-bench verify
 * mvn -q -B -Pconnect-bench verify
 * }</pre>
 *
 * <p>{@code -Doptimist.bench.only} measures some of its parts alone ({@code contended}, {@code two-jvms},
 * {@code uncontended}, {@code many}, and in a full run {@code script}; a comma between them).
 * {@code -Doptimist.bench.rounds} (1 to 1000) and {@code -Doptimist.bench.millis} (100 to 60000, for one side in one round)
 * make it longer or shorter, and client-testkit's properties choose the server. See docs/performance.md.
 */
@NullMarked
package dev.optimist.elasticsearch.bench;

import org.jspecify.annotations.NullMarked;
