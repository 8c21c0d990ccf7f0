package dev.optimist.elasticsearch.it.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.optimist.elasticsearch.connect.OptimisticSinkConnector;
import io.debezium.connector.postgresql.PostgresConnector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What can be seen without Docker of the files for those who have it. */
class ComposeTest {
    private static final Path FOLDER = Path.of("../client-examples/src/main/compose");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void allPortsAreOnLoopback() throws IOException {
        JsonNode services = new YAMLMapper()
                .readTree(FOLDER.resolve("compose.yaml").toFile())
                .path("services");
        assertThat(services.properties())
                .hasSizeGreaterThan(4)
                .allSatisfy(service -> assertThat(service.getValue().path("ports"))
                        .allSatisfy(port -> assertThat(port.asText()).startsWith("127.0.0.1:")));
    }

    @Test
    void theConnectorsTakeTheirSettings() throws IOException {
        Map<String, String> sink = settings("sink.json");
        assertThat(sink).containsEntry("connector.class", OptimisticSinkConnector.class.getName());
        assertThat(new OptimisticSinkConnector().validate(sink).configValues())
                .isNotEmpty()
                .allSatisfy(value ->
                        assertThat(value.errorMessages()).as(value.name()).isEmpty());
        assertThat(sink.keySet())
                .filteredOn(name -> !name.matches("connector\\.class|tasks\\.max|topics|errors\\..*"))
                .isSubsetOf(new OptimisticSinkConnector().config().names());

        Map<String, String> source = settings("source.json");
        assertThat(source).containsEntry("connector.class", PostgresConnector.class.getName());
        assertThat(source.keySet())
                .filteredOn(name -> !name.matches("connector\\.class|topic\\.creation\\..*"))
                .isSubsetOf(new PostgresConnector().config().names());
        assertThat(sink.get("topics")).startsWith(source.get("topic.prefix") + "." + source.get("table.include.list"));
    }

    private static Map<String, String> settings(String file) throws IOException {
        return JSON.readValue(FOLDER.resolve(file).toFile(), new TypeReference<>() {});
    }
}
