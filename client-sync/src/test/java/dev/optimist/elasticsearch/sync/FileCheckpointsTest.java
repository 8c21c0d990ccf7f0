package dev.optimist.elasticsearch.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCheckpointsTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("position.json");
    }

    @Test
    void remembersTheLastPosition() {
        Checkpoints checkpoints = Checkpoints.inFile(file);
        assertThat(checkpoints.load()).isEmpty();
        checkpoints.store("1");
        checkpoints.store("zwei \"2\"");
        assertThat(checkpoints.load()).contains("zwei \"2\"");
        assertThat(Checkpoints.inFile(file).load()).contains("zwei \"2\"");
    }

    /** Whoever has opened it sees what it was: there is no moment at which the file is half. */
    @Test
    void theFileIsReplacedAndNeverWrittenTo() throws Exception {
        Checkpoints checkpoints = Checkpoints.inFile(file);
        checkpoints.store("1");
        try (InputStream before = Files.newInputStream(file)) {
            checkpoints.store("2");
            assertThat(new String(before.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\"position\":\"1\"");
        }
        assertThat(file).content().contains("\"position\":\"2\"");
    }

    @Test
    void halfAFileOfAProcessThatWasKilledIsNotRead() throws Exception {
        Checkpoints.inFile(file).store("1");
        Files.writeString(folder.resolve("position.json.tmp"), "{\"posit");
        Checkpoints next = Checkpoints.inFile(file);
        assertThat(next.load()).contains("1");
        next.store("2");
        assertThat(next.load()).contains("2");
    }

    @Test
    void aFileOfAnotherKindIsRefused() throws Exception {
        Files.writeString(file, "{\"posit");
        assertThatThrownBy(() -> Checkpoints.inFile(file).load())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("position.json holds no position");
        Files.writeString(file, "{}");
        assertThatThrownBy(() -> Checkpoints.inFile(file).load()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void positionsOutOfBoundsAreRefused() {
        Checkpoints checkpoints = Checkpoints.inFile(file);
        assertThatThrownBy(() -> checkpoints.store("")).hasMessageContaining("position must have 1 to 32768 bytes");
        assertThatThrownBy(() -> checkpoints.store("é".repeat(16_385))).hasMessageContaining("has 32770");
        assertThat(file).doesNotExist();
    }

    @Test
    void theOneThatStoresLaterEndsTheOther() {
        Checkpoints first = Checkpoints.inFile(file);
        first.store("1");
        Checkpoints second = Checkpoints.inFile(file);
        assertThat(second.load()).contains("1");
        second.store("1"); // the same words, and yet another's
        assertThatThrownBy(() -> first.store("2"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another job stores its positions in");
        second.store("3");
        assertThat(second.load()).contains("3");
    }

    @Test
    void theOneThatLoadedBeforeTheOtherStoredIsRefused() {
        Checkpoints first = Checkpoints.inFile(file);
        Checkpoints second = Checkpoints.inFile(file);
        assertThat(first.load()).isEmpty();
        assertThat(second.load()).isEmpty();
        first.store("1");
        assertThatThrownBy(() -> second.store("2")).isInstanceOf(IllegalStateException.class);
        first.store("3");
    }

    /** SIGKILL while it stores as fast as it can: what is there is whole, and not older than what was acknowledged. */
    @Test
    void survivesBeingKilledWhileItStores() throws Exception {
        for (int kill = 0; kill < 5; kill++) {
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            FileCheckpointsMain.class.getName(),
                            file.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (var lines = child.inputReader()) {
                String acknowledged = lines.readLine();
                for (int i = 0; i < 40 + 7 * kill; i++) {
                    acknowledged = lines.readLine();
                }
                child.toHandle().destroyForcibly(); // the process itself would close what it has printed
                List<String> rest = lines.lines().toList();
                // the last line may be half a number
                String last = rest.size() > 1 ? rest.get(rest.size() - 2) : acknowledged;
                assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
                long stored = Long.parseLong(Checkpoints.inFile(file).load().orElseThrow());
                assertThat(stored).isGreaterThanOrEqualTo(Long.parseLong(last));
            }
        }
    }
}
