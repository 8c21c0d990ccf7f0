package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One node as child processes. Everything it writes is in one folder, which goes when it goes: see {@link Supervised}. */
final class NodeProcess implements AutoCloseable {
    private final String name;
    private final Path folder;
    private final Path settingsFile;
    private final Supervised program;
    private final Map<String, String> settings = new LinkedHashMap<>();

    private NodeProcess(String name, Path settingsFile, Supervised program) {
        this.name = name;
        this.folder = program.folder();
        this.settingsFile = settingsFile;
        this.program = program;
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
        NodeProcess node = new NodeProcess(
                name,
                settingsFile,
                Supervised.of(folder, folder.resolve("out.log"), installation.command(folder), environment));
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
        program.start();
    }

    String name() {
        return name;
    }

    /** Returns the folder of everything that this node writes. */
    Path folder() {
        return folder;
    }

    boolean isAlive() {
        return program.isAlive();
    }

    /** Returns the exit status of a node that has ended by itself. */
    String exitStatus() {
        return program.exitStatus();
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
        return program.logTail();
    }

    /** Ends the node and waits for that, unless the thread is interrupted: then it ends all the same. */
    @Override
    public void close() {
        program.close();
    }
}
