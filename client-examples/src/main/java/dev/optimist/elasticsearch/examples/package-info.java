/**
 * Examples to run, to read and to copy: {@link dev.optimist.elasticsearch.examples.TwoClients} and
 * {@link dev.optimist.elasticsearch.examples.BlogPost} and {@link dev.optimist.elasticsearch.examples.ExternalVersions}
 * are the classic tutorials on optimistic concurrency, {@link dev.optimist.elasticsearch.examples.ExternalWriter} is the last
 * one again for very many changes, {@link dev.optimist.elasticsearch.examples.StockCount} is what it is good for.
 * {@link dev.optimist.elasticsearch.examples.Tutorials} runs them all on an Elasticsearch of its own, of any version: what that
 * changes is in {@link dev.optimist.elasticsearch.examples.ServerKind}.
 *
 * <p>{@link dev.optimist.elasticsearch.examples.Catalogue} copies a catalogue from a PostgreSQL of its own while it changes,
 * and compares both at the end:
 *
 * <pre>{@code
 * mvn -q -B -ntp -Prun-examples -pl client-examples -am package -Dexample=Catalogue -Dexample.options="--seconds 30"
 * }</pre>
 *
 * <p>The rest is there to tell the story: {@link dev.optimist.elasticsearch.examples.Story} prints and checks,
 * {@link dev.optimist.elasticsearch.examples.Wire} listens to what goes to the server.
 */
@NullMarked
package dev.optimist.elasticsearch.examples;

import org.jspecify.annotations.NullMarked;
