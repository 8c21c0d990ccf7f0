package dev.optimist.elasticsearch.it.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.sync.cli.SyncMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command line as a process of its own, as a user starts it. */
final class SyncProcess {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final Path out;
    private final Path err;
    private final String command;

    private SyncProcess(Process process, Path out, Path err, String command) {
        this.process = process;
        this.out = out;
        this.err = err;
        this.command = command;
    }

    static SyncProcess start(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        return start(
                folder,
                environment,
                List.of("-classpath", System.getProperty("java.class.path"), SyncMain.class.getName()),
                arguments);
    }

    static SyncProcess start(Path folder, Map<String, String> environment, List<String> program, String... arguments)
            throws IOException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(program);
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        return new SyncProcess(builder.start(), out, err, String.join(" ", arguments));
    }

    /** Waits for its end, and returns its exit status. */
    int end() throws IOException, InterruptedException {
        boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            kill();
        }
        assertThat(ended).as("%s", this).isTrue();
        return process.exitValue();
    }

    /** What is waited for. */
    interface Condition {
        boolean holds() throws IOException;
    }

    /** Waits until it has printed something. */
    void awaitOut(String text) throws IOException, InterruptedException {
        await(() -> out().contains(text));
    }

    /** Waits until it has brought something about. */
    void await(Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(process.isAlive() && System.nanoTime() < end)
                    .as("%s", this)
                    .isTrue();
            Thread.sleep(20);
        }
    }

    /** Waits so long, and returns whether it has ended by itself. */
    boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String out() throws IOException {
        return Files.readString(out);
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    @Override
    public String toString() {
        try {
            return command + "\n" + out() + "\n" + err();
        } catch (IOException e) {
            return command + " " + e;
        }
    }
}
