package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A Java that is installed here.
 *
 * @param path its home
 * @param major its feature release: 17, 21, 25
 */
record JavaHome(Path path, int major) {
    private static final Pattern VARIABLES = Pattern.compile("ES_JAVA_HOME|JAVA_HOME|JAVA_?\\d+_HOME|JAVA_HOME_\\d+.*");

    /** Finds them where the usual installers put them and where the usual variables point to. */
    static List<JavaHome> all() {
        Set<Path> candidates = new LinkedHashSet<>();
        for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
            if (VARIABLES.matcher(variable.getKey()).matches()
                    && !variable.getValue().isBlank()) {
                candidates.add(Path.of(variable.getValue()));
            }
        }
        candidates.add(Path.of(System.getProperty("java.home")));
        String home = System.getProperty("user.home");
        for (Path parent : List.of(
                Path.of("/usr/lib/jvm"),
                Path.of("/usr/java"),
                Path.of("/opt/java"),
                Path.of("/Library/Java/JavaVirtualMachines"),
                Path.of(home, ".sdkman", "candidates", "java"),
                Path.of(home, ".jdks"),
                Path.of(home, "Library", "Java", "JavaVirtualMachines"))) {
            for (Path child : children(parent)) {
                candidates.add(child);
                candidates.add(child.resolve("Contents/Home")); // as macOS packages them
            }
        }
        Set<JavaHome> found = new LinkedHashSet<>();
        candidates.forEach(path -> of(path).ifPresent(found::add));
        return found.stream().sorted(Comparator.comparingInt(JavaHome::major)).toList();
    }

    /** Returns the oldest that is within the bounds: the nearest to what the server was made for. */
    static Optional<JavaHome> between(List<JavaHome> homes, int least, int most) {
        return homes.stream()
                .filter(h -> h.major >= least && h.major <= most)
                .min(Comparator.comparingInt(JavaHome::major));
    }

    static String list(List<JavaHome> homes) {
        return homes.isEmpty()
                ? "none"
                : homes.stream().map(h -> h.major + " in " + h.path).collect(Collectors.joining(", "));
    }

    private static Optional<JavaHome> of(Path path) {
        Path release = path.resolve("release");
        if (!Files.isExecutable(path.resolve("bin/java")) || !Files.isRegularFile(release)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(release)) {
            properties.load(reader);
            String version = properties.getProperty("JAVA_VERSION", "").replace("\"", "");
            int major = Runtime.Version.parse(version).feature();
            return Optional.of(new JavaHome(path.toRealPath(), major));
        } catch (IOException | IllegalArgumentException notAJava) { // Java 8 writes 1.8.0_x: too old in any case
            return Optional.empty();
        }
    }

    private static List<Path> children(Path parent) {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
            entries.forEach(children::add);
        } catch (IOException unreadable) {
            return List.of();
        }
        return children;
    }
}
