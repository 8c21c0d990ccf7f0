package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.testkit.Javas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On every Java of this machine that has virtual threads; there has to be one. */
@Tag("virtual-threads")
class VirtualThreadsIT extends ServerTest {
    private static final int CALLERS = 1000;

    @TempDir
    Path folder;

    static List<Path> javas() {
        List<Path> javas = Javas.withVirtualThreads();
        assertThat(javas).as("a JDK of 21 or later").isNotEmpty();
        return javas;
    }

    @ParameterizedTest
    @MethodSource("javas")
    void aThousandCallersPinNoneAndNeedNoThreadEach(Path java) throws Exception {
        Properties seen = run(java);
        System.out.println("VirtualThreadsIT: " + seen);

        int hot = 0;
        for (int i = 0; i < VirtualThreadsMain.HOT; i++) {
            hot += stored("hot-" + i).at("/_source/n").asInt();
        }
        assertThat(hot).isEqualTo(CALLERS * (VirtualThreadsMain.CALLS + 1));
        for (int i = 0; i < CALLERS; i++) {
            assertThat(stored("own-" + i).at("/_source/n").asInt()).isEqualTo(1);
        }
        assertThat(seen.getProperty("control"))
                .as("a thread that is pinned on purpose is seen")
                .isNotEqualTo("0");
        assertThat(seen.getProperty("pinned")).as("frames of those pinned").isEmpty();
        assertThat(Integer.parseInt(seen.getProperty("threads")))
                .as("platform threads while %s called, carriers and those of the connections included", CALLERS)
                .isLessThan(40);
    }

    private Properties run(Path java) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        Path result = folder.resolve("result.properties");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-Djava.io.tmpdir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        VirtualThreadsMain.class.getName(),
                        server.url(),
                        index,
                        Integer.toString(CALLERS),
                        result.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("has ended").isTrue();
            assertThat(process.exitValue()).as("%s", Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
        Properties seen = new Properties();
        try (var in = Files.newBufferedReader(result)) {
            seen.load(in);
        }
        return seen;
    }
}
