package dev.optimist.elasticsearch.sync.debezium;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.sync.Changes;
import dev.optimist.elasticsearch.sync.Row;
import dev.optimist.elasticsearch.sync.Source;
import io.debezium.engine.RecordChangeEvent;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table of PostgreSQL (14 or later), and then all their changes, deletes included, from the server's log
 * ({@code wal_level = logical}), by Debezium Engine.
 *
 * <pre>{@code
 * Source<Product> source = DebeziumSource.postgres(
 *         o -> o.host("db").database("shop").user("sync").password(secret).table("public.product").slot("products"),
 *         row -> new Product(row.get("name").textValue(), row.get("price").decimalValue()));
 * }</pre>
 *
 * <p><b>Versions.</b> That of a change is its position in the log, the LSN: changes of one row have growing ones, also within
 * one transaction, as a row is locked until the commit. (Not so where the primary key is DEFERRABLE, and two rows have the same
 * one for a while; PostgreSQL then refuses updates and deletes, unless there is another REPLICA IDENTITY.) Rows of the first
 * reading have a version below that of every change that the reading does not see; for that it waits until all transactions
 * have ended that were open at the start. LSNs are of one server: after a dump and restore, say, they begin low again, and the
 * index has to be made anew. {@link DebeziumOptions#versionColumn} takes a column instead.
 *
 * <p><b>Documents</b> have a field for each column: numbers as numbers, dates and times in ISO 8601, {@code json} as it is,
 * {@code bytea} in base64. A long value (of 2 kB or more) that was not changed is not in the log, and read from the row: it
 * may be newer than the version, until the next change of the row comes. A change that is delivered twice may then have two
 * documents, which the writer calls {@code SUSPICIOUS}: {@code ALTER TABLE … REPLICA IDENTITY FULL} has such values logged, or
 * {@link dev.optimist.elasticsearch.ExternalOptions#compareDuplicates} is to be off.
 *
 * <p><b>Positions.</b> The slot is made before the first reading, and its changes follow from there: a job that is killed while
 * it reads starts reading again, and misses no delete. The only position is the job's; PostgreSQL keeps its log until the job
 * has stored that it is past it. So a job that does not run fills the server's disk: {@code max_slot_wal_keep_size} bounds
 * that, and a job whose slot is lost ends with an error that says so. Once a second a message of some bytes is put into the log
 * ({@code heartbeat.interval.ms} and {@code heartbeat.action.query} are properties), to know what the job has caught up with
 * and that the slot moves on while other tables change.
 *
 * <p>A TRUNCATE ends it with an error: which rows are gone the log does not say. Lost connections are made anew, for a minute
 * or so ({@code errors.max.retries}). A row that Elasticsearch cannot take, for its id or version, is {@link
 * Changes#accept(Row) rejected}. A second job with the same slot waits for a minute, and fails.
 *
 * <p>Holds up to 16 MB ({@code max.queue.size.in.bytes}) and two batches of 2 048 changes ({@code max.batch.size}).
 *
 * @param <T> the class of the documents
 */
public final class DebeziumSource<T> implements Source<T> {
    private static final long PAUSE = 100;

    private final DebeziumOptions options;
    private final Slot slot;
    private final Events<T> events;
    private final AtomicLong stored = new AtomicLong();

    private DebeziumSource(DebeziumOptions options, Function<ObjectNode, T> mapper) {
        this.options = options;
        this.slot = new Slot(options);
        this.events = new Events<>(options, slot, mapper);
    }

    /**
     * Returns a source, which does not connect yet.
     *
     * @param options says which table, and how
     * @param mapper makes a document of a row, on the thread that reads; what it throws ends the job
     * @throws IllegalArgumentException if an option is missing or out of its bounds
     */
    public static <T> DebeziumSource<T> postgres(Consumer<DebeziumOptions> options, Function<ObjectNode, T> mapper) {
        DebeziumOptions set = new DebeziumOptions();
        options.accept(set);
        return new DebeziumSource<>(set.checked(), mapper);
    }

    /** Returns a source of documents as they are. */
    public static DebeziumSource<ObjectNode> postgres(Consumer<DebeziumOptions> options) {
        return postgres(options, row -> row);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if the slot has lost what comes after the position, the table was truncated or has no
     *     primary key
     */
    @Override
    public void read(@Nullable String position, Changes<T> changes) throws Exception {
        if (position != null) {
            LogPosition from = LogPosition.parse(position);
            slot.requireAfter(from);
            stream(from, changes);
            return;
        }
        LogPosition from = slot.prepare();
        OptionalLong floor = slot.floor(changes::isStopping);
        if (floor.isPresent() && snapshot(floor.getAsLong(), changes)) {
            changes.position(from.toJson());
            stream(from, changes);
        }
    }

    /** Returns whether it came to its end. */
    private boolean snapshot(long floor, Changes<T> changes) throws Exception {
        try (Engine engine = start(Connector.snapshot(options))) {
            while (!changes.isStopping()) {
                List<RecordChangeEvent<SourceRecord>> batch = engine.poll(PAUSE);
                if (batch != null) {
                    for (RecordChangeEvent<SourceRecord> event : batch) {
                        if (Events.isEndOfSnapshot(event.record())) {
                            return true;
                        }
                        deliver(event.record(), floor, changes);
                    }
                }
            }
            return false;
        }
    }

    private void stream(LogPosition from, Changes<T> changes) throws Exception {
        String run = UUID.randomUUID().toString();
        long last = from.lsn();
        try (Engine engine = start(Connector.stream(options, from, run))) {
            while (!changes.isStopping()) {
                List<RecordChangeEvent<SourceRecord>> batch = engine.poll(PAUSE);
                if (batch == null) {
                    continue;
                }
                boolean caughtUp = false;
                for (RecordChangeEvent<SourceRecord> event : batch) {
                    deliver(event.record(), from.lsn(), changes);
                    caughtUp |= Events.isMark(event.record(), run);
                }
                LogPosition reached =
                        Events.position(batch.get(batch.size() - 1).record());
                // after a connection was lost it comes again
                if (reached != null && reached.lsn() > last) {
                    last = reached.lsn();
                    changes.position(reached.toJson());
                }
                if (caughtUp) {
                    changes.caughtUp();
                    if (options.once()) {
                        return;
                    }
                }
            }
        }
    }

    /**
     * Returns a version for rows that are read from now on, by whatever means: below that of each change which readers do not
     * see yet. Waits until all transactions have ended that are open now. For repair, of rows whose version is the position in the
     * log.
     *
     * @throws IllegalStateException if there is no connection, or PostgreSQL refuses
     */
    public long versionNow() {
        try {
            return slot.floor(() -> false).orElseThrow();
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL does not tell where its log is: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while transactions are open", e);
        }
    }

    private Engine start(Properties properties) {
        return Engine.start(properties, stored);
    }

    private void deliver(SourceRecord record, long floor, Changes<T> changes)
            throws SQLException, InterruptedException {
        Row<T> row = events.row(record, floor);
        if (row != null) {
            changes.accept(row);
        }
    }

    @Override
    public void stored(String position) {
        stored.accumulateAndGet(LogPosition.parse(position).lsn(), Math::max);
    }

    @Override
    public String toString() {
        return "DebeziumSource[" + options + "]";
    }
}
