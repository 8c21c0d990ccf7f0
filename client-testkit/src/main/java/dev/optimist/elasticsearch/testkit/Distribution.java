package dev.optimist.elasticsearch.testkit;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unpacked distributions of Elasticsearch, one a version, in the user's cache folder.
 *
 * <p>A folder appears there whole or not at all: it is unpacked beside and renamed, under a lock that other JVMs wait for.
 * What a killed JVM left is removed by the next one.
 */
final class Distribution {
    private static final Logger LOG = LoggerFactory.getLogger(Distribution.class);
    private static final String UNPACKING = ".unpacking";

    /** A JVM cannot hold one file lock twice. */
    private static final Object IN_THIS_JVM = new Object();

    private Distribution() {}

    /** Returns the home of this version, which is not to be written to; fetches and unpacks it if need be. */
    static Path home(String version, Path cache) {
        Path folder = cache.resolve("elasticsearch");
        Path home = folder.resolve(version);
        if (Files.isDirectory(home)) {
            return home;
        }
        try {
            Files.createDirectories(folder);
            synchronized (IN_THIS_JVM) {
                try (FileChannel channel = FileChannel.open(
                                folder.resolve(version + ".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    if (!Files.isDirectory(home)) {
                        assert lock.isValid();
                        unpack(fetch(version), folder, home);
                    }
                }
            }
        } catch (IOException e) {
            throw cannotUnpack(home, folder, e);
        }
        return home;
    }

    /**
     * Elastic publishes a distribution without a JDK of its own to Maven Central, for integration tests. Maven's own
     * resolver fetches it, so that mirrors, proxies, credentials and the local repository are those of the user's settings.
     */
    private static Path fetch(String version) {
        ContextOverrides settings = ContextOverrides.create()
                .withUserSettings(true)
                .transferListener(new Progress())
                .build();
        try (Context maven = Runtimes.INSTANCE.getRuntime().create(settings)) {
            ArtifactRequest request = new ArtifactRequest(
                    new DefaultArtifact(
                            "org.elasticsearch.distribution.integ-test-zip", "elasticsearch", "zip", version),
                    maven.remoteRepositories(),
                    null);
            return maven.repositorySystem()
                    .resolveArtifact(maven.repositorySystemSession(), request)
                    .getArtifact()
                    .getFile()
                    .toPath();
        } catch (ArtifactResolutionException e) {
            throw new ServerStartException(
                    "The zip of Elasticsearch " + version
                            + " cannot be fetched by Maven's resolver (with your settings.xml," + " if there is one): "
                            + e.getMessage(),
                    e);
        }
    }

    private static void unpack(Path zip, Path folder, Path home) throws IOException {
        LOG.info("unpacking {} to {}", zip.getFileName(), home);
        Path partial = folder.resolve(home.getFileName() + UNPACKING);
        Folders.delete(partial); // of a JVM that was killed
        try {
            unpackTo(zip, partial, folder);
            Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            ServerStartException failed = cannotUnpack(home, folder, e); // says how much is free, so first
            Folders.delete(partial);
            throw failed;
        } catch (RuntimeException e) {
            Folders.delete(partial);
            throw e;
        }
    }

    private static ServerStartException cannotUnpack(Path home, Path folder, IOException e) {
        return new ServerStartException(
                "Elasticsearch " + home.getFileName() + " cannot be unpacked to " + folder + ": " + e + space(folder),
                e);
    }

    private static void unpackTo(Path zip, Path partial, Path folder) throws IOException {
        // the JDK's file system keeps what is executable, its zip streams do not
        try (FileSystem files = FileSystems.newFileSystem(
                URI.create("jar:" + zip.toUri()), Map.of("enablePosixFileAttributes", true))) {
            Path root;
            try (DirectoryStream<Path> top = Files.newDirectoryStream(files.getPath("/"))) {
                root = top.iterator().next();
            }
            requireSpace(root, folder);
            try (Stream<Path> all = Files.walk(root)) {
                for (Path each : (Iterable<Path>) all::iterator) {
                    copy(each, partial.resolve(root.relativize(each).toString()));
                }
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        if (Files.isDirectory(from)) {
            Files.createDirectories(to);
        } else {
            Files.copy(from, to);
            Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
        }
    }

    private static void requireSpace(Path root, Path folder) throws IOException {
        long needed;
        try (Stream<Path> all = Files.walk(root)) {
            needed = all.mapToLong(Distribution::size).sum();
        }
        long usable = Files.getFileStore(folder).getUsableSpace();
        if (usable < needed) {
            throw new ServerStartException(
                    "Disk full: unpacking Elasticsearch needs " + mega(needed) + " in " + folder + ", and "
                            + mega(usable) + " are free",
                    null);
        }
    }

    private static long size(Path path) {
        try {
            return Files.isDirectory(path) ? 0 : Files.size(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String space(Path folder) {
        try {
            FileStore store = Files.getFileStore(folder);
            return "; free there: " + mega(store.getUsableSpace());
        } catch (IOException unknown) {
            return "";
        }
    }

    private static String mega(long bytes) {
        return bytes / 1_000_000 + " MB";
    }

    /** Says how far a download is, every tenth of it. */
    private static final class Progress extends AbstractTransferListener {
        private long said;

        @Override
        public void transferProgressed(TransferEvent event) {
            long size = event.getResource().getContentLength();
            if (size < 1_000_000) {
                return;
            }
            long tenth = event.getTransferredBytes() * 10 / size;
            if (tenth > said) {
                said = tenth;
                LOG.info(
                        "fetching {}: {} % of {}",
                        event.getResource().getFile().getName().replaceFirst("\\.zip.*", ".zip"),
                        tenth * 10,
                        mega(size));
            }
        }

        @Override
        public void transferSucceeded(TransferEvent event) {
            said = 0;
        }
    }

    /** For a look at what is there, in tests. */
    static List<String> versions(Path cache) throws IOException {
        try (Stream<Path> entries = Files.list(cache.resolve("elasticsearch"))) {
            return entries.filter(Files::isDirectory)
                    .map(p -> p.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }
}
