package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.util.RestoreSystemProperties;

class JavaHomeTest {
    private static final JavaHome JAVA_17 = new JavaHome(Path.of("jdk-17"), 17);
    private static final JavaHome JAVA_21 = new JavaHome(Path.of("jdk-21"), 21);
    private static final JavaHome JAVA_25 = new JavaHome(Path.of("jdk-25"), 25);
    private static final List<JavaHome> HOMES = List.of(JAVA_25, JAVA_17, JAVA_21);

    @TempDir
    Path home;

    @Test
    void theOldestWithinTheBoundsIsTaken() {
        assertThat(JavaHome.between(HOMES, 18, Integer.MAX_VALUE)).contains(JAVA_21);
        assertThat(JavaHome.between(HOMES, 11, 21)).contains(JAVA_17);
    }

    @Test
    void theBoundsAreWithinTheBounds() {
        assertThat(JavaHome.between(HOMES, 25, 25)).contains(JAVA_25);
        assertThat(JavaHome.between(HOMES, 22, 24)).isEmpty();
        assertThat(JavaHome.between(List.of(), 11, Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void aListNamesReleaseAndFolder() {
        assertThat(JavaHome.list(List.of(JAVA_17, JAVA_25))).isEqualTo("17 in jdk-17, 25 in jdk-25");
        assertThat(JavaHome.list(List.of())).isEqualTo("none");
    }

    @Test
    void theRunningOneIsFound() throws IOException {
        assertThat(JavaHome.all())
                .contains(new JavaHome(
                        Path.of(System.getProperty("java.home")).toRealPath(),
                        Runtime.version().feature()));
    }

    @Test
    void eachIsFoundOnceAndTheOldestFirst() {
        assertThat(JavaHome.all())
                .doesNotHaveDuplicates()
                .extracting(JavaHome::major)
                .isSorted();
    }

    @Test
    @RestoreSystemProperties
    void thoseOfTheUserAreFound() throws IOException {
        Path jdk = install(".jdks/some-jdk", "21.0.4");
        Path mac = install("Library/Java/JavaVirtualMachines/some.jdk/Contents/Home", "25");
        Path sdk = install(".sdkman/candidates/java/early", "26-ea");

        assertThat(allBelow(home)).containsExactly(new JavaHome(jdk, 21), new JavaHome(mac, 25), new JavaHome(sdk, 26));
    }

    @Test
    @RestoreSystemProperties
    void aLinkToOneIsNoSecondOne() throws IOException {
        Path jdk = install(".jdks/some-jdk", "21.0.4");
        Files.createSymbolicLink(home.resolve(".jdks/current"), jdk);

        assertThat(allBelow(home)).containsExactly(new JavaHome(jdk, 21));
    }

    @Test
    @RestoreSystemProperties
    void whatIsNoJavaIsPassedOver() throws IOException {
        Files.createDirectories(home.resolve(".jdks/empty"));
        install(".jdks/eight", "1.8.0_402");
        install(".jdks/odd", "latest");
        Files.delete(install(".jdks/without-program", "21.0.4").resolve("bin/java"));
        Files.delete(install(".jdks/without-release", "21.0.4").resolve("release"));

        assertThat(allBelow(home)).isEmpty();
    }

    private Path install(String where, String version) throws IOException {
        Path jdk = home.resolve(where);
        Files.createDirectories(jdk.resolve("bin"));
        assertThat(Files.createFile(jdk.resolve("bin/java")).toFile().setExecutable(true))
                .isTrue();
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jdk.toRealPath();
    }

    private static List<JavaHome> allBelow(Path home) throws IOException {
        System.setProperty("user.home", home.toString());
        Path folder = home.toRealPath();
        return JavaHome.all().stream().filter(h -> h.path().startsWith(folder)).toList();
    }
}
