package dev.optimist.elasticsearch.sync.debezium;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which table {@link DebeziumSource} reads, and how. Not thread-safe; it lives as long as the lambda that it is given to.
 *
 * <pre>{@code
 * Source<Product> source = DebeziumSource.postgres(
 *         o -> o.host("db").database("shop").user("sync").password(secret).table("public.product").slot("products"),
 *         row -> new Product(row.get("name").textValue()));
 * }</pre>
 */
public final class DebeziumOptions {
    private static final int MOST_PORT = 65_535;

    /** Of a replication slot and of what is quoted nowhere. */
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    /** What would take away what the source rests on. */
    private static final Set<String> OURS = Set.of(
            "name",
            "connector.class",
            "tasks.max",
            "topic.prefix",
            "database.hostname",
            "database.port",
            "database.dbname",
            "database.user",
            "database.password",
            "plugin.name",
            "slot.name",
            "slot.drop.on.stop",
            "publication.name",
            "publication.autocreate.mode",
            "table.include.list",
            "offset.storage",
            "snapshot.mode",
            "lsn.flush.mode",
            "flush.lsn.source",
            "message.prefix.include.list",
            "notification.enabled.channels",
            "notification.sink.topic.name",
            "skipped.operations",
            "unavailable.value.placeholder",
            "decimal.handling.mode",
            "time.precision.mode",
            "binary.handling.mode");

    private String host = "localhost";
    private int port = 5432;
    private String database = "postgres";
    private String user = "postgres";
    private @Nullable String password;
    private @Nullable String table;
    private String slot = "optimist";
    private @Nullable String publication;
    private Function<ObjectNode, String> id = Keys::joined;
    private @Nullable String versionColumn;
    private boolean once;
    private final Map<String, String> properties = new LinkedHashMap<>();

    DebeziumOptions() {}

    /** Sets the host; localhost by default. */
    public DebeziumOptions host(String value) {
        this.host = notEmpty("host", value);
        return this;
    }

    /** Sets the port, 1 to 65 535; 5432 by default. */
    public DebeziumOptions port(int value) {
        if (value < 1 || value > MOST_PORT) {
            throw new IllegalArgumentException("port must be between 1 and " + MOST_PORT + ", is " + value);
        }
        this.port = value;
        return this;
    }

    /** Sets the database; postgres by default. */
    public DebeziumOptions database(String value) {
        this.database = notEmpty("database", value);
        return this;
    }

    /** Sets the user, who needs REPLICATION, and to own the table if there is no publication yet; postgres by default. */
    public DebeziumOptions user(String value) {
        this.user = notEmpty("user", value);
        return this;
    }

    /** Sets the password; none by default. It is in no log, exception or text of an object. */
    public DebeziumOptions password(@Nullable String value) {
        this.password = value;
        return this;
    }

    /** Sets the table, as {@code schema.name}, as PostgreSQL stores it (in lower case, mostly). It needs a primary key. */
    public DebeziumOptions table(String value) {
        if (!value.matches("[^.\"]+\\.[^.\"]+")) {
            throw new IllegalArgumentException("table must be schema.name, is " + value);
        }
        this.table = value;
        return this;
    }

    /**
     * Sets the replication slot, which is made at the first start; {@code optimist} by default. Each job needs one of its own,
     * and it holds back the server's log from what was stored last on: drop it when the job is given up.
     *
     * @param value small letters, digits and _, up to 63
     */
    public DebeziumOptions slot(String value) {
        this.slot = name("slot", value);
        return this;
    }

    /** Sets the publication, which is made for the table if there is none; named as the slot by default. */
    public DebeziumOptions publication(String value) {
        this.publication = name("publication", value);
        return this;
    }

    /**
     * Sets what makes the {@code _id} of the columns of the primary key. It must give different ids for different keys. By
     * default the value of the one column; of several, all values joined by {@code |}, with {@code \} before a {@code |} or
     * {@code \} within.
     */
    public DebeziumOptions id(Function<ObjectNode, String> function) {
        this.id = function;
        return this;
    }

    /**
     * Takes the version from this column instead of the position in the log: a whole number, 0 … {@code Long.MAX_VALUE - 2},
     * higher after each change of a row. A delete has that of the row that is gone plus 1, so a row that is inserted again
     * must be above that; and it needs the row, so {@code ALTER TABLE … REPLICA IDENTITY FULL}.
     */
    public DebeziumOptions versionColumn(String column) {
        this.versionColumn = notEmpty("versionColumn", column);
        return this;
    }

    /** Decides whether it ends when it has delivered everything that was committed when it came to the log; off by default. */
    public DebeziumOptions once(boolean on) {
        this.once = on;
        return this;
    }

    /**
     * Sets a property of Debezium's connector or engine, {@code database.sslmode} or {@code max.batch.size} say. What follows
     * {@code database.} is set for all connections.
     *
     * @throws IllegalArgumentException if the source sets this one itself
     */
    public DebeziumOptions property(String name, String value) {
        if (OURS.contains(name)) {
            throw new IllegalArgumentException(name + " is set by the source itself");
        }
        this.properties.put(notEmpty("property", name), value);
        return this;
    }

    private static String name(String option, String value) {
        if (!NAME.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    option + " must be 1 to 63 small letters, digits and _, with no digit first, is " + value);
        }
        return value;
    }

    private static String notEmpty(String option, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(option + " must not be empty");
        }
        return value;
    }

    DebeziumOptions checked() {
        if (table == null) {
            throw new IllegalArgumentException("table must be set");
        }
        return this;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    String database() {
        return database;
    }

    String user() {
        return user;
    }

    @Nullable
    String password() {
        return password;
    }

    String table() {
        if (table == null) {
            throw new IllegalStateException("table is not set");
        }
        return table;
    }

    String slot() {
        return slot;
    }

    String publication() {
        return publication == null ? slot : publication;
    }

    Function<ObjectNode, String> id() {
        return id;
    }

    @Nullable
    String versionColumn() {
        return versionColumn;
    }

    boolean once() {
        return once;
    }

    Map<String, String> properties() {
        return properties;
    }

    @Override
    public String toString() {
        return table + " of " + host + ":" + port + "/" + database + ", slot " + slot;
    }
}
