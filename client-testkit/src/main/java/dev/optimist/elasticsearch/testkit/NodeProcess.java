package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One node as child processes. Everything it writes is in one folder, which goes when it goes.
 *
 * <p>Between this JVM and the node stands a shell that reads from a pipe. When the pipe closes, because this object is
 * closed or because this JVM has died, even by SIGKILL, it ends the node and removes the folder: one way for both. The shell
 * outlives its node, however that ends, so that the node can be started again in the same folder.
 */
final class NodeProcess implements AutoCloseable {
    /**
     * Arguments: the folder, the command. Each line that it reads starts the node, after the end of the one before. The node
     * has a process group of its own ({@code set -m}): it is ended with all that it has started, and gets nothing of what a
     * terminal sends to ours, Ctrl-C above all. What a node has ended with is in a file of its own for each start, so that
     * the end of the one before is not taken for its end.
     */
    private static final String SUPERVISOR = """
            folder=$1; shift
            trap '' INT HUP TERM
            starts=0 group=
            start() {
              starts=$((starts + 1))
              set -m
              ( trap : TERM
                "$@" >>"$folder/out.log" 2>&1
                echo $? >"$folder/ended.tmp"; mv "$folder/ended.tmp" "$folder/ended-$starts" ) </dev/null &
              group=$!
              set +m
            }
            end() {
              for signal in TERM KILL; do
                kill -$signal -- -$group 2>/dev/null
                for i in {1..150}; do kill -0 -- -$group 2>/dev/null || return; sleep 0.1; done
              done
            }
            while read -r start; do
              [ "$group" ] && end
              start "$@"
            done
            [ "$group" ] && end
            for i in {1..50}; do rm -rf "$folder" 2>/dev/null && break; sleep 0.1; done
            """;

    /** The supervisor grants the node 15 s; on a busy machine all takes longer. */
    private static final int SECONDS_TO_END = 60;

    private final String name;
    private final Path folder;
    private final Path settingsFile;
    private final Process supervisor;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final AtomicInteger starts = new AtomicInteger();

    private NodeProcess(String name, Path folder, Path settingsFile, Process supervisor) {
        this.name = name;
        this.folder = folder;
        this.settingsFile = settingsFile;
        this.supervisor = supervisor;
    }

    /**
     * Starts a node. Whatever happens from here on, its folder and its processes go at the latest with this JVM.
     *
     * @param settings all but where its files are
     */
    static NodeProcess start(
            String name,
            Installation installation,
            List<String> javaOptions,
            Map<String, String> settings,
            @Nullable Security security)
            throws IOException {
        Path folder = Files.createTempDirectory(
                        "optimist-" + installation.generation().product().word() + "-")
                .toRealPath();
        Map<String, String> environment = installation.environment(folder, javaOptions);
        Path settingsFile = folder.resolve("config").resolve(installation.settingsFile());
        NodeProcess node;
        try {
            node = new NodeProcess(
                    name, folder, settingsFile, supervisor(installation.command(folder), folder, environment));
        } catch (IOException e) { // no bash, say
            Folders.delete(folder);
            throw e;
        }
        try {
            for (String sub : List.of("data", "logs", "tmp")) {
                Files.createDirectory(folder.resolve(sub));
            }
            Folders.copy(installation.home().resolve("config"), folder.resolve("config"));
            JvmOptions.adapt(folder);
            Map<String, String> all = node.settings;
            all.putAll(settings);
            all.putAll(installation.generation().paths(folder));
            if (security != null) {
                all.putAll(security.settings(""));
                for (Map.Entry<String, String> file : security.files().entrySet()) {
                    Files.writeString(folder.resolve("config").resolve(file.getKey()), file.getValue());
                }
                installation.run(List.of("bin/elasticsearch-keystore", "create"), "", environment);
                installation.run(
                        List.of("bin/elasticsearch-keystore", "add", "-x", "bootstrap.password"),
                        security.password(),
                        environment);
            }
            node.start();
            return node;
        } catch (IOException | RuntimeException e) {
            node.close();
            throw e;
        }
    }

    /** Starts it again, with the same data, after the orderly end of the one that runs, if one does; does not wait. */
    void restart(int httpPort) throws IOException {
        settings.put("http.port", Integer.toString(httpPort));
        start();
    }

    private void start() throws IOException {
        Files.writeString(
                settingsFile,
                settings.entrySet().stream()
                        .map(e -> e.getKey() + ": " + e.getValue() + "\n")
                        .collect(Collectors.joining()));
        starts.incrementAndGet();
        OutputStream start = supervisor.getOutputStream();
        start.write('\n');
        start.flush();
    }

    /** What a node writes to where it is goes with its folder, too, such as a dump of its heap. */
    private static Process supervisor(List<String> node, Path folder, Map<String, String> environment)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", SUPERVISOR, "supervisor", folder.toString()));
        command.addAll(node);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    String name() {
        return name;
    }

    /** Returns the folder of everything that this node writes. */
    Path folder() {
        return folder;
    }

    boolean isAlive() {
        return supervisor.isAlive() && !Files.exists(ended());
    }

    /** Returns the exit status of a node that has ended by itself. */
    String exitStatus() {
        try {
            return Files.readString(ended()).strip();
        } catch (IOException noSupervisor) {
            return "unknown";
        }
    }

    private Path ended() {
        return folder.resolve("ended-" + starts);
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

    /** Ends the node and waits for that, unless the thread is interrupted: then it ends all the same. */
    @Override
    public void close() {
        try {
            supervisor.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            if (!supervisor.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The node does not end: " + folder);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
