package dev.optimist.elasticsearch.it.connect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/** What a sink is without versions: whoever writes last wins. A plugin of its own, for {@link ConnectIT} to compare with. */
public final class PlainSink extends SinkConnector {
    static final String URL = "url";
    static final String INDEX = "index";

    private Map<String, String> settings = Map.of();

    @Override
    public String version() {
        return "1";
    }

    @Override
    public void start(Map<String, String> properties) {
        settings = properties;
    }

    @Override
    public Class<? extends Task> taskClass() {
        return PlainSinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<Map<String, String>> configs = new ArrayList<>();
        for (int i = 0; i < maxTasks; i++) {
            configs.add(settings);
        }
        return configs;
    }

    @Override
    public void stop() {
        // holds nothing
    }

    @Override
    public ConfigDef config() {
        return new ConfigDef()
                .define(URL, ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "Of Elasticsearch.")
                .define(INDEX, ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "To be written to.");
    }
}
