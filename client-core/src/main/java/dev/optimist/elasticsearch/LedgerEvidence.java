package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Ledger;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rule of the write ledger (docs/guarantees.md has the proof).
 *
 * <p>Every write by this library adds one to {@code _version} and one to the ledger's {@code n}. If both have grown by the
 * same since the write's token, all writes in between were such writes, and each has left its id. An id that was dropped
 * for want of room has a number of at most {@code dropped}; ours would have one above the {@code n} that the write was
 * based on. So if it is not there, it was never applied, and as its token is no longer the current one, never will be.
 */
final class LedgerEvidence implements Evidence {
    private static final Verdict FOUND = new Verdict(Finding.APPLIED, "its write id is in the document");

    @Override
    public Verdict judge(@Nullable Pending pending, State now, String writeId) {
        Ledger ledger = now.ledger();
        boolean contained = ledger != null && ledger.contains(writeId);
        if (pending == null) {
            return contained ? FOUND : new Verdict(Finding.NOT_APPLIED, "its write id is not in the document");
        }
        State on = pending.on();
        if (!now.index().equals(on.index())) {
            return undecidable("the alias was switched from " + on.index() + " to " + now.index());
        }
        if (contained) {
            return FOUND;
        }
        if (now.token() == null) {
            return on.token() == null
                    ? new Verdict(Finding.OPEN, "there is still no document")
                    : undecidable("the document is gone, deleted by this write or by another writer");
        }
        if (on.token() != null && now.token().seqNo() == on.token().seqNo()) {
            return now.token().primaryTerm() == on.token().primaryTerm()
                            && now.version() == on.version()
                            && Objects.equals(born(now), born(on))
                    ? new Verdict(Finding.OPEN, "the document is as it was read")
                    : undecidable("the document was deleted and created again");
        }
        return judgeHistory(pending.first(), now);
    }

    private static Verdict judgeHistory(State on, State now) {
        Ledger was = on.ledger();
        Ledger is = now.ledger();
        boolean sameLedger = was == null || (is != null && is.born().equals(was.born()));
        long gap = now.version() - on.version();
        if (!sameLedger || gap <= 0) {
            return undecidable(
                    "the document was deleted and created again, or written by somebody without the write ledger");
        }
        if (gap == 1 && is != null && is.n() - n(was) <= 1) {
            return new Verdict(Finding.NOT_APPLIED, "one write came since, and it was another");
        }
        if (is == null || is.n() - n(was) != gap) {
            return undecidable("somebody without the write ledger has written in between");
        }
        return is.dropped() > n(was)
                ? undecidable("its write id would have been dropped for want of room: " + gap
                        + " writes came since, and the ledger holds "
                        + is.writes().size())
                : new Verdict(Finding.NOT_APPLIED, "all writes since have left their ids, and it is not among them");
    }

    private static long n(@Nullable Ledger ledger) {
        return ledger == null ? 0 : ledger.n();
    }

    private static @Nullable String born(State state) {
        return state.ledger() == null ? null : state.ledger().born();
    }

    private static Verdict undecidable(String why) {
        return new Verdict(Finding.UNDECIDABLE, why);
    }
}
