package dev.optimist.elasticsearch.sync;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.mapping.DynamicMapping;
import co.elastic.clients.elasticsearch._types.mapping.Property;
import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import co.elastic.clients.elasticsearch.indices.ElasticsearchIndicesClient;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.VersionedClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * An index that a {@link SyncJob} writes to: set up for {@link Tombstones}, and rid of old ones.
 *
 * <p>What Elasticsearch refuses is thrown as {@link ElasticsearchException}, and what gets no answer as
 * {@link UncheckedIOException}; doing it again is safe. Immutable and thread-safe.
 *
 * <pre>{@code
 * SyncIndex index = SyncIndex.of(client, "products");
 * index.setUp("products-search");     // an alias without the tombstones
 * index.sweep(Duration.ofDays(7));    // of tombstones older than that
 * }</pre>
 */
public final class SyncIndex {
    private final VersionedClient client;
    private final String index;
    private final Tombstones tombstones;
    private final Clock clock;

    SyncIndex(VersionedClient client, String index, Tombstones tombstones, Clock clock) {
        this.client = client;
        this.index = index;
        this.tombstones = tombstones;
        this.clock = clock;
    }

    /** Returns an index with {@link Tombstones#standard}. */
    public static SyncIndex of(VersionedClient client, String index) {
        return of(client, index, Tombstones.standard());
    }

    /**
     * Returns an index with tombstones of yours, the same as those of the jobs.
     *
     * @param client stays open
     * @param index the name of one index, or of an alias of one
     * @param tombstones how deletes are kept there
     */
    public static SyncIndex of(VersionedClient client, String index, Tombstones tombstones) {
        return new SyncIndex(client, index, tombstones, Clock.systemUTC());
    }

    /**
     * Adds the field of the tombstones to the index's mapping. Makes the index if it is missing, with Elasticsearch's
     * defaults for all else: make it yourself before, if it is to have a mapping and settings of its own. What is there already
     * stays. Needs the privilege {@code manage}.
     */
    public void setUp() {
        ElasticsearchIndicesClient indices = client.elasticsearch().indices();
        send("set up", () -> {
            if (!indices.exists(e -> e.index(index)).value()) {
                create(indices);
            }
            var unused = indices.putMapping(m -> m.index(index).properties(tombstones.field(), marker()));
        });
    }

    private void create(ElasticsearchIndicesClient indices) throws IOException {
        try {
            var unused = indices.create(c -> c.index(index));
        } catch (ElasticsearchException e) {
            if (!"resource_already_exists_exception".equals(e.error().type())) {
                throw e; // else somebody made it between the two requests
            }
        }
    }

    private static Property marker() {
        return Property.of(p -> p.object(
                o -> o.dynamic(DynamicMapping.False).properties(Tombstones.DELETED_AT, d -> d.date(date -> date))));
    }

    /**
     * The same, and makes an alias that hides tombstones: search there, and never in the index itself. An alias of this name
     * that is there gets this filter.
     *
     * @param searchAlias a name that no index has
     */
    public void setUp(String searchAlias) {
        setUp();
        send("make the alias", () -> {
            var unused = client.elasticsearch()
                    .indices()
                    .updateAliases(u -> u.actions(a ->
                            a.add(add -> add.index(index).alias(searchAlias).filter(notDeleted()))));
        });
    }

    /** Returns the query that leaves tombstones out, for searches that cannot use the alias. */
    public Query notDeleted() {
        return Query.of(q -> q.bool(b -> b.mustNot(n -> n.exists(e -> e.field(deletedAt())))));
    }

    /**
     * Removes tombstones that are older than an age. Nothing else ever does: without it they stay, a few bytes each.
     *
     * <p><b>The risk:</b> a change that comes after its tombstone is gone brings the deleted document back. So the age must be
     * longer than any change can be late: the longest stop of a job, the age of a backup that may be restored into the
     * database, of a topic or dead letter that may be replayed. A week is a beginning. Ages go by the clock of whoever wrote the
     * tombstone, and of this machine.
     *
     * <p>What was written since is never touched: each is deleted on the condition that nothing newer is there. It may run
     * beside jobs and other sweeps, and be ended at any moment. It reads 500 at a time, and holds no more.
     *
     * @param olderThan 1 minute or longer, as a shorter one would undo what tombstones are for
     * @param most how many are removed at the most, 1 or more
     * @param progress is told after each 500, on the calling thread
     * @return what became of them
     * @throws InterruptedException if the calling thread is interrupted; what is done stays done
     */
    public Sweep sweep(Duration olderThan, long most, Consumer<Sweep> progress) throws InterruptedException {
        if (olderThan.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("olderThan must be 1 minute or longer, is " + olderThan);
        }
        if (most < 1) {
            throw new IllegalArgumentException("most must be 1 or more, is " + most);
        }
        return new Sweeper(client, index, deletedAt(), clock.instant().minus(olderThan)).run(most, progress);
    }

    /** Removes all that are older than an age; see {@link #sweep(Duration, long, Consumer)}. */
    public Sweep sweep(Duration olderThan) throws InterruptedException {
        return sweep(olderThan, Long.MAX_VALUE, sweep -> {});
    }

    /**
     * What became of old tombstones.
     *
     * @param removed they are gone
     * @param newer something newer was written meanwhile, which stays
     * @param failed they could not be removed, or nobody knows; sweep again
     */
    public record Sweep(long removed, long newer, long failed) {}

    private String deletedAt() {
        return tombstones.field() + "." + Tombstones.DELETED_AT;
    }

    private void send(String what, Sending sending) {
        try {
            sending.send();
        } catch (IOException e) {
            throw new UncheckedIOException("[" + index + "]: could not " + what + ": " + e, e);
        }
    }

    private interface Sending {
        void send() throws IOException;
    }

    @Override
    public String toString() {
        return "SyncIndex[" + index + "]";
    }
}
