package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One node of Elasticsearch as a child process. Everything it writes is in one folder, which goes when it goes.
 *
 * <p>If this JVM dies without closing it, even by SIGKILL, a watchdog ends the node and removes the folder: a shell that
 * waits for the end of a pipe from this JVM.
 */
final class NodeProcess implements AutoCloseable {
    /** Arguments: the node's process id, its folder. Ignores what a terminal sends to a whole group, Ctrl-C above all. */
    private static final String WATCHDOG = """
            trap '' INT HUP TERM
            cat >/dev/null
            kill "$1" 2>/dev/null
            for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do kill -0 "$1" 2>/dev/null || break; sleep 1; done
            kill -9 "$1" 2>/dev/null
            rm -rf "$2"
            """;

    private final String name;
    private final Path folder;
    private final Process process;
    private final Process watchdog;

    private NodeProcess(String name, Path folder, Process process, Process watchdog) {
        this.name = name;
        this.folder = folder;
        this.process = process;
        this.watchdog = watchdog;
    }

    static NodeProcess start(
            String name,
            Path home,
            JavaHome java,
            List<String> javaOptions,
            Map<String, String> settings,
            Keystore keystore)
            throws IOException {
        Path folder = Files.createTempDirectory("optimist-elasticsearch-").toRealPath();
        try {
            for (String sub : List.of("data", "logs", "tmp")) {
                Files.createDirectory(folder.resolve(sub));
            }
            Folders.copy(home.resolve("config"), folder.resolve("config"));
            Map<String, String> all = new LinkedHashMap<>(settings);
            all.put("node.name", name);
            all.put("path.data", folder.resolve("data").toString());
            all.put("path.logs", folder.resolve("logs").toString());
            keystore.prepare(folder, all, command -> run(command, environment(folder, java, javaOptions), home));
            Files.writeString(
                    folder.resolve("config/elasticsearch.yml"),
                    all.entrySet().stream()
                            .map(e -> e.getKey() + ": " + e.getValue() + "\n")
                            .collect(Collectors.joining()));
            ProcessBuilder builder = builder(
                            List.of(home.resolve("bin/elasticsearch").toString()), folder)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(folder.resolve("out.log").toFile());
            builder.environment().clear();
            builder.environment().putAll(environment(folder, java, javaOptions));
            Process process = builder.start();
            Process watchdog = new ProcessBuilder(
                            "sh", "-c", WATCHDOG, "watchdog", Long.toString(process.pid()), folder.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new NodeProcess(name, folder, process, watchdog);
        } catch (IOException | RuntimeException e) {
            Folders.delete(folder);
            throw e;
        }
    }

    /** Prepares the secure settings of a node, before it starts. */
    interface Keystore {
        Keystore NONE = (folder, settings, tool) -> {};

        void prepare(Path folder, Map<String, String> settings, Tool tool) throws IOException;

        /** Runs a program of the distribution with this standard input. */
        interface Tool {
            void run(List<String> commandAndInput) throws IOException;
        }
    }

    /** Elasticsearch refuses to run as root, so root runs it in a user namespace where it is user 1000. */
    private static ProcessBuilder builder(List<String> command, Path folder) {
        List<String> all = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            all.addAll(List.of("unshare", "--user", "--map-user=1000", "--map-group=1000"));
        }
        all.addAll(command);
        return new ProcessBuilder(all).directory(folder.toFile());
    }

    private static Map<String, String> environment(Path folder, JavaHome java, List<String> javaOptions) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
        environment.put("LANG", "C.UTF-8");
        environment.put("HOME", folder.resolve("tmp").toString());
        environment.put("JAVA_HOME", java.path().toString());
        environment.put("ES_JAVA_HOME", java.path().toString());
        environment.put("ES_PATH_CONF", folder.resolve("config").toString());
        environment.put("ES_TMPDIR", folder.resolve("tmp").toString());
        environment.put("ES_JAVA_OPTS", String.join(" ", javaOptions));
        return environment;
    }

    /** The last word is the program's input. */
    private static void run(List<String> commandAndInput, Map<String, String> environment, Path home)
            throws IOException {
        List<String> command = new ArrayList<>(commandAndInput);
        String input = command.remove(command.size() - 1);
        command.set(0, home.resolve(command.get(0)).toString());
        ProcessBuilder builder = builder(command, home).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command.get(0) + " failed: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    Path folder() {
        return folder;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitStatus() {
        return process.exitValue();
    }

    /** Returns where it answers HTTP, as host:port, or null as long as it does not say. */
    @Nullable
    String httpAddress() throws IOException {
        Path ports = folder.resolve("logs/http.ports"); // written because of node.portsfile, then renamed into place
        if (!Files.exists(ports)) {
            return null;
        }
        List<String> lines = Files.readAllLines(ports);
        return lines.isEmpty() ? null : lines.get(0);
    }

    /** Returns the end of what it has logged. */
    String logTail() {
        Path log = folder.resolve("out.log");
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - 20), all.size()));
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }

    @Override
    public void close() {
        process.destroy();
        boolean interrupted = false;
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            interrupted = true;
        }
        watchdog.destroyForcibly(); // only now: until here it is what makes sure of the end
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("left behind: " + folder, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
