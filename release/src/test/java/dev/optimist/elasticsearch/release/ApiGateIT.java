package dev.optimist.elasticsearch.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.shared.invoker.MavenInvocationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The comparison with the last release, tried on a project of two classes below the root POM: it has the profiles that
 * the modules have, and its first release is made by them, too.
 */
@Tag("trial")
class ApiGateIT {
    private static final Path PROJECT = Path.of("target/gate").toAbsolutePath();
    private static final String PUBLIC = "public static int kept() { return 1; }";
    private static final String SECOND = "public static int second() { return 2; }";

    private static final Path RELEASES = PROJECT.resolve("releases");

    @BeforeAll
    static void release() throws Exception {
        write("1.0.0", PUBLIC + SECOND, PUBLIC + SECOND);
        MavenBuild.Ended ended = verify();
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(RELEASES.resolve("dev/optimist/optimist-gate/1.0.0/optimist-gate-1.0.0.jar"))
                .exists();
    }

    private static MavenBuild.Ended verify(String... more) throws IOException, MavenInvocationException {
        List<String> arguments = new ArrayList<>(List.of(
                "-Prelease",
                "verify",
                "-Dbundle.directory=" + RELEASES,
                "-Dspotless.check.skip",
                "-Dmaven.javadoc.skip"));
        arguments.addAll(List.of(more));
        return new MavenBuild(PROJECT).run(arguments);
    }

    private static void write(String version, String inPublic, String inInternal) throws IOException {
        Path sources = PROJECT.resolve("src/main/java/dev/optimist/gate");
        Files.createDirectories(sources.resolve("internal"));
        Files.writeString(
                sources.resolve("Api.java"),
                "package dev.optimist.gate; public final class Api { private Api() {} " + inPublic + " }");
        Files.writeString(
                sources.resolve("internal/Inner.java"),
                "package dev.optimist.gate.internal; public final class Inner { private Inner() {} " + inInternal
                        + " }");
        String pom = """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <parent>
                    <groupId>dev.optimist</groupId>
                    <artifactId>optimist-parent</artifactId>
                    <version>%s</version>
                    <relativePath>../../../pom.xml</relativePath>
                  </parent>
                  <artifactId>optimist-gate</artifactId>
                  <version>%s</version>
                  <properties>
                    <maven.deploy.skip>false</maven.deploy.skip>
                    <module.name>dev.optimist.gate</module.name>
                  </properties>
                </project>
                """.formatted(System.getProperty("release.version"), version);
        Files.writeString(PROJECT.resolve("pom.xml"), MavenBuild.withRepositories(pom, RELEASES));
    }

    @Test
    void aPublicMethodThatIsGoneFailsTheBuild() throws Exception {
        write("1.1.0", PUBLIC, PUBLIC + SECOND);
        MavenBuild.Ended ended = verify("-Djapicmp.last-release=1.0.0");
        assertThat(ended.status()).as(ended.output()).isNotZero();
        assertThat(ended.output()).contains("Failed to execute goal com.github.siom79.japicmp", "METHOD_REMOVED");
    }

    @Test
    void aMethodMoreAndLessInInternalDoNot() throws Exception {
        write("1.1.0", PUBLIC + SECOND + "public static int third() { return 3; }", PUBLIC);
        MavenBuild.Ended ended = verify("-Djapicmp.last-release=1.0.0");
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(PROJECT.resolve("target/japicmp/api.xml")).content().contains("optimist-gate-1.0.0.jar", "third");
    }

    @Test
    void aLastReleaseThatIsNotFoundFailsTheBuild() throws Exception {
        write("1.1.0", PUBLIC + SECOND, PUBLIC + SECOND);
        MavenBuild.Ended ended = verify("-Djapicmp.last-release=0.9.0");
        assertThat(ended.status()).as(ended.output()).isNotZero();
        assertThat(ended.output()).contains("optimist-gate:jar:0.9.0");
    }
}
