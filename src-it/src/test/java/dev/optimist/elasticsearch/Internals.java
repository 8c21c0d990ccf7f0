package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.Evidence.Finding;
import dev.optimist.elasticsearch.Evidence.Verdict;
import java.util.Arrays;

/** What tests of this module need to see of the library, and what they take out of it to see that it is missed. */
public final class Internals {
    private Internals() {}

    /** A guard taken out. */
    public enum Mutant {
        /** Nobody looks for the write id: what got no answer was not applied. */
        NO_LEDGER_CHECK,
        /** The document has the content that was sent, so it was applied; else it was not. */
        CONTENT_COMPARISON,
        /** The write id is looked for, but if it is not there it was not applied, dropped or not. */
        DROPPED_IDS_IGNORED
    }

    /** Returns how many requests a client has begun and not given up unsent. */
    public static long requests(VersionedClient client) {
        return client.requests();
    }

    /** Returns the same documents without a guard. */
    public static <T> VersionedDocuments<T> without(VersionedDocuments<T> documents, Mutant mutant) {
        return documents.judgedBy(
                switch (mutant) {
                    case NO_LEDGER_CHECK -> (pending, now, writeId) -> new Verdict(Finding.NOT_APPLIED, "mutant");
                    case CONTENT_COMPARISON ->
                        (pending, now, writeId) -> new Verdict(
                                pending != null && Arrays.equals(pending.sent(), now.document())
                                        ? Finding.APPLIED
                                        : Finding.NOT_APPLIED,
                                "mutant");
                    case DROPPED_IDS_IGNORED ->
                        (pending, now, writeId) -> {
                            Verdict verdict = new LedgerEvidence().judge(pending, now, writeId);
                            return verdict.finding() == Finding.UNDECIDABLE
                                    ? new Verdict(Finding.NOT_APPLIED, "mutant")
                                    : verdict;
                        };
                });
    }

    /** Returns how many documents have calls under way. */
    public static int lanes(VersionedClient client) {
        return client.lanes();
    }
}
