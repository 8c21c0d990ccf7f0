/**
 * What safety costs: {@link dev.optimist.elasticsearch.bench.LedgerCost} measures an uncontended {@code readModifyWrite},
 * with and without the write ledger, against the same two requests written by hand, on a real Elasticsearch of its own:
 *
 * <pre>{@code
 * mvn -q -B -ntp -Pbench -pl client-bench -am package
 * }</pre>
 *
 * <p>The figures are printed, and stand in {@code client-bench/target/ledger-cost.md} and {@code ledger-cost.json}. A ratio
 * is one of two neighbours in time, so it means something on a machine that has other work as well; the wider its
 * quartiles, the less. {@code -Doptimist.bench.rounds} (18 by default, 1 to 1000) and {@code -Doptimist.bench.millis} (2000
 * by default, 100 to 60000, for one side in one round) make it longer or shorter, and client-testkit's properties choose the
 * server.
 */
@NullMarked
package dev.optimist.elasticsearch.bench;

import org.jspecify.annotations.NullMarked;
