package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The {@code plugin.path} of workers: a folder with a folder of jars for each plugin, which goes when it is closed. */
final class PluginFolder implements AutoCloseable {
    private static final Set<String> OF_THE_WORKER = Set.of("connect-api", "kafka-clients", "slf4j-api");

    private final Path folder;
    private final Supervised remover;

    private PluginFolder(Path folder, Supervised remover) {
        this.folder = folder;
        this.remover = remover;
    }

    static PluginFolder of(List<Path> plugins, List<String> artifacts, List<ClassesAsPlugin> classes)
            throws IOException {
        Path folder = Files.createTempDirectory("optimist-plugins-").toRealPath();
        // of a program that is never started: it removes the folder, also when this JVM is killed
        PluginFolder made = new PluginFolder(
                folder, Supervised.of(folder, Path.of("/dev/null"), List.of("true"), Map.of("PATH", "/usr/bin:/bin")));
        try {
            for (Path plugin : plugins) {
                made.add(plugin);
            }
            for (String artifact : artifacts) {
                made.add(artifact);
            }
            for (ClassesAsPlugin each : classes) {
                each.in(folder);
            }
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private void add(Path plugin) throws IOException {
        if (Files.isDirectory(plugin)) {
            Folders.copy(
                    plugin.toAbsolutePath(),
                    folder.resolve(plugin.toAbsolutePath().getFileName().toString()));
            return;
        }
        try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + plugin.toUri()), Map.of())) {
            Folders.copy(zip.getPath("/"), folder);
        }
    }

    private void add(String coordinates) throws IOException {
        List<Path> jars = MavenArtifacts.resolve(List.of(coordinates), OF_THE_WORKER);
        Path own = Files.createDirectory(folder.resolve(coordinates.replaceAll("[^A-Za-z0-9.-]", "_")));
        for (Path jar : jars) {
            Files.copy(jar, own.resolve(jar.getFileName()));
        }
    }

    Path path() {
        return folder;
    }

    @Override
    public void close() {
        remover.close();
    }
}
