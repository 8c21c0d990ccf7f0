package dev.optimist.elasticsearch.sync.verify;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Verifier#repair} does. Not thread-safe; it lives as long as the lambda that it is given to.
 *
 * <pre>{@code
 * RepairReport report = verifier.repair(products, o -> o.dryRun(false).listener(repair -> log.info("{}", repair.outcome())));
 * }</pre>
 */
public final class RepairOptions {
    private boolean dryRun = true;
    private @Nullable LongSupplier versionNow;
    private Consumer<? super Repair> listener = repair -> {};

    RepairOptions() {}

    /** Decides whether nothing is written, and it is only said what would be; so by default. */
    public RepairOptions dryRun(boolean on) {
        this.dryRun = on;
        return this;
    }

    /**
     * Sets how to ask the source for its version now, where rows have none of their own: {@code pg_current_wal_lsn()}, say. It is
     * asked before rows are read, and what is read is written at this version. <b>Every change that readers do not see yet when
     * it returns must get a higher version</b>, or the change would be refused when it comes. A position in a log is no such
     * version while a transaction runs that has written to the log before it: read the position first, and return it when
     * all transactions that ran then are over.
     *
     * <p>Without it, what has no version is written at the version that the index has, so that every change that comes later
     * still wins; and what the index does not have at all is listed, and not repaired.
     */
    public RepairOptions versionNow(LongSupplier source) {
        this.versionNow = Objects.requireNonNull(source, "versionNow");
        return this;
    }

    /** Tells what became of every difference, on the calling thread. What it throws ends the repair. */
    public RepairOptions listener(Consumer<? super Repair> told) {
        this.listener = Objects.requireNonNull(told, "listener");
        return this;
    }

    boolean dryRun() {
        return dryRun;
    }

    @Nullable
    LongSupplier versionNow() {
        return versionNow;
    }

    Consumer<? super Repair> listener() {
        return listener;
    }
}
