package dev.optimist.elasticsearch.sync.verify;

import dev.optimist.elasticsearch.sync.Row;
import dev.optimist.elasticsearch.sync.verify.Difference.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A document that differed at the last look, and what was seen then, without the documents themselves.
 *
 * @param due when to look again
 * @param looks how often it was looked at
 * @param unchanged at how many of them, without one between, both sides were as at the look before
 */
record Suspect(Key key, Indexed indexed, Mark row, long due, int looks, int unchanged) {
    /** How often both sides must be found unchanged where versions do not tell. */
    private static final int ENOUGH = 2;

    /** What another look comes to. */
    enum Verdict {
        /** The same on both sides, or the index follows. */
        EQUAL,
        DIFFERENT,
        /** Changed too much meanwhile. */
        UNDECIDED
    }

    /**
     * What a row was.
     *
     * @param content of a document without a version, a digest; else null
     */
    record Mark(
            Indexed.Presence presence,
            @Nullable Long version,
            @Nullable String content) {
        private static final Mark NONE = new Mark(Indexed.Presence.ABSENT, null, null);

        static <T> Mark of(@Nullable Row<T> row, Judge<T> judge) {
            if (row == null) {
                return NONE;
            }
            if (row.document() == null) {
                return new Mark(Indexed.Presence.TOMBSTONE, row.version(), null);
            }
            String content = row.version() == null ? digest(row.document(), judge) : null;
            return new Mark(Indexed.Presence.DOCUMENT, row.version(), content);
        }

        private static <T> String digest(@Nullable T document, Judge<T> judge) {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(judge.bytes(document)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }

    static <T> Suspect first(Look<T> look, Judge<T> judge, long due) {
        return new Suspect(look.key(), look.indexed().withoutSource(), Mark.of(look.row(), judge), due, 1, 0);
    }

    <T> Suspect next(Look<T> look, Judge<T> judge, long due) {
        int still = isUnchanged(look, judge) ? unchanged + 1 : 0;
        return new Suspect(key, look.indexed().withoutSource(), Mark.of(look.row(), judge), due, looks + 1, still);
    }

    private <T> boolean isUnchanged(Look<T> now, Judge<T> judge) {
        return indexed.equals(now.indexed().withoutSource()) && row.equals(Mark.of(now.row(), judge));
    }

    /**
     * Judges a look that was taken the settle time after the last one, or later, and found a difference of this kind. Why
     * it is right is in ADR 13.
     */
    <T> Verdict judge(Look<T> now, Kind kind, Judge<T> judge, boolean tombstonesKept) {
        Long version = now.row() == null ? null : now.row().version();
        if (kind == Kind.CONTENT && version != null) {
            return Verdict.DIFFERENT; // one version is one document, whenever it is looked at
        }
        if (kind == Kind.AHEAD) {
            return version != null && indexed.isPresent() && indexed.version() > version
                    ? Verdict.DIFFERENT
                    : Verdict.UNDECIDED;
        }
        if (now.indexed().isPresent() && version != null && row.version() != null) {
            return now.indexed().version() < row.version() ? Verdict.DIFFERENT : Verdict.EQUAL;
        }
        if (!now.indexed().isPresent() && tombstonesKept && row.presence() == Indexed.Presence.DOCUMENT) {
            return Verdict.DIFFERENT; // whatever became of that row, it left something
        }
        boolean enough = isUnchanged(now, judge) && (unchanged + 1 >= ENOUGH || kind == Kind.TOMBSTONE_MISSING);
        return enough ? Verdict.DIFFERENT : Verdict.UNDECIDED;
    }
}
