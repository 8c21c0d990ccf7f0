package dev.optimist.elasticsearch.sync.debezium;

import io.debezium.connector.postgresql.PostgresConnector;
import io.debezium.processors.reselect.ReselectColumnsPostProcessor;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The properties of Debezium's connector. */
final class Connector {
    static final String NOTIFICATIONS = "notifications";
    private static final String MARKS = "optimist";

    private Connector() {}

    /** Returns those for reading the rows that are there. */
    static Properties snapshot(DebeziumOptions options) {
        Properties properties = common(options, null);
        properties.setProperty("snapshot.mode", "initial_only");
        properties.setProperty("notification.enabled.channels", "sink");
        properties.setProperty("notification.sink.topic.name", NOTIFICATIONS);
        return properties;
    }

    /**
     * Returns those for reading the log.
     *
     * @param run marks what it puts into the log itself once a second, so that the slot moves on where nothing else is changed
     */
    static Properties stream(DebeziumOptions options, LogPosition position, String run) {
        Properties properties = common(options, run);
        properties.setProperty("snapshot.mode", "no_data");
        properties.setProperty(StartOffset.PROPERTY, position.toJson());
        return properties;
    }

    private static Properties common(DebeziumOptions options, @Nullable String run) {
        Properties properties = new Properties();
        // defaults of ours
        properties.setProperty("heartbeat.interval.ms", "1000");
        if (run != null) { // in a transaction, whose commit is written at once
            properties.setProperty(
                    "heartbeat.action.query", "SELECT pg_logical_emit_message(true, '" + MARKS + "', '" + run + "')");
        }
        properties.setProperty("poll.interval.ms", "100");
        properties.setProperty("max.queue.size.in.bytes", Integer.toString(16 * 1024 * 1024));
        properties.setProperty("record.processing.threads", "1");
        properties.setProperty("record.processing.shutdown.timeout.ms", "100");
        properties.setProperty("errors.max.retries", "10");
        properties.setProperty("retriable.restart.connector.wait.ms", "1000");
        properties.setProperty("slot.max.retries", "60");
        properties.setProperty("slot.retry.delay.ms", "1000");
        properties.putAll(options.properties());
        // what the source rests on
        properties.setProperty("name", options.slot());
        properties.setProperty("connector.class", PostgresConnector.class.getName());
        properties.setProperty("tasks.max", "1");
        properties.setProperty("topic.prefix", options.slot());
        properties.setProperty("database.hostname", options.host());
        properties.setProperty("database.port", Integer.toString(options.port()));
        properties.setProperty("database.dbname", options.database());
        properties.setProperty("database.user", options.user());
        String password = options.password();
        properties.setProperty("database.password", password == null ? "" : password);
        properties.setProperty("plugin.name", "pgoutput");
        properties.setProperty("slot.name", options.slot());
        properties.setProperty("slot.drop.on.stop", "false");
        properties.setProperty("publication.name", options.publication());
        properties.setProperty("publication.autocreate.mode", "disabled");
        properties.setProperty("table.include.list", quoted(options.table()));
        properties.setProperty("offset.storage", StartOffset.class.getName());
        properties.setProperty("lsn.flush.mode", "connector");
        properties.setProperty("message.prefix.include.list", MARKS);
        properties.setProperty("skipped.operations", "none");
        properties.setProperty("tombstones.on.delete", "false");
        properties.setProperty("unavailable.value.placeholder", JsonStruct.UNAVAILABLE);
        properties.setProperty("decimal.handling.mode", "precise");
        properties.setProperty("time.precision.mode", "adaptive");
        properties.setProperty("binary.handling.mode", "bytes");
        properties.setProperty("interval.handling.mode", "string");
        properties.setProperty("post.processors", "reselect");
        properties.setProperty("post.processors.reselect.type", ReselectColumnsPostProcessor.class.getName());
        properties.setProperty("post.processors.reselect.reselect.null.values", "false");
        return properties;
    }

    /** It is a list of regular expressions. */
    private static String quoted(String name) {
        return name.replaceAll("[^A-Za-z0-9_ ]", "\\\\$0");
    }
}
