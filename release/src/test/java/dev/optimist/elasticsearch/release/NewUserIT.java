package dev.optimist.elasticsearch.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** "Use it" of README.md, as somebody does it who has no more than that, with the artifacts of this build. */
@Tag("trial")
class NewUserIT {
    private static final String ADDRESS = "http://localhost:9200";

    /** Returns the block that begins with this line. */
    private static String block(String fence) throws IOException {
        String readme = Files.readString(Modules.ROOT.resolve("README.md"));
        String section = readme.substring(readme.indexOf("\n## Use it\n"));
        Matcher block = Pattern.compile("^```" + fence + "\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE)
                .matcher(section);
        assertThat(block.find()).as(fence).isTrue();
        return block.group(1);
    }

    @Test
    void theFirstUpdateOfTheReadme() throws Exception {
        Path project = Path.of("target/new-user").toAbsolutePath();
        Path sources = Files.createDirectories(project.resolve("src/main/java"));
        String pom = block("xml pom.xml")
                .replaceFirst(
                        "<optimist.version>.*</optimist.version>",
                        "<optimist.version>" + System.getProperty("release.version") + "</optimist.version>");
        Files.writeString(
                project.resolve("pom.xml"),
                MavenBuild.withRepositories(pom, Path.of(System.getProperty("release.repository"))));
        String program = block("java FirstUpdate.java");
        assertThat(program).contains(ADDRESS);
        List<String> command = List.of(block("sh new project").strip().split(" ", -1));
        assertThat(command.get(0)).isEqualTo("mvn");

        try (ElasticsearchServer server = ElasticsearchServer.start()) {
            Files.writeString(sources.resolve("FirstUpdate.java"), program.replace(ADDRESS, server.url()));
            MavenBuild.Ended ended = new MavenBuild(project).run(command.subList(1, command.size()));
            assertThat(ended.status()).as(ended.output()).isZero();
            assertThat(ended.output()).contains("Stock[pieces=9]");
            assertThat(HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(URI.create(server.url() + "/stock/_doc/4711"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .body())
                    .contains("\"_version\":2", "\"pieces\":9");
        }
    }
}
