package dev.optimist.elasticsearch.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What Maven Central asks of a repository of artifacts before it takes them, and what we ask besides. */
final class Requirements {
    private static final Map<String, String> CHECKSUMS = Map.of(".md5", "MD5", ".sha1", "SHA-1");
    private static final List<String> BESIDE_A_JAR =
            List.of(".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json", "-cyclonedx.xml");

    private final Path repository;
    private final PomRequirements poms;
    private final boolean signed;
    private final List<String> unmet = new ArrayList<>();

    /**
     * @param repository laid out as Maven's
     * @param version of all that is in it
     * @param signed whether each file has to have a signature
     */
    Requirements(Path repository, String version, boolean signed) {
        this.repository = repository;
        this.poms = new PomRequirements(version);
        this.signed = signed;
    }

    /** Returns one line for each that is not met by exactly these artifacts of dev.optimist. */
    List<String> unmet(Set<String> artifacts) throws IOException {
        Set<String> files = files();
        Map<String, List<String>> byArtifact = files.stream().collect(Collectors.groupingBy(Requirements::artifact));
        for (String foreign : byArtifact.keySet()) {
            require(artifacts.contains(foreign), foreign, "is not published, but in it");
        }
        for (String artifact : new TreeSet<>(artifacts)) {
            lookAt(artifact, byArtifact.getOrDefault(artifact, List.of()));
        }
        for (String file : new TreeSet<>(files)) {
            if (isPayload(file)) {
                checkSums(file, files);
            }
        }
        return unmet;
    }

    private void lookAt(String artifact, List<String> files) throws IOException {
        List<String> pom = files.stream().filter(f -> f.endsWith(".pom")).toList();
        if (pom.size() != 1) {
            require(false, artifact, "has " + pom.size() + " POMs");
            return;
        }
        Path file = repository.resolve(pom.get(0));
        PomRequirements.Read read = poms.lookAt(artifact, Files.readString(file));
        unmet.addAll(read.unmet());
        if (read.jar()) {
            String name = pom.get(0).replaceFirst("\\.pom$", "");
            for (String ending : BESIDE_A_JAR) {
                require(files.contains(name + ending), artifact, "lacks " + ending);
            }
        }
    }

    private void checkSums(String file, Set<String> files) throws IOException {
        byte[] content = Files.readAllBytes(repository.resolve(file));
        for (Map.Entry<String, String> each : CHECKSUMS.entrySet()) {
            String sum = file + each.getKey();
            if (!files.contains(sum)) {
                require(false, file, "lacks " + each.getKey());
            } else {
                String said = Files.readString(repository.resolve(sum)).strip();
                require(said.equals(digest(each.getValue(), content)), file, "has another " + each.getKey());
            }
        }
        if (signed) {
            Path signature = repository.resolve(file + ".asc");
            require(
                    Files.exists(signature) && Files.readString(signature).startsWith("-----BEGIN PGP SIGNATURE-----"),
                    file,
                    "lacks .asc");
        }
    }

    private Set<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(repository)) {
            return all.filter(Files::isRegularFile)
                    .map(f -> repository.relativize(f).toString().replace('\\', '/'))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** The folder before those of version and file. */
    private static String artifact(String file) {
        String[] path = file.split("/", -1);
        boolean ours = path.length == 5 && file.startsWith("dev/optimist/") && path[4].startsWith(path[2] + "-");
        return ours ? path[2] : file;
    }

    private static boolean isPayload(String file) {
        return !file.matches(".*\\.(md5|sha1|sha256|sha512|asc)");
    }

    private static String digest(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void require(boolean met, String of, String otherwise) {
        if (!met) {
            unmet.add(of + " " + otherwise);
        }
    }
}
