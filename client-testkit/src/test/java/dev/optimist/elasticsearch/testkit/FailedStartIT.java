package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that fails says why and leaves nothing behind. In JVMs with a temp folder of their own, to find all of it. */
class FailedStartIT {
    @TempDir
    Path folder;

    @Test
    void thereIsNoJavaThatFits() throws Exception {
        try (ChildJvm jvm = start("version=9.5.3", "javaHomes=none")) {

            assertThat(jvm.report("failed"))
                    .startsWith(
                            "Elasticsearch 9.5.3 needs a Java of 21 or later, and there is none that fits. Found: none.")
                    .contains("JAVA_HOME", "optimist.testkit.version");
            assertNothingIsLeft(jvm);
        }
    }

    @Test
    void theZipCannotBeFetched() throws Exception {
        Path cache = folder.resolve("cache");
        try (ChildJvm jvm = start("version=8.99.99", "cache=" + cache)) {

            assertThat(jvm.report("failed"))
                    .startsWith("The zip of Elasticsearch 8.99.99 cannot be fetched by Maven's resolver")
                    .contains("settings.xml", "8.99.99");
            assertThat(jvm.report("cached")).isEqualTo("[]");
            assertNothingIsLeft(jvm);
        }
    }

    @Test
    void theDiskIsTooSmall() throws Exception {
        try (ChildJvm jvm = startOnDiskOf(20_000_000)) {

            assertThat(jvm.report("failed"))
                    .matches(
                            "Disk full: unpacking Elasticsearch 7\\.17\\.29 needs \\d\\d MB in .*, and 20 MB are free");
            assertThat(jvm.report("cached")).isEqualTo("[]");
            assertNothingIsLeft(jvm);
        }
    }

    @Test
    void theDiskFillsUpOnTheWay() throws Exception {
        // enough for what the files hold, but files take whole pages
        long bytes = DistributionZip.files("7.17.29").values().stream()
                        .mapToLong(Long::longValue)
                        .sum()
                + 20_000;

        try (ChildJvm jvm = startOnDiskOf(bytes)) {
            assertThat(jvm.report("failed"))
                    .startsWith("Elasticsearch 7.17.29 cannot be unpacked to ")
                    .contains("No space left on device", "free there: 0 MB");
            assertThat(jvm.report("cached")).isEqualTo("[]");
            assertNothingIsLeft(jvm);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.optimist.elasticsearch.testkit.Versions#oldestAndNewest")
    void theServerDiesWhileItStarts(String version) throws Exception {
        try (ChildJvm jvm = start("version=" + version, "no.such.setting=x")) {

            assertThat(jvm.report("failed"))
                    .containsPattern(
                            "^Elasticsearch " + version
                                    + " \\(node-1\\) ended with status [1-9]\\d* while it was starting\\. The end of its log: \\| ")
                    .contains("unknown setting [no.such.setting]");
            assertNothingIsLeft(jvm);
        }
    }

    /** Of 2 s and 3 s too, as a server is several processes one after the other. */
    @ParameterizedTest
    @ValueSource(strings = {"PT1S", "PT2S", "PT3S"})
    void theServerTakesTooLong(String time) throws Exception {
        try (ChildJvm jvm = start("version=" + Versions.NEWEST, "startTimeout=" + time)) {

            assertThat(jvm.report("failed"))
                    .startsWith("Elasticsearch " + Versions.NEWEST + " (node-1) was not ready within " + time.charAt(2)
                            + ".0 s. The end of its log: | ");
            assertNothingIsLeft(jvm);
        }
    }

    @Test
    void theServerNeverBecomesReady() throws Exception {
        try (ChildJvm jvm =
                start("version=7.17.29", "startTimeout=PT20S", "discovery.type=zen", "discovery.seed_hosts=[]")) {

            assertThat(jvm.report("failed"))
                    .startsWith("Elasticsearch 7.17.29 (node-1) was not ready within 20.0 s. The end of its log: | ")
                    .contains("master not discovered");
            assertNothingIsLeft(jvm);
        }
    }

    private ChildJvm start(String... arguments) throws Exception {
        return ChildJvm.start(folder, ServerMain.class, arguments);
    }

    /** In a namespace of its own, where everybody may mount. */
    private ChildJvm startOnDiskOf(long bytes) throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        String mount = "mount -t tmpfs -o size=" + bytes + " tmpfs '" + disk + "' && exec \"$@\"";
        return ChildJvm.start(
                folder,
                List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh"),
                ServerMain.class,
                "version=7.17.29",
                "cache=" + disk);
    }

    private void assertNothingIsLeft(ChildJvm jvm) throws Exception {
        assertThat(jvm.users()).isEmpty();
        assertThat(jvm.files()).isEmpty();
        assertThat(jvm.end()).isZero();
        assertThat(jvm.users()).isEmpty();
        assertThat(jvm.files()).isEmpty();
    }
}
