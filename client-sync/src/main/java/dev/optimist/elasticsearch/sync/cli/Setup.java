package dev.optimist.elasticsearch.sync.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.sync.Checkpoints;
import dev.optimist.elasticsearch.sync.DeadLetters;
import dev.optimist.elasticsearch.sync.Inventory;
import dev.optimist.elasticsearch.sync.Source;
import dev.optimist.elasticsearch.sync.SyncIndex;
import dev.optimist.elasticsearch.sync.SyncJob;
import dev.optimist.elasticsearch.sync.SyncOptions;
import dev.optimist.elasticsearch.sync.cli.SyncConfig.CheckpointSection;
import dev.optimist.elasticsearch.sync.cli.SyncConfig.DatabaseSection;
import dev.optimist.elasticsearch.sync.cli.SyncConfig.ElasticsearchSection;
import dev.optimist.elasticsearch.sync.cli.SyncConfig.WriterSection;
import dev.optimist.elasticsearch.sync.verify.VerifyOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a configuration asks for, as objects of the library. Nothing is sent before a command uses them. */
final class Setup implements AutoCloseable {
    private static final int CONNECTIONS = 4;
    private static final int CONNECT_MILLIS = 5_000;

    /** Of SQLSTATE: invalid authorization, and no such database. */
    private static final Pattern NO_ENTRY = Pattern.compile("(28|3D).*");

    private final ConfigFile file;
    private final SyncConfig config;
    private final VersionedClient client;
    private final HikariDataSource database;
    private final Rows rows;

    private Setup(ConfigFile file, VersionedClient client, HikariDataSource database) {
        this.file = file;
        this.config = file.config();
        this.client = client;
        this.database = database;
        this.rows = Rows.of(file, database);
    }

    /** Makes them, so that everything is checked that needs no connection. */
    static Setup of(ConfigFile file) {
        SyncConfig config = file.config();
        VersionedClient client = checked(file, "elasticsearch", () -> client(file, config.elasticsearch()));
        HikariDataSource database = checked(file, "database", () -> database(file, config.database()));
        Setup setup = new Setup(file, client, database);
        checked(file, "table", () -> setup.rows.source(false)).close();
        return setup;
    }

    private static <R> R checked(ConfigFile file, String section, Supplier<R> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw file.refused(section, e);
        }
    }

    private static VersionedClient client(ConfigFile file, ElasticsearchSection section) {
        return VersionedClient.connect(options -> {
            options.hosts(section.hosts().toArray(String[]::new));
            Secret password = section.password();
            if (section.username() != null && password != null) {
                options.basicAuth(section.username(), password.reveal());
            }
            set(section.apiKey(), key -> options.apiKey(key.reveal()));
            set(
                    section.caCertificate(),
                    pem -> options.caCertificate(file.folder().resolve(pem)));
            set(section.requestTimeout(), options::requestTimeout);
        });
    }

    private static HikariDataSource database(ConfigFile file, DatabaseSection section) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName(file.config().name());
        pool.setJdbcUrl(section.url());
        set(section.user(), pool::setUsername);
        set(section.password(), password -> pool.setPassword(password.reveal()));
        set(section.properties(), all -> all.forEach(pool::addDataSourceProperty));
        pool.setMaximumPoolSize(section.connections() == null ? CONNECTIONS : section.connections());
        pool.setMinimumIdle(0);
        pool.setConnectionTimeout(CONNECT_MILLIS);
        // a database that is not there yet is the source's to wait for
        pool.setInitializationFailTimeout(-1);
        try {
            return new HikariDataSource(pool);
        } catch (RuntimeException e) { // no driver; the message has the address, the causes may have more
            throw file.text()
                    .wrong(
                            "database.url",
                            "no JDBC driver takes it; is its jar in the class path? java -cp 'optimist-sync.jar:lib/*' "
                                    + SyncMain.class.getName());
        }
    }

    /** Fails at once where waiting would not help; a database that does not answer is waited for by who reads it. */
    Setup connected() {
        try (Connection connection = database.getConnection()) {
            var unused = connection.getAutoCommit();
        } catch (SQLException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException refused
                        && refused.getSQLState() != null
                        && NO_ENTRY.matcher(refused.getSQLState()).matches()) {
                    throw new IllegalStateException("the database lets nobody in: " + refused.getMessage(), e);
                }
            }
        }
        return this;
    }

    static <V> void set(@Nullable V value, Consumer<? super V> option) {
        if (value != null) {
            option.accept(value);
        }
    }

    String name() {
        return config.name();
    }

    Rows rows() {
        return rows;
    }

    VersionedClient client() {
        return client;
    }

    VersionedDocuments<ObjectNode> documents() {
        return client.documents(config.elasticsearch().index(), ObjectNode.class);
    }

    Inventory<ObjectNode> inventory() {
        return rows.inventory();
    }

    boolean hasTombstones() {
        return !Boolean.TRUE.equals(config.elasticsearch().plainDeletes());
    }

    Checkpoints checkpoints() {
        CheckpointSection section = config.checkpoint();
        Path kept = section.file();
        if (kept != null) {
            return Checkpoints.inFile(file.folder().resolve(kept));
        }
        return Checkpoints.inElasticsearch(
                client, section.index() == null ? "optimist-sync" : section.index(), config.name());
    }

    SyncIndex index() {
        return SyncIndex.of(client, config.elasticsearch().index());
    }

    /** Makes the index ready, unless that is somebody else's. */
    void setUpIndex() {
        ElasticsearchSection section = config.elasticsearch();
        if (Boolean.FALSE.equals(section.setUp()) || !hasTombstones()) {
            return;
        }
        if (section.searchAlias() == null) {
            index().setUp();
        } else {
            index().setUp(section.searchAlias());
        }
    }

    SyncJob<ObjectNode> job(String name, Source<ObjectNode> source, Checkpoints checkpoints, String deadLettersSuffix) {
        return checked(
                file,
                "writer",
                () -> SyncJob.of(documents(), source, checkpoints, o -> apply(o.name(name), deadLettersSuffix)));
    }

    private void apply(SyncOptions<ObjectNode> options, String deadLettersSuffix) {
        WriterSection section = config.writer();
        if (!hasTombstones()) {
            options.plainDeletes();
        }
        set(config.checkpoint().every(), options::checkpointEvery);
        set(section.stopWithin(), options::stopWithin);
        set(section.maxRejected(), options::maxRejected);
        set(section.maxSuspicious(), options::maxSuspicious);
        set(
                section.deadLetters(),
                path -> options.deadLetters(
                        DeadLetters.inFile(file.folder().resolve(path + deadLettersSuffix), client)));
        options.writer(writer -> {
            set(section.operations(), writer::operations);
            set(section.bytes(), writer::bytes);
            set(section.flushAfter(), writer::flushAfter);
            set(section.requestsInFlight(), writer::requestsInFlight);
            set(section.giveUpAfter(), writer::giveUpAfter);
            set(section.compareDuplicates(), writer::compareDuplicates);
        });
    }

    void apply(VerifyOptions<ObjectNode> options) {
        if (hasTombstones()) {
            options.tombstones(Tombstones.standard());
        }
        set(config.verify().settle(), options::settle);
        set(config.verify().compareContent(), options::compareContent);
        set(config.verify().suspects(), options::suspects);
        set(config.verify().pageSize(), options::pageSize);
    }

    String indexName() {
        return config.elasticsearch().index();
    }

    @Override
    public void close() {
        try {
            client.close();
        } finally {
            database.close();
        }
    }
}
