package dev.optimist.elasticsearch;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes versions for {@link ExternalOperation} from what primary databases have. Every result is within
 * 0 … {@code Long.MAX_VALUE - 1}, and the order of the results is the order of the arguments; an argument that has no place
 * there is an {@link IllegalArgumentException} that names it.
 *
 * <p>Versions of one index have to come from one of these only: they cannot be compared with each other. Whichever it is, it
 * has to grow with each change <em>of one document</em>: two states of a document with one version are one to Elasticsearch,
 * and the second is dropped.
 *
 * <pre>{@code
 * writer.index(id, edited, ExternalVersions.ofRowVersion(version));
 * writer.delete(id, ExternalVersions.ofPostgresLsn("16/B374D848"));
 * }</pre>
 */
public final class ExternalVersions {
    private static final int COUNTER_BITS = 20;
    private static final int POSITION_BITS = 32;
    private static final int ROW_BITS = 12;
    private static final int FILE_BITS = 19;
    private static final Pattern LSN = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");
    private static final Pattern BINLOG = Pattern.compile(".+\\.([0-9]{1,10})");

    private ExternalVersions() {}

    /**
     * Returns the version of a row that counts its changes itself ({@code @Version} of JPA, a trigger, a sequence).
     *
     * <p>A counter that begins anew when a row is deleted and inserted again goes back: let the insert go on from the delete's
     * version, or take a sequence.
     *
     * @param rowVersion 0 … {@code Long.MAX_VALUE - 1}
     */
    public static long ofRowVersion(long rowVersion) {
        return checked("rowVersion", rowVersion);
    }

    /**
     * Returns a version of a point in time, by milliseconds, and a counter for what happens within one of them: the
     * milliseconds in the upper 43 bits, the counter in the lower 20.
     *
     * <p>The caller sees to it that no two changes of a document have both in common. It goes back where the clock does.
     *
     * @param timestamp 1970-01-01 … 2248-09-26; what is finer than a millisecond is cut off
     * @param counter 0 … 1 048 575
     */
    public static long ofTimestampAndCounter(Instant timestamp, long counter) {
        long millis;
        try {
            millis = Bounds.notNull("timestamp", timestamp).toEpochMilli();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("timestamp is out of bounds: " + timestamp, e);
        }
        if (millis < 0 || millis >= 1L << (Long.SIZE - 1 - COUNTER_BITS)) {
            throw new IllegalArgumentException("timestamp must be between 1970-01-01 and 2248-09-26, is " + timestamp);
        }
        return checked("timestamp and counter", millis << COUNTER_BITS | inBits("counter", counter, COUNTER_BITS));
    }

    /**
     * Returns the version of a change at a position in PostgreSQL's log, as the server writes it.
     *
     * <p>Grows with every change of a cluster and its standbys. It does not after {@code pg_resetwal}, a restore to an earlier
     * point in time or into a new cluster, and a fail-over to a standby that had not got all: the new timeline then gives
     * positions again that the old one had given. A change of one row that is made twice in a transaction has two positions;
     * the position of the transaction's commit is one for both.
     *
     * @param lsn two hexadecimal numbers, {@code 16/B374D848}; {@code 0/0} … {@code 7FFFFFFF/FFFFFFFE}
     */
    public static long ofPostgresLsn(String lsn) {
        Matcher parts = LSN.matcher(Bounds.notNull("lsn", lsn));
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "lsn must be two hexadecimal numbers of up to 8 digits, such as 16/B374D848, is " + lsn);
        }
        long high = Long.parseLong(parts.group(1), 16);
        if (high > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("lsn must be at most 7FFFFFFF/FFFFFFFE, is " + lsn);
        }
        return ofPostgresLsn(high << 32 | Long.parseLong(parts.group(2), 16));
    }

    /**
     * Returns the same for a position that is a number already, as drivers and Debezium give it.
     *
     * @param lsn 0 … {@code Long.MAX_VALUE - 1}
     */
    public static long ofPostgresLsn(long lsn) {
        return checked("lsn", lsn);
    }

    /**
     * Returns the version of a change in MySQL's binary log: the file's number in the upper 19 bits, the position in the next
     * 32, the row within the event in the lower 12.
     *
     * <p>Grows on one server, until {@code RESET MASTER} ({@code RESET BINARY LOGS AND GTIDS}) begins with file 1 again. Another
     * server, a replica that took over say, has files and positions of its own: before its changes are taken, everything has
     * to be written anew with versions above the old ones.
     *
     * @param file its name, of which the number counts: {@code mysql-bin.000123}; up to 524 287
     * @param position of the event in the file, 0 … 4 294 967 295
     * @param rowInEvent which row of those of the event, 0 … 4 095
     */
    public static long ofMySqlBinlog(String file, long position, int rowInEvent) {
        Matcher name = BINLOG.matcher(Bounds.notNull("file", file));
        if (!name.matches()) {
            throw new IllegalArgumentException(
                    "file must end in a dot and a number, such as mysql-bin.000123, is " + file);
        }
        long number = inBits("number of the file", Long.parseLong(name.group(1)), FILE_BITS);
        long version = (number << POSITION_BITS | inBits("position", position, POSITION_BITS)) << ROW_BITS
                | inBits("rowInEvent", rowInEvent, ROW_BITS);
        return checked("file, position and rowInEvent", version);
    }

    private static long inBits(String parameter, long value, int bits) {
        if (value < 0 || value >= 1L << bits) {
            throw new IllegalArgumentException(
                    parameter + " must be between 0 and " + ((1L << bits) - 1) + ", is " + value);
        }
        return value;
    }

    private static long checked(String parameter, long version) {
        Bounds.version(parameter, version, 0);
        return version;
    }
}
