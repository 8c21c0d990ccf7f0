package dev.optimist.elasticsearch.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wrong setting is told under its name, before a task begins. */
class SettingsTest {
    private static final String SECRET = "hunter2";

    private static Map<String, List<String>> errors(Map<String, String> settings) {
        Map<String, List<String>> errors = new TreeMap<>();
        for (ConfigValue value :
                new OptimisticSinkConnector().validate(settings).configValues()) {
            if (!value.errorMessages().isEmpty()) {
                errors.put(value.name(), value.errorMessages());
            }
        }
        return errors;
    }

    @Test
    void threeAreEnough() {
        assertThat(errors(Converted.settings())).isEmpty();
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(errors(Map.of())).containsOnlyKeys("connection.url", "version.from");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connection.url | ftp://es:9200",
                "connection.url | es:9200",
                "connection.url | http://es:9200?a=b",
                "connection.url | http://me:hunter2@es:9200",
                "connection.url | http://es:9200,http:// ,http://es2:9200",
                "connection.ca.file | /no/such/file.pem",
                "connection.ca.fingerprint | zz",
                "connection.proxy | proxy",
                "connection.timeout.ms | 0",
                "connection.request.timeout.ms | 100000000",
                "index | Products",
                "index | a,b",
                "index | _all",
                "index.routes | products",
                "index.routes | ((:products",
                "index.routes | shop\\.(.*):$2",
                "index.routes | shop:Products",
                "document.id | id",
                "document.id | ${value.id}",
                "version.from | clock",
                "version.header | ''",
                "version.field | a..b",
                "version.snapshot | -1",
                "version.snapshot | 9223372036854775807",
                "delete.mode | no",
                "delete.null.value | companion",
                "delete.tombstone.field | a.b",
                "batch.size | many",
                "batch.size | 10001",
                "batch.bytes | 0",
                "max.in.flight | 65",
                "linger.ms | 0",
                "put.timeout.ms | -1",
                "flush.timeout.ms | 60001",
                "retry.timeout.ms | 0",
                "retry.backoff.ms | 0",
                "compare.duplicates | perhaps",
                "errors.suspicious | ignore"
            })
    void aWrongOneIsNamed(String name, String value) {
        Map<String, List<String>> errors = errors(Converted.settings(name, value));
        assertThat(errors).containsOnlyKeys(name);
        assertThat(errors.get(name))
                .allSatisfy(words -> assertThat(words).contains(name).doesNotContain(SECRET));
        assertThatThrownBy(() -> new OptimisticSinkTask().start(Converted.settings(name, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connection.username=elastic | connection.password",
                "connection.password=hunter2 | connection.username",
                "connection.username=a;connection.password=hunter2;connection.api.key=hunter2 | connection.api.key",
                "connection.ca.file=pom.xml;connection.ca.fingerprint=ab:cd | connection.ca.fingerprint",
                "version.from=timestamp | version.timestamp.field",
                "version.from=offset;topics=a,b | version.from",
                "version.from=offset;topics=a,b,c;index.routes=a:one,b:two,c:one | version.from",
                "retry.backoff.ms=200;retry.backoff.max.ms=100 | retry.backoff.max.ms"
            })
    void whatDoesNotGoTogetherIsNamed(String settings, String named) {
        Map<String, String> all = new HashMap<>(Converted.settings());
        Stream.of(settings.split(";", -1))
                .map(setting -> setting.split("=", 2))
                .forEach(each -> all.put(each[0], each[1]));
        Map<String, List<String>> errors = errors(all);
        assertThat(errors).containsOnlyKeys(named);
        assertThat(errors).extractingByKey(named).asString().contains(named).doesNotContain(SECRET);
        assertThatThrownBy(() -> new OptimisticSinkConnector().start(all)).hasMessageContaining(named);
    }

    @Test
    void whatDoesGoTogetherIsRight() {
        assertThat(errors(Converted.settings("connection.username", "a", "connection.password", SECRET)))
                .isEmpty();
        assertThat(errors(Converted.settings("version.from", "offset", "topics", "a,b", "index", "${topic}")))
                .isEmpty();
        assertThat(errors(Converted.settings("version.from", "timestamp", "version.timestamp.field", "at")))
                .isEmpty();
    }

    @Test
    void secretsAreNotShown() {
        Map<String, String> settings = Converted.settings("connection.username", "a", "connection.password", SECRET);
        assertThat(new SinkConfig(settings).values().toString()).doesNotContain(SECRET);
        assertThat(Settings.DEFINITION.configKeys().values())
                .filteredOn(key -> key.type() == ConfigDef.Type.PASSWORD)
                .extracting(key -> key.name)
                .containsExactlyInAnyOrder("connection.password", "connection.api.key");
    }

    @Test
    void eachHasAllThatAFormNeeds() {
        assertThat(Settings.DEFINITION.groups())
                .containsExactly("Connection", "Index", "Document", "Version", "Deletes", "Writing", "Errors");
        assertThat(Settings.DEFINITION.configKeys().values()).allSatisfy(key -> {
            assertThat(key.documentation).endsWith(".");
            assertThat(key.group).isNotNull();
            assertThat(key.displayName).isNotBlank();
            if (key.validator instanceof ConfigDef.ValidString) {
                assertThat(key.recommender.validValues(key.name, Map.of())).isNotEmpty();
            }
        });
    }

    @Test
    void tasksGetTheSettings() {
        OptimisticSinkConnector connector = new OptimisticSinkConnector();
        connector.start(Converted.settings());
        assertThat(connector.taskConfigs(3)).hasSize(3).containsOnly(Converted.settings());
        assertThat(connector.taskClass()).isEqualTo(OptimisticSinkTask.class);
        assertThat(connector.version()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(new OptimisticSinkTask().version()).isEqualTo(connector.version());
    }
}
