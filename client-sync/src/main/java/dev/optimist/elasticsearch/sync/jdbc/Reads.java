package dev.optimist.elasticsearch.sync.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads by a connection that is given back at once, again and again as long as what is in the way may pass. Thread-safe. */
final class Reads {
    private static final Logger LOG = LoggerFactory.getLogger(Reads.class);
    private static final long BASE_MILLIS = 100;
    private static final long MAX_MILLIS = 10_000;

    /** Too many connections, serialization, deadlock; PostgreSQL shuts down, has crashed, or does not yet take connections. */
    private static final Set<String> PASSING =
            Set.of("53300", "40001", "40P01", "57P01", "57P02", "57P03", "55P03", "57014");

    private static final String CONNECTION = "08";

    private final DataSource dataSource;
    private final Duration giveUpAfter;
    private final Pace pace;

    /** What is done with a connection; it may be done again. */
    interface Read<R> {
        R by(Connection connection) throws SQLException;
    }

    /** The job is to end while a read fails. */
    static final class StoppedException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    Reads(DataSource dataSource, Duration giveUpAfter, Pace pace) {
        this.dataSource = dataSource;
        this.giveUpAfter = giveUpAfter;
        this.pace = pace;
    }

    Pace pace() {
        return pace;
    }

    <R> R read(String what, BooleanSupplier stopping, Read<R> read)
            throws SQLException, InterruptedException, StoppedException {
        SQLException first = null;
        long end = 0;
        for (int attempt = 1; ; attempt++) {
            try {
                return once(read);
            } catch (SQLException e) {
                if (!isPassing(e)) {
                    throw suppressing(e, first);
                }
                long now = pace.nanoTime().getAsLong();
                if (first == null) {
                    first = e;
                    end = now + giveUpAfter.toNanos();
                }
                long longest = Math.min(MAX_MILLIS, BASE_MILLIS << Math.min(attempt - 1, 10));
                Duration pause = Duration.ofMillis(pace.random().applyAsLong(longest + 1));
                if (now + pause.toNanos() - end >= 0) {
                    throw suppressing(e, first);
                }
                LOG.warn("{}: attempt {} failed, next one in {}: {}", what, attempt, pause, e.toString());
                pace.pause(pause, stopping);
                if (stopping.getAsBoolean()) {
                    throw new StoppedException();
                }
            }
        }
    }

    private static SQLException suppressing(SQLException last, @Nullable SQLException first) {
        if (first != null && first != last) {
            last.addSuppressed(first);
        }
        return last;
    }

    private <R> R once(Read<R> read) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            R result = read.by(connection);
            if (!connection.getAutoCommit()) {
                connection.rollback(); // or the next query would see what this one saw
            }
            return result;
        }
    }

    private static boolean isPassing(SQLException failed) {
        for (Throwable e : failed) {
            if (e instanceof SQLTransientException || e instanceof SQLRecoverableException) {
                return true;
            }
            String state = e instanceof SQLException sql ? sql.getSQLState() : null;
            if (state != null && (state.startsWith(CONNECTION) || PASSING.contains(state))) {
                return true;
            }
        }
        return false;
    }
}
