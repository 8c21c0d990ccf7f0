package dev.optimist.elasticsearch.testkit;

import static dev.optimist.elasticsearch.testkit.Eventually.eventually;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A JVM of its own, for what happens when a JVM ends, as another user or on another disk. Its temp folder is its own too, so
 * that all that it leaves behind is found.
 *
 * <p>Programs for it report lines of {@code key=value}, and return when their standard input ends; so they do not outlive
 * the JVM of the tests.
 */
final class ChildJvm implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Process process;
    private final Path output;
    private final Path temp;

    private ChildJvm(Process process, Path output, Path temp) {
        this.process = process;
        this.output = output;
        this.temp = temp;
    }

    static ChildJvm start(Path folder, Class<?> main, String... arguments) throws IOException {
        return start(folder, List.of(), main, arguments);
    }

    /** Starts it by another program, which gets the command as its last arguments. */
    static ChildJvm start(Path folder, List<String> by, Class<?> main, String... arguments) throws IOException {
        Path temp = Files.createDirectories(folder.resolve("tmp")).toRealPath();
        Path output = Files.createTempFile(folder, "output-", ".txt");
        List<String> command = new ArrayList<>(by);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Djava.io.tmpdir=" + temp);
        for (String same : List.of("user.home", "maven.repo.local", "optimist.testkit.cache")) {
            Optional.ofNullable(System.getProperty(same)).ifPresent(value -> command.add("-D" + same + "=" + value));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new ChildJvm(process, output, temp);
    }

    /** Waits until it reports this key. */
    String report(String key) throws Exception {
        eventually("child JVM reports " + key, PATIENCE, () -> reported(key).isPresent() || !process.isAlive());
        Optional<String> value = reported(key);
        if (value.isEmpty()) {
            throw new AssertionError("no " + key + " in: " + output());
        }
        return value.get();
    }

    private Optional<String> reported(String key) throws IOException {
        return output().lines()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .findFirst();
    }

    /** Returns the whole lines that it has written so far. */
    String output() throws IOException {
        String all = Files.readString(output);
        return all.substring(0, all.lastIndexOf('\n') + 1);
    }

    /** Lets it go on, if it waits for that. */
    void goOn() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    /** Lets it return from its main method, and waits for its end. */
    int end() throws Exception {
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("child JVM does not end: " + output());
        }
        return process.exitValue();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    /** Returns what is in its temp folder. */
    List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            return files.toList();
        }
    }

    /** Returns the processes that were started, by it or in its name, with its temp folder or one in it. */
    List<ProcessHandle> users() {
        return ProcessHandle.allProcesses()
                .filter(p -> p.pid() != process.pid())
                .filter(p -> p.info().commandLine().orElse("").contains(temp.toString()))
                .toList();
    }

    /** Ends it with all that it may have left behind if a test fails. */
    @Override
    public void close() {
        Stream.of(descendants(), users()).flatMap(List::stream).forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
