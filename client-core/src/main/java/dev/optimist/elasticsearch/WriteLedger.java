package dev.optimist.elasticsearch;

/**
 * Turns the write ledger on: every {@code readModifyWrite} and {@code create} leaves its write id in a reserved object of
 * the document, so that a write whose answer was lost is found again, or proven absent, by a read. The object never
 * reaches your class.
 *
 * <p>All who write to these documents should have it on. A writer without it is noticed, and a write that is unresolved at
 * that moment ends as {@link OutcomeUnknownException}, never as applied twice.
 *
 * <p>Give the index its mapping first ({@link VersionedDocuments#putLedgerMapping}). See docs/guarantees.md for the rule and
 * for how to choose the size. Immutable and thread-safe.
 *
 * <pre>{@code
 * VersionedDocuments<Stock> exactly = stock.with(o -> o.writeLedger(WriteLedger.standard().withSize(256)));
 * exactly.putLedgerMapping();
 * exactly.readModifyWrite(id, order.id(), Stock::sellOne); // applied once, however often it is called
 * }</pre>
 *
 * @param size how many write ids a document keeps, 1 to 1024; 64 by default. Each takes about 25 bytes of the document.
 *     Threads that write to the same document at the same time take one each, and every write id that you supply yourself
 *     takes one (which needs a size of 2 at least); the oldest goes first. A write that is unresolved while as many others came as there is room for, ends
 *     as {@link OutcomeUnknownException}.
 * @param field the name of the object, {@code optimist_ledger} by default; 1 to 100 characters, no dots, no leading
 *     underscore
 */
public record WriteLedger(int size, String field) {
    private static final int MOST = 1024;
    private static final int LONGEST_FIELD = 100;
    private static final WriteLedger DEFAULT = new WriteLedger(64, "optimist_ledger");

    /** Checks the bounds. */
    public WriteLedger {
        if (size < 1 || size > MOST) {
            throw new IllegalArgumentException("size must be between 1 and " + MOST + ", is " + size);
        }
        if (Bounds.notNull("field", field).isEmpty()
                || field.length() > LONGEST_FIELD
                || !field.matches("[A-Za-z][A-Za-z0-9_-]*")) {
            throw new IllegalArgumentException("field must be a letter and then letters, digits, _ or -, at most "
                    + LONGEST_FIELD + " in all, is " + field);
        }
    }

    /** Returns a ledger of 64 write ids in {@code optimist_ledger}. */
    public static WriteLedger standard() {
        return DEFAULT;
    }

    /** Returns a copy that keeps so many write ids, 1 to 1024. */
    public WriteLedger withSize(int ids) {
        return new WriteLedger(ids, field);
    }

    /** Returns a copy in another field. */
    public WriteLedger withField(String name) {
        return new WriteLedger(size, name);
    }
}
