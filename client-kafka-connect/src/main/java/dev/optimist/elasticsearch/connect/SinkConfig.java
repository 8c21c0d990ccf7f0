package dev.optimist.elasticsearch.connect;

import dev.optimist.elasticsearch.ConnectOptions;
import dev.optimist.elasticsearch.ExternalOptions;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.VersionedClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/** The settings of a task, and what is made of them. */
final class SinkConfig extends AbstractConfig {

    /** @throws org.apache.kafka.common.config.ConfigException if one is wrong */
    SinkConfig(Map<String, String> settings) {
        super(Settings.DEFINITION, settings);
    }

    VersionedClient connect() {
        return VersionedClient.connect(this::connect);
    }

    private void connect(ConnectOptions options) {
        var unused = options.hosts(getList(Settings.CONNECTION_URL).toArray(String[]::new))
                .connectTimeout(millis(Settings.CONNECTION_TIMEOUT))
                .requestTimeout(millis(Settings.REQUEST_TIMEOUT))
                .compression(getBoolean(Settings.CONNECTION_COMPRESSION));
        String username = getString(Settings.CONNECTION_USERNAME);
        if (username != null) {
            unused = options.basicAuth(username, Objects.requireNonNull(secret(Settings.CONNECTION_PASSWORD)));
        }
        String apiKey = secret(Settings.CONNECTION_API_KEY);
        if (apiKey != null) {
            unused = options.apiKey(apiKey);
        }
        String caFile = getString(Settings.CONNECTION_CA_FILE);
        if (caFile != null) {
            unused = options.caCertificate(Path.of(caFile));
        }
        String fingerprint = getString(Settings.CONNECTION_CA_FINGERPRINT);
        if (fingerprint != null) {
            unused = options.caFingerprint(fingerprint);
        }
        String proxy = getString(Settings.CONNECTION_PROXY);
        if (proxy != null) {
            unused = options.proxy(proxy);
        }
    }

    private @Nullable String secret(String name) {
        Password password = getPassword(name);
        return password == null ? null : password.value();
    }

    void write(ExternalOptions<Object> options) {
        var unused = options.operations(getInt(Settings.BATCH_SIZE))
                .bytes(getInt(Settings.BATCH_BYTES))
                .requestsInFlight(getInt(Settings.MAX_IN_FLIGHT))
                .flushAfter(millis(Settings.LINGER))
                .giveUpAfter(millis(Settings.RETRY_TIMEOUT))
                .compareDuplicates(getBoolean(Settings.COMPARE_DUPLICATES));
        if (getString(Settings.DELETE_MODE).equals("tombstone")) {
            unused = options.tombstones(new Tombstones(getString(Settings.DELETE_TOMBSTONE_FIELD)));
        }
    }

    VersionFrom versionFrom() {
        return VersionFrom.of(getString(Settings.VERSION_FROM));
    }

    IndexRoutes routes() {
        return new IndexRoutes(
                getList(Settings.INDEX_ROUTES).stream()
                        .map(IndexRoutes.Route::parse)
                        .toList(),
                getString(Settings.INDEX),
                versionFrom() == VersionFrom.OFFSET);
    }

    RecordConverter converter() {
        return new RecordConverter(
                routes(),
                IdTemplate.parse(getString(Settings.DOCUMENT_ID)),
                versions(),
                new DocumentRules(
                        Set.copyOf(getList(Settings.DOCUMENT_EXCLUDE)), getString(Settings.DOCUMENT_UNAVAILABLE)),
                NullValues.of(getString(Settings.DELETE_NULL_VALUE)));
    }

    private VersionSource versions() {
        return switch (versionFrom()) {
            case HEADER -> new VersionSource.OfHeader(getString(Settings.VERSION_HEADER));
            case FIELD -> new VersionSource.OfField(path(getString(Settings.VERSION_FIELD)));
            case POSTGRES_LSN -> new VersionSource.OfPostgresLsn(getLong(Settings.VERSION_SNAPSHOT));
            case MYSQL_BINLOG -> new VersionSource.OfMySqlBinlog();
            case TIMESTAMP -> {
                String counter = getString(Settings.VERSION_COUNTER_FIELD);
                yield new VersionSource.OfTimestamp(
                        path(getString(Settings.VERSION_TIMESTAMP_FIELD)), counter == null ? null : path(counter));
            }
            case OFFSET -> new VersionSource.OfOffset();
        };
    }

    private static List<String> path(String text) {
        return List.of(text.split("\\."));
    }

    boolean failsIfSuspicious() {
        return getString(Settings.ERRORS_SUSPICIOUS).equals("fail");
    }

    Duration millis(String name) {
        return Duration.ofMillis(getInt(name));
    }
}
