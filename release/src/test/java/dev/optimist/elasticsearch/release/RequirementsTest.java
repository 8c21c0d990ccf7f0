package dev.optimist.elasticsearch.release;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is missing in a bundle that is whole otherwise is told, and nothing else. */
class RequirementsTest {
    private static final String POM = """
            <project>
              <modelVersion>4.0.0</modelVersion>
              <groupId>dev.optimist</groupId>
              <artifactId>a</artifactId>
              <version>1.0</version>
              <name>A</name>
              <description>What it is for</description>
              <url>https://a.test</url>
              <licenses><license><name>Apache-2.0</name><url>https://licence.test</url></license></licenses>
              <developers><developer><name>D</name><email>d@a.test</email></developer></developers>
              <scm><connection>scm:git:a</connection><developerConnection>scm:git:a</developerConnection><url>a</url></scm>
              <dependencies>
                <dependency><groupId>g</groupId><artifactId>b</artifactId><version>2</version></dependency>
              </dependencies>
            </project>
            """;

    @TempDir
    private Path repository;

    private Path folder;

    @BeforeEach
    void write() throws Exception {
        folder = Files.createDirectories(repository.resolve("dev/optimist/a/1.0"));
        put("a-1.0.pom", POM);
        for (String ending : List.of(".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json", "-cyclonedx.xml")) {
            put("a-1.0" + ending, ending);
        }
    }

    private void put(String name, String content) throws IOException, GeneralSecurityException {
        Files.writeString(folder.resolve(name), content);
        for (Map.Entry<String, String> sum :
                Map.of("MD5", ".md5", "SHA-1", ".sha1").entrySet()) {
            byte[] digest = MessageDigest.getInstance(sum.getKey()).digest(Files.readAllBytes(folder.resolve(name)));
            Files.writeString(
                    folder.resolve(name + sum.getValue()), HexFormat.of().formatHex(digest));
        }
        Files.writeString(folder.resolve(name + ".asc"), "-----BEGIN PGP SIGNATURE-----\n");
    }

    private List<String> unmet() throws IOException {
        return new Requirements(repository, "1.0", true).unmet(Set.of("a"));
    }

    @Test
    void aWholeOneIsTaken() throws Exception {
        assertThat(unmet()).isEmpty();
    }

    static Stream<Map.Entry<String, String>> files() {
        return Stream.of(
                entry("a-1.0-sources.jar", "a lacks -sources.jar"),
                entry("a-1.0-javadoc.jar", "a lacks -javadoc.jar"),
                entry("a-1.0-cyclonedx.json", "a lacks -cyclonedx.json"),
                entry("a-1.0.pom", "a has 0 POMs"),
                entry("a-1.0.jar.md5", "dev/optimist/a/1.0/a-1.0.jar lacks .md5"),
                entry("a-1.0.pom.sha1", "dev/optimist/a/1.0/a-1.0.pom lacks .sha1"),
                entry("a-1.0-javadoc.jar.asc", "dev/optimist/a/1.0/a-1.0-javadoc.jar lacks .asc"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void aMissingFileIsTold(Map.Entry<String, String> missing) throws Exception {
        Files.delete(folder.resolve(missing.getKey()));
        assertThat(unmet()).contains(missing.getValue());
    }

    static Stream<Map.Entry<String, String>> lines() {
        return Stream.of(
                entry("<name>A</name>", "no name"),
                entry("<description>What it is for</description>", "no description"),
                entry("<url>https://a.test</url>", "no url"),
                entry("<name>Apache-2.0</name>", "no licence with name and url"),
                entry(
                        "<developer><name>D</name><email>d@a.test</email></developer>",
                        "no developer with name and email"),
                entry(
                        "<developerConnection>scm:git:a</developerConnection>",
                        "no scm with connection, developerConnection and url"),
                entry("<groupId>dev.optimist</groupId>", "no groupId, or another one"),
                entry("<version>2</version>", "no version of g:b:jar"));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void aMissingElementOfThePomIsTold(Map.Entry<String, String> missing) throws Exception {
        put("a-1.0.pom", POM.replace(missing.getKey(), ""));
        assertThat(unmet()).containsExactly("a's POM has " + missing.getValue());
    }

    static Stream<Map.Entry<String, String>> additions() {
        return Stream.of(
                entry("<version>2-SNAPSHOT</version>", "a SNAPSHOT of g:b:jar"),
                entry("<version>${b}</version>", "what is not resolved"),
                entry("<version>2</version><scope>test</scope>", "the test dependency g:b:jar"),
                entry("<version>2</version><scope>system</scope>", "the system dependency g:b:jar"),
                entry(
                        "<version>2</version><!-- example.org -->",
                        "placeholders (example.org), which the root POM has to be rid of"));
    }

    @ParameterizedTest
    @MethodSource("additions")
    void whatMustNotBeInThePomIsTold(Map.Entry<String, String> addition) throws Exception {
        put("a-1.0.pom", POM.replace("<version>2</version>", addition.getKey()));
        assertThat(unmet()).containsExactly("a's POM has " + addition.getValue());
    }

    @Test
    void aParentAndARepositoryAreTold() throws Exception {
        put(
                "a-1.0.pom",
                POM.replace(
                        "<name>A</name>",
                        "<name>A</name><parent><groupId>p</groupId><artifactId>p</artifactId><version>1</version></parent>"
                                + "<repositories><repository><id>r</id><url>r</url></repository></repositories>"));
        assertThat(unmet()).containsExactly("a's POM has a parent, which is not published", "a's POM has repositories");
    }

    @Test
    void aChecksumOfAnotherFileIsTold() throws Exception {
        Files.writeString(folder.resolve("a-1.0.jar"), "changed");
        assertThat(unmet())
                .containsExactlyInAnyOrder(
                        "dev/optimist/a/1.0/a-1.0.jar has another .md5",
                        "dev/optimist/a/1.0/a-1.0.jar has another .sha1");
    }

    @Test
    void anArtifactTooManyOrTooFewIsTold() throws Exception {
        assertThat(new Requirements(repository, "1.0", true).unmet(Set.of("b")))
                .containsExactly("a is not published, but in it", "b has 0 POMs");
    }

    @Test
    void aFileOfNoArtifactIsTold() throws Exception {
        Files.writeString(repository.resolve("dev/optimist/a/maven-metadata.xml"), "");
        assertThat(unmet()).contains("dev/optimist/a/maven-metadata.xml is not published, but in it");
    }

    @Test
    void unsignedIsTakenWhereNoKeyWasGiven() throws Exception {
        Files.delete(folder.resolve("a-1.0.jar.asc"));
        assertThat(new Requirements(repository, "1.0", false).unmet(Set.of("a")))
                .isEmpty();
    }
}
