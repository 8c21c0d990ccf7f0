package dev.optimist.elasticsearch.sync.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.sync.Inventory;
import dev.optimist.elasticsearch.sync.Source;
import dev.optimist.elasticsearch.sync.cli.SyncConfig.PollSection;
import dev.optimist.elasticsearch.sync.cli.SyncConfig.TableSection;
import dev.optimist.elasticsearch.sync.jdbc.JdbcOptions;
import dev.optimist.elasticsearch.sync.jdbc.JdbcTable;
import dev.optimist.elasticsearch.sync.jdbc.RowMapper;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** Both ways to the rows of a table and their changes. */
interface Rows {

    /**
     * Returns all changes from a position on.
     *
     * @param once whether to end when everything was delivered that is there
     */
    Source<ObjectNode> source(boolean once);

    /** Returns the rows themselves. */
    Inventory<ObjectNode> inventory();

    /** Called before and after a backfill, whatever became of it. */
    default void clearBackfill() throws SQLException, InterruptedException {}

    /** Returns a source of all rows that are there, which keeps out of the way of the one that runs. */
    default Source<ObjectNode> backfill() {
        return source(true);
    }

    static Rows of(ConfigFile file, DataSource database) {
        // a class of its own, as Debezium need not be there
        return file.config().cdc() == null ? new Polled(file.config(), database) : new Logged(file, database);
    }

    static void apply(TableSection table, JdbcOptions options) {
        Setup.set(table.query(), options::query);
        Setup.set(table.id(), options::id);
        Setup.set(table.version(), options::version);
        Setup.set(table.routing(), options::routing);
        Setup.set(table.deleted(), options::deleted);
        Setup.set(table.deletes(), options::deletes);
        Setup.set(table.pageSize(), options::pageSize);
        Setup.set(table.queryTimeout(), options::queryTimeout);
        Setup.set(table.giveUpAfter(), options::giveUpAfter);
    }

    /** By queries. */
    record Polled(SyncConfig config, DataSource database) implements Rows {
        @Override
        public Source<ObjectNode> source(boolean once) {
            return table(once).source();
        }

        @Override
        public Inventory<ObjectNode> inventory() {
            return table(false).inventory();
        }

        private JdbcTable<ObjectNode> table(boolean once) {
            TableSection table = config.table();
            PollSection poll = config.poll();
            return JdbcTable.of(
                    database, table.name(), RowMapper.json(table.excluded().toArray(String[]::new)), options -> {
                        apply(table, options);
                        options.once(once);
                        if (poll != null) {
                            Setup.set(poll.cursor(), options::cursor);
                            Setup.set(poll.safeUpTo(), options::safeUpTo);
                            Setup.set(poll.overlap(), overlap -> setOverlap(options, overlap));
                            Setup.set(poll.interval(), options::pollInterval);
                        }
                    });
        }

        private static void setOverlap(JdbcOptions options, String overlap) {
            Duration time = overlap.matches("\\d+") ? null : Durations.parse(overlap);
            if (time == null) {
                options.overlap(Long.parseLong(overlap));
            } else {
                options.overlap(time);
            }
        }
    }
}
