package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Refresh;
import dev.optimist.elasticsearch.internal.Write;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of every request of a {@link VersionedDocuments}. All are unset by default, which leaves them to
 * Elasticsearch, but for {@code retry}, which is {@link RetryPolicy#sharedDocument()}.
 *
 * <p>Not thread-safe; it lives as long as the lambda that it is given to.
 *
 * <pre>{@code
 * VersionedDocuments<Cart> carts = client.documents("carts", Cart.class)
 *         .with(o -> o.routing(customer).retry(RetryPolicy.documentOwner()).writeLedger(WriteLedger.standard()));
 * }</pre>
 */
public final class DocumentOptions {
    private @Nullable String mappingType;
    private @Nullable String routing;
    private @Nullable Refresh refresh;
    private @Nullable String waitForActiveShards;
    private @Nullable String pipeline;
    private @Nullable Boolean requireAlias;
    private RetryPolicy retry = RetryPolicy.sharedDocument();

    private @Nullable WriteLedger writeLedger;
    private Contention contention = Contention.COMBINE;
    private boolean reuseLastWrite;

    DocumentOptions() {}

    DocumentOptions copy() {
        DocumentOptions copy = new DocumentOptions();
        copy.mappingType = mappingType;
        copy.routing = routing;
        copy.refresh = refresh;
        copy.waitForActiveShards = waitForActiveShards;
        copy.pipeline = pipeline;
        copy.requireAlias = requireAlias;
        copy.retry = retry;
        copy.writeLedger = writeLedger;
        copy.contention = contention;
        copy.reuseLastWrite = reuseLastWrite;
        return copy;
    }

    /**
     * Sets the mapping type, for servers before 7: {@code blog} of {@code /website/blog/1}. Null, the default, for servers
     * without; 6.x takes that for the type {@code _doc}. {@link WriteCondition#version} is then the server's own
     * {@code ?version=n}, and where a server keeps no sequence numbers (before 6.7) a {@link DocumentToken} goes by the
     * {@code _version}. Elasticsearch 2.x ignores {@link #pipeline} and {@link #waitForActiveShards} in silence.
     *
     * @throws IllegalArgumentException if it is empty, or begins with {@code _} and is not {@code _doc}
     */
    public DocumentOptions mappingType(@Nullable String value) {
        this.mappingType = value == null ? null : Bounds.mappingType(value);
        return this;
    }

    /** Sets {@code routing}; null for the document's id. Not empty. */
    public DocumentOptions routing(@Nullable String value) {
        this.routing = Bounds.text("routing", value);
        return this;
    }

    /** Sets {@code refresh}: whether and when searches see a write. */
    public DocumentOptions refresh(@Nullable Refresh value) {
        this.refresh = value;
        return this;
    }

    /** Sets {@code wait_for_active_shards}: how many copies of the shard must be there before a write; 0 or more. */
    public DocumentOptions waitForActiveShards(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("wait_for_active_shards must be 0 or more, is " + count);
        }
        this.waitForActiveShards = Integer.toString(count);
        return this;
    }

    /** Sets {@code wait_for_active_shards=all}. */
    public DocumentOptions waitForAllActiveShards() {
        this.waitForActiveShards = "all";
        return this;
    }

    /**
     * Sets the ingest {@code pipeline} that documents go through before they are stored; not empty. What a pipeline
     * changes is seen at the next read.
     */
    public DocumentOptions pipeline(@Nullable String value) {
        this.pipeline = Bounds.text("pipeline", value);
        return this;
    }

    /**
     * Sets {@code require_alias}, for index and create; Elasticsearch has it not for deletes. A write to a name that is not
     * an alias is refused, instead of making an index of that name. A write that depends on a read by an alias goes to the
     * concrete index of that read, where it is met already.
     */
    public DocumentOptions requireAlias(boolean value) {
        this.requireAlias = value;
        return this;
    }

    /** Sets how long {@code readModifyWrite} goes on after conflicts. */
    public DocumentOptions retry(RetryPolicy value) {
        this.retry = Bounds.notNull("retry", value);
        return this;
    }

    /**
     * Sets the write ledger, by which a write whose answer was lost is found again; null, the default, for none. All
     * handles of an index should have the same.
     */
    public DocumentOptions writeLedger(@Nullable WriteLedger value) {
        this.writeLedger = value;
        return this;
    }

    /**
     * Sets how calls of {@code readModifyWrite} on one document at the same time go about it, {@link Contention#COMBINE} by
     * default. It holds for calls through the same handle; those through others wait for them, and go by themselves.
     */
    public DocumentOptions contention(Contention value) {
        this.contention = Bounds.notNull("contention", value);
        return this;
    }

    /**
     * Sets whether {@code readModifyWrite} begins with the document as the same handle wrote it last, instead of a read;
     * false by default. The write is conditional as ever: if somebody else has written since, it is refused, and the next
     * attempt reads; what a function throws, or that it changes nothing, is believed only of a document that was read. It
     * halves the requests where this client writes the same documents again and again, and costs one more where others do.
     *
     * <p>What an ingest pipeline changes, be it the index's {@code default_pipeline} or {@code final_pipeline}, is not in what
     * was sent, and the next write would undo it. So the second call on a document reads, and only where what the first wrote
     * is stored as it was sent, those after it do not, until a conflict or 10 s without a write. Leave it off if a pipeline
     * changes some writes of a document and others not. With {@link #pipeline} it is refused.
     *
     * <p>At most 10 000 documents of 16 MB in all are kept, each for 10 s after its last write.
     */
    public DocumentOptions reuseLastWrite(boolean value) {
        this.reuseLastWrite = value;
        return this;
    }

    @Nullable
    String mappingType() {
        return mappingType;
    }

    @Nullable
    String routing() {
        return routing;
    }

    RetryPolicy retry() {
        return retry;
    }

    Contention contention() {
        return contention;
    }

    boolean reuseLastWrite() {
        if (reuseLastWrite && pipeline != null) {
            throw new IllegalArgumentException("reuseLastWrite: not with a pipeline, whose changes it would undo");
        }
        return reuseLastWrite;
    }

    @Nullable
    WriteLedger writeLedger() {
        return writeLedger;
    }

    Write.Parameters parameters() {
        if (mappingType != null && requireAlias != null) { // 2.x would not refuse, but ignore it
            throw new IllegalArgumentException(
                    "require_alias: not with a mapping type, as servers that have those have it not");
        }
        return new Write.Parameters(refresh, waitForActiveShards, pipeline, requireAlias);
    }
}
