package dev.optimist.elasticsearch.internal;

import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.WriteCondition;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a 409 says. The error's {@code metadata} holds only index, shard and index_uuid, so the numbers are read from the
 * text; the wordings are those that servers from 2.4 to 9.5 were seen to use.
 *
 * @param kind how the document differs
 * @param reason the server's words
 * @param requiredSeqNo {@code if_seq_no}, null if the text does not say
 * @param requiredPrimaryTerm {@code if_primary_term}
 * @param requiredVersion {@code version}
 * @param currentSeqNo {@code _seq_no} of the document
 * @param currentPrimaryTerm {@code _primary_term} of the document
 * @param currentVersion {@code _version} of the document
 */
public record Conflict(
        Kind kind,
        String reason,
        @Nullable Long requiredSeqNo,
        @Nullable Long requiredPrimaryTerm,
        @Nullable Long requiredVersion,
        @Nullable Long currentSeqNo,
        @Nullable Long currentPrimaryTerm,
        @Nullable Long currentVersion)
        implements Serializable {

    private static final String N = "\\[(-?\\d+)]";
    private static final Pattern SEQ_NO = Pattern.compile("required seqNo " + N + ", primary term " + N
            + "(?:\\. current document has seqNo " + N + " and primary term " + N + "|\\. but no document was found)");
    private static final Pattern EXISTS = Pattern.compile("document already exists \\(current version " + N + "\\)");
    private static final Pattern EXTERNAL =
            Pattern.compile("current version " + N + " is higher (?:or equal to|than) the one provided " + N);
    private static final Pattern INTERNAL =
            Pattern.compile("current version " + N + " is different than the one provided " + N);
    private static final Pattern INTERNAL_2X = Pattern.compile("current " + N + ", provided " + N);

    /** Elasticsearch's number for "there is no document", in 2.x to 6.x. */
    private static final long VERSION_NOT_FOUND = -1;

    /**
     * Reads the reason of a 409.
     *
     * @param reason the server's words
     * @param operation what was sent
     * @param condition what was sent; decides the kind and the required values where the words are new
     */
    public static Conflict parse(String reason, Write.Operation operation, WriteCondition condition) {
        // the id comes first, and can hold any words
        int from = Math.max(0, reason.lastIndexOf("version conflict"));
        if (condition instanceof WriteCondition.External || condition instanceof WriteCondition.ExternalGte) {
            Matcher m = matcher(EXTERNAL, reason, from); // first, as a replay of old changes has nothing else
            if (m.find()) {
                return versions(Kind.EXTERNAL, reason, number(m, 2), number(m, 1));
            }
        }
        Matcher m = matcher(SEQ_NO, reason, from);
        if (m.find()) {
            return new Conflict(
                    m.group(3) == null ? Kind.ABSENT : Kind.STALE,
                    reason,
                    number(m, 1),
                    number(m, 2),
                    null,
                    number(m, 3),
                    number(m, 4),
                    null);
        }
        m = matcher(EXISTS, reason, from);
        if (m.find()) {
            return versions(Kind.EXISTS, reason, null, number(m, 1));
        }
        m = matcher(EXTERNAL, reason, from);
        if (m.find()) {
            return versions(Kind.EXTERNAL, reason, number(m, 2), number(m, 1));
        }
        m = matcher(INTERNAL, reason, from);
        if (m.find()) {
            return internal(reason, number(m, 2), number(m, 1), condition);
        }
        m = matcher(INTERNAL_2X, reason, from);
        if (m.find()) {
            return internal(reason, number(m, 2), number(m, 1), condition);
        }
        return fallback(reason, operation, condition);
    }

    /** The words in which a 5.x or 6.x server refuses {@code ?version=n}; a null current version means no document. */
    static Conflict differentVersion(String id, @Nullable Long current, long required) {
        return versions(
                current == null ? Kind.ABSENT : Kind.STALE,
                "[" + id + "]: version conflict, current version [" + (current == null ? VERSION_NOT_FOUND : current)
                        + "] is different than the one provided [" + required + "]",
                required,
                current);
    }

    /** The words in which a server refuses {@code if_seq_no} where there is no document. */
    static Conflict noDocument(String id, long seqNo, long primaryTerm) {
        String reason = "[" + id + "]: version conflict, required seqNo [" + seqNo + "], primary term [" + primaryTerm
                + "]. but no document was found";
        return new Conflict(Kind.ABSENT, reason, seqNo, primaryTerm, null, null, null, null);
    }

    /** Returns the same with a version as what was required, in place of what was sent for it. */
    Conflict ofVersion(long required) {
        return new Conflict(kind, reason, null, null, required, currentSeqNo, currentPrimaryTerm, currentVersion);
    }

    private static Conflict internal(
            String reason, @Nullable Long required, @Nullable Long current, WriteCondition condition) {
        if (condition instanceof WriteCondition.External || condition instanceof WriteCondition.ExternalGte) {
            return versions(Kind.EXTERNAL, reason, required, current); // 2.x has one wording for both
        }
        boolean absent = current != null && current == VERSION_NOT_FOUND;
        return versions(absent ? Kind.ABSENT : Kind.STALE, reason, required, absent ? null : current);
    }

    private static Conflict fallback(String reason, Write.Operation operation, WriteCondition condition) {
        if (operation == Write.Operation.CREATE) {
            return versions(Kind.EXISTS, reason, null, null);
        } else if (condition instanceof WriteCondition.External external) {
            return versions(Kind.EXTERNAL, reason, external.version(), null);
        } else if (condition instanceof WriteCondition.ExternalGte external) {
            return versions(Kind.EXTERNAL, reason, external.version(), null);
        } else if (condition instanceof WriteCondition.Version version) {
            return versions(Kind.STALE, reason, version.version(), null);
        } else if (condition instanceof WriteCondition.IfSeqNo seqNo) {
            return new Conflict(Kind.STALE, reason, seqNo.seqNo(), seqNo.primaryTerm(), null, null, null, null);
        } else if (condition instanceof WriteCondition.UnchangedSince since) {
            long seqNo = since.token().seqNo();
            return new Conflict(Kind.STALE, reason, seqNo, since.token().primaryTerm(), null, null, null, null);
        }
        return versions(Kind.STALE, reason, null, null);
    }

    private static Conflict versions(Kind kind, String reason, @Nullable Long required, @Nullable Long current) {
        return new Conflict(kind, reason, null, null, required, null, null, current);
    }

    private static Matcher matcher(Pattern pattern, String reason, int from) {
        return pattern.matcher(reason).region(from, reason.length());
    }

    private static @Nullable Long number(Matcher m, int group) {
        String digits = m.group(group);
        return digits == null ? null : Long.valueOf(digits);
    }
}
