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
 * Unpacked distributions, one a version, in the user's cache folder: those of Elasticsearch in one folder of it, those of
 * OpenSearch in another.
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
    static Path home(ServerVersion version, Path cache) {
        Path folder = cache.resolve(version.product().word());
        Path home = folder.resolve(version.number());
        if (Files.isDirectory(home)) {
            return home;
        }
        try {
            Files.createDirectories(folder);
            synchronized (IN_THIS_JVM) {
                try (FileChannel channel = FileChannel.open(
                                folder.resolve(version.number() + ".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    if (!Files.isDirectory(home)) {
                        assert lock.isValid();
                        unpack(version, fetch(version), home);
                    }
                }
            }
        } catch (IOException e) {
            throw cannotUnpack(version, folder, e);
        }
        return home;
    }

    /**
     * Distributions without a JDK of their own are on Maven Central: until 6.8 what everybody got, since then one for
     * integration tests. Maven's own resolver fetches it, so that mirrors, proxies, credentials and the local repository are
     * those of the user's settings.
     */
    private static Path fetch(ServerVersion version) {
        ContextOverrides settings = ContextOverrides.create()
                .withUserSettings(true)
                .transferListener(new Progress())
                .build();
        try (Context maven = Runtimes.INSTANCE.getRuntime().create(settings)) {
            ArtifactRequest request = new ArtifactRequest(
                    new DefaultArtifact(
                            version.generation().group(), version.product().word(), "zip", version.number()),
                    maven.remoteRepositories(),
                    null);
            return maven.repositorySystem()
                    .resolveArtifact(maven.repositorySystemSession(), request)
                    .getArtifact()
                    .getFile()
                    .toPath();
        } catch (ArtifactResolutionException e) {
            throw new ServerStartException(
                    "The zip of " + version.title()
                            + " cannot be fetched by Maven's resolver (with your settings.xml," + " if there is one): "
                            + e.getMessage(),
                    e);
        }
    }

    private static void unpack(ServerVersion version, Path zip, Path home) throws IOException {
        Path folder = home.resolveSibling("");
        LOG.info("unpacking {} to {}", zip.getFileName(), home);
        Path partial = folder.resolve(home.getFileName() + UNPACKING);
        Folders.delete(partial); // of a JVM that was killed
        try {
            unpackTo(version, zip, partial);
            Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            ServerStartException failed = cannotUnpack(version, folder, e); // says how much is free, so first
            Folders.delete(partial);
            throw failed;
        } catch (RuntimeException e) {
            Folders.delete(partial);
            throw e;
        }
    }

    private static ServerStartException cannotUnpack(ServerVersion version, Path folder, IOException e) {
        return new ServerStartException(
                version.title() + " cannot be unpacked to " + folder + ": " + e + space(folder), e);
    }

    private static void unpackTo(ServerVersion version, Path zip, Path partial) throws IOException {
        // the JDK's file system keeps what is executable, its zip streams do not
        try (FileSystem files = FileSystems.newFileSystem(
                URI.create("jar:" + zip.toUri()), Map.of("enablePosixFileAttributes", true))) {
            Path root;
            try (DirectoryStream<Path> top = Files.newDirectoryStream(files.getPath("/"))) {
                root = top.iterator().next();
            }
            requireSpace(version, root, partial.resolveSibling(""));
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

    private static void requireSpace(ServerVersion version, Path root, Path folder) throws IOException {
        long needed;
        try (Stream<Path> all = Files.walk(root)) {
            needed = all.mapToLong(Distribution::size).sum();
        }
        long usable = Files.getFileStore(folder).getUsableSpace();
        if (usable < needed) {
            throw new ServerStartException(
                    "Disk full: unpacking " + version.title() + " needs " + mega(needed) + " in " + folder + ", and "
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
