package dev.optimist.elasticsearch.sync.verify;

import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.ExternalVersionWriter;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.sync.Inventory;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares an index with the primary database that it is a copy of, while changes flow, and mends what differs.
 *
 * <pre>{@code
 * Verifier<Product> verifier = Verifier.of(client, "products", inventory, o -> o.tombstones(Tombstones.standard()));
 * VerifyReport report = verifier.verify();
 * }</pre>
 *
 * <p>Every row is looked up in the index, in real time; then every document of the index, as of then, is looked up in the
 * database. A page of each is in memory, and a bounded number of differences that wait for their second look. The index is
 * refreshed once.
 *
 * <p>A difference is reported if it is there at two looks, {@link VerifyOptions#settle} apart or more, and at three where
 * versions do not tell: an orphan, rows without versions. No change that flows is taken for a difference, provided that
 *
 * <ul>
 *   <li>the index has each change within the settle time from when readers of the database see it;
 *   <li>readers of the database see each change within the settle time from when the index has it: an inventory reads what
 *       is committed, and no replica that lags for longer;
 *   <li>a later state of a row has a higher version. Where rows have no versions and deletes are not kept as tombstones, a
 *       row that is deleted and inserted again as it was, both within the settle time, may be reported as missing.
 * </ul>
 *
 * <p>What differs for longer is found, if it was there before the comparison began and until it ended. An exception of the
 * inventory or a listener ends the comparison, as does one of Elasticsearch that lasts for about a minute.
 *
 * <p>Immutable and thread-safe, if the inventory and the listeners are.
 *
 * @param <T> the class of the documents
 */
public final class Verifier<T> {
    private final VersionedClient client;
    private final String name;
    private final Inventory<T> inventory;
    private final VerifyOptions<T> options;
    private final Pause pause;

    Verifier(VersionedClient client, String index, Inventory<T> inventory, VerifyOptions<T> options, Pause pause) {
        this.client = client;
        this.name = index;
        this.inventory = inventory;
        this.options = options;
        this.pause = pause;
    }

    /**
     * Returns what compares. Nothing is read.
     *
     * @param client for reading; needs the privileges {@code read} and {@code maintenance} on the index
     * @param index the index or alias that the sync writes to
     * @param inventory what the database has; closing it is yours
     * @param options how to compare
     * @param <T> the class of the documents
     * @throws IllegalArgumentException if an option is out of its bounds, naming it
     */
    public static <T> Verifier<T> of(
            VersionedClient client, String index, Inventory<T> inventory, Consumer<VerifyOptions<T>> options) {
        VerifyOptions<T> set = new VerifyOptions<>();
        options.accept(set);
        return new Verifier<>(
                Objects.requireNonNull(client, "client"),
                Objects.requireNonNull(index, "index"),
                Objects.requireNonNull(inventory, "inventory"),
                set,
                Pause.REAL);
    }

    /**
     * Compares, on this thread.
     *
     * @throws InterruptedException if the thread is interrupted
     * @throws Exception what the inventory or a listener throws, or Elasticsearch for about a minute
     */
    public VerifyReport verify() throws Exception {
        return comparison(null, null).run();
    }

    /**
     * Compares, and mends what differs, as it is found: by default only says how. Running it again is safe, and so is running
     * it beside the sync.
     *
     * <p>Everything is written at the database's version, so that nothing newer is ever replaced: rows and remembered deletes
     * at their own, by an {@link ExternalVersionWriter}. What has the same version and another document is replaced by
     * {@code external_gte}. A document without a row ({@link Difference.Kind#ORPHAN}) becomes a tombstone, or is deleted if
     * there are none, at its own version: every change of the source is newer than that. {@link Difference.Kind#AHEAD} is
     * listed, and never repaired. For rows without versions see {@link RepairOptions#versionNow}.
     *
     * @param documents the documents of this index, as the sync writes them: with its pipeline, for instance
     * @param options whether to write, and more
     * @throws InterruptedException if the thread is interrupted
     * @throws Exception as {@link #verify}
     */
    public RepairReport repair(VersionedDocuments<T> documents, Consumer<RepairOptions> options) throws Exception {
        RepairOptions set = new RepairOptions();
        options.accept(set);
        Tombstones tombstones = this.options.tombstones();
        try (ExternalVersionWriter<T> writer = documents.externalVersionWriter(o -> {
            if (tombstones != null) {
                o.tombstones(tombstones);
            }
        })) {
            VersionedDocuments<JsonNode> deletes = client.documents(name, JsonNode.class);
            Repairs<T> repairs = new Repairs<>(set, this.options, documents, deletes, writer);
            return repairs.report(comparison(repairs, set.versionNow()).run());
        }
    }

    private Comparison<T> comparison(@Nullable Repairs<T> repairs, @Nullable LongSupplier versionNow) {
        IndexReader index = new IndexReader(client.elasticsearch(), name, options.tombstones());
        // VersionedClient takes no client with another mapper
        Judge<T> judge = new Judge<>(
                options, ((JacksonJsonpMapper) client.elasticsearch()._jsonpMapper()).objectMapper());
        return new Comparison<>(options, index, inventory, judge, pause, repairs, versionNow);
    }
}
