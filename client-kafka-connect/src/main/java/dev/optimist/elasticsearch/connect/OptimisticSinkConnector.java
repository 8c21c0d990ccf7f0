package dev.optimist.elasticsearch.connect;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * A sink of Kafka Connect that writes by external versions ({@code version_type=external}): whatever comes late, twice, in
 * disorder or from several workers, the index ends at the highest version of each document, deletes included.
 *
 * <pre>{@code
 * {
 *   "connector.class": "dev.optimist.elasticsearch.connect.OptimisticSinkConnector",
 *   "tasks.max": "3",
 *   "topics": "shop.public.product",
 *   "connection.url": "http://localhost:9200",
 *   "index": "products",
 *   "version.from": "postgres-lsn"
 * }
 * }</pre>
 *
 * <p>Connect makes it by its name, and calls it on one thread. A wrong setting is told by {@link #validate}, under its name.
 *
 * @see <a href="https://kafka.apache.org/documentation/#connect">Kafka Connect</a>
 */
public final class OptimisticSinkConnector extends SinkConnector {
    private Map<String, String> settings = Map.of();

    /** For Connect. */
    public OptimisticSinkConnector() {}

    @Override
    public String version() {
        return ConnectorVersion.get();
    }

    @Override
    public ConfigDef config() {
        return Settings.DEFINITION;
    }

    /** Checks settings alone and together. What is wrong is told under the name of the setting to change. */
    @Override
    public Config validate(Map<String, String> given) {
        return Checks.checked(super.validate(given), given);
    }

    /** @throws org.apache.kafka.common.config.ConfigException if a setting is wrong */
    @Override
    public void start(Map<String, String> given) {
        Checks.check(given);
        settings = Collections.unmodifiableMap(new HashMap<>(given)); // which may have nulls
    }

    @Override
    public Class<? extends Task> taskClass() {
        return OptimisticSinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int most) {
        return Collections.nCopies(most, settings);
    }

    /** All offsets are Connect's own, and any may be set: what is read again is superseded or a duplicate. */
    @Override
    public boolean alterOffsets(Map<String, String> given, Map<TopicPartition, Long> offsets) {
        return true;
    }

    @Override
    public void stop() {
        // the tasks have everything
    }
}
