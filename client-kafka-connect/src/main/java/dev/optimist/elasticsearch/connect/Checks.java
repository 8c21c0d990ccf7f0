package dev.optimist.elasticsearch.connect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.sink.SinkConnector;
import org.jspecify.annotations.Nullable;

/** What settings have to be together. */
final class Checks {
    private final Map<String, ConfigValue> values = new HashMap<>();
    private final Map<String, String> given;

    private Checks(Config config, Map<String, String> given) {
        for (ConfigValue value : config.configValues()) {
            values.put(value.name(), value);
        }
        this.given = given;
    }

    /** Adds what is wrong to the settings that have to be changed. */
    static Config checked(Config config, Map<String, String> given) {
        Checks checks = new Checks(config, given);
        checks.connection();
        checks.version();
        checks.backoff();
        return config;
    }

    /**
     * Refuses what is wrong.
     *
     * @throws ConfigException if something is
     */
    static void check(Map<String, String> given) {
        Config config = checked(new Config(Settings.DEFINITION.validate(given)), given);
        List<String> errors = new ArrayList<>();
        for (ConfigValue value : config.configValues()) {
            errors.addAll(value.errorMessages());
        }
        if (!errors.isEmpty()) {
            throw new ConfigException(String.join("; ", errors));
        }
    }

    private void connection() {
        boolean name = isGiven(Settings.CONNECTION_USERNAME);
        if (name && !isGiven(Settings.CONNECTION_PASSWORD)) {
            error(Settings.CONNECTION_PASSWORD, "is needed with " + Settings.CONNECTION_USERNAME);
        }
        if (!name && isGiven(Settings.CONNECTION_PASSWORD)) {
            error(Settings.CONNECTION_USERNAME, "is needed with " + Settings.CONNECTION_PASSWORD);
        }
        if (name && isGiven(Settings.CONNECTION_API_KEY)) {
            error(Settings.CONNECTION_API_KEY, "cannot be used with " + Settings.CONNECTION_USERNAME);
        }
        if (isGiven(Settings.CONNECTION_CA_FILE) && isGiven(Settings.CONNECTION_CA_FINGERPRINT)) {
            error(Settings.CONNECTION_CA_FINGERPRINT, "cannot be used with " + Settings.CONNECTION_CA_FILE);
        }
    }

    private void version() {
        if (!(value(Settings.VERSION_FROM) instanceof String from)
                || !VersionFrom.names().contains(from)) {
            return; // which is told already
        }
        if (VersionFrom.of(from) == VersionFrom.TIMESTAMP && !isGiven(Settings.VERSION_TIMESTAMP_FIELD)) {
            error(
                    Settings.VERSION_TIMESTAMP_FIELD,
                    "is needed with " + Settings.VERSION_FROM + "=" + VersionFrom.TIMESTAMP.setting());
        }
        String topics = given.get(SinkConnector.TOPICS_CONFIG);
        if (VersionFrom.of(from) == VersionFrom.OFFSET
                && topics != null
                && isRight(Settings.INDEX)
                && isRight(Settings.INDEX_ROUTES)) {
            oneTopicEach(topics);
        }
    }

    private void oneTopicEach(String topics) {
        List<IndexRoutes.Route> routes = new ArrayList<>();
        for (Object route : (List<?>) Objects.requireNonNull(value(Settings.INDEX_ROUTES))) {
            routes.add(IndexRoutes.Route.parse((String) route));
        }
        IndexRoutes all = new IndexRoutes(routes, (String) Objects.requireNonNull(value(Settings.INDEX)), false);
        Map<String, String> known = new HashMap<>();
        Stream.of(topics.split(",")).map(String::trim).distinct().forEach(topic -> {
            String index;
            try {
                index = all.of(topic);
            } catch (BadRecordException e) {
                return; // its records are errors
            }
            String other = known.putIfAbsent(index, topic);
            if (other != null) {
                add(Settings.VERSION_FROM, IndexRoutes.bothGoTo(other, topic, index));
            }
        });
    }

    private void backoff() {
        if (value(Settings.RETRY_BACKOFF) instanceof Integer first
                && value(Settings.RETRY_BACKOFF_MAX) instanceof Integer most
                && most < first) {
            error(Settings.RETRY_BACKOFF_MAX, "must not be less than " + Settings.RETRY_BACKOFF + ", is " + most);
        }
    }

    private @Nullable Object value(String name) {
        ConfigValue value = values.get(name);
        return value == null ? null : value.value();
    }

    private boolean isRight(String name) {
        ConfigValue value = values.get(name);
        return value != null && value.errorMessages().isEmpty() && value.value() != null;
    }

    private boolean isGiven(String name) {
        return given.get(name) != null;
    }

    private void error(String name, String words) {
        add(name, name + " " + words);
    }

    private void add(String name, String words) {
        ConfigValue value = values.get(name);
        if (value != null && value.errorMessages().isEmpty()) {
            value.addErrorMessage(words);
        }
    }
}
