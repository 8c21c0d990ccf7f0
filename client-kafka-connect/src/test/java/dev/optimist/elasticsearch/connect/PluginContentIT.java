package dev.optimist.elasticsearch.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** The zip that users unpack into their workers' plugin.path. */
class PluginContentIT {
    private static final String NAME = System.getProperty("plugin.folder", "");
    private static final Path FOLDER = Path.of("target", "plugin", NAME);

    private static Set<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void theZipIsTheFolder() throws IOException {
        try (ZipFile zip = new ZipFile(Path.of("target", NAME + ".zip").toFile())) {
            assertThat(zip.stream().filter(entry -> !entry.isDirectory()).map(entry -> entry.getName()))
                    .containsExactlyInAnyOrderElementsOf(
                            files().stream().map(file -> NAME + "/" + file).toList());
        }
    }

    /** A worker hands its own on to plugins, but for these, and theirs would not be the same classes. */
    @Test
    void whatTheWorkerHasIsNotInIt() throws IOException {
        assertThat(files())
                .anyMatch(name -> name.startsWith("optimist-client-core-"))
                .anyMatch(name -> name.startsWith("optimist-client-kafka-connect-"))
                .anyMatch(name -> name.startsWith("jackson-databind-2"))
                .anyMatch(name -> name.startsWith("elasticsearch-java-"))
                .noneMatch(name ->
                        name.matches("(kafka|connect|slf4j|log4j|logback|debezium|junit|optimist-client-testkit).*"));
        for (String file : files()) {
            if (file.endsWith(".jar")) {
                try (JarFile jar = new JarFile(FOLDER.resolve(file).toFile())) {
                    assertThat(jar.stream().map(entry -> entry.getName()))
                            .as(file)
                            .noneMatch(name -> name.startsWith("org/apache/kafka/") || name.startsWith("org/slf4j/"));
                }
            }
        }
    }

    /** By which plugin.discovery=service_load finds it. */
    @Test
    void theManifestNamesTheConnector() throws IOException {
        Path jar = FOLDER.resolve(files().stream()
                .filter(name -> name.startsWith("optimist-client-kafka-connect-"))
                .findFirst()
                .orElseThrow());
        try (JarFile file = new JarFile(jar.toFile())) {
            String services = new String(
                    file.getInputStream(file.getEntry("META-INF/services/org.apache.kafka.connect.sink.SinkConnector"))
                            .readAllBytes(),
                    UTF_8);
            assertThat(List.of(services.strip())).containsExactly(OptimisticSinkConnector.class.getName());
        }
    }
}
