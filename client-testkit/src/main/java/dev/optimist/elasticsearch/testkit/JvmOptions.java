package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The file of a distribution with the options of its JVM; those of {@link ServerOptions#javaOptions} come after. */
final class JvmOptions {
    static final String FILE = "jvm.options";

    /** Of 5.6; later ones say for which Java. */
    private static final Pattern OF_A_LOST_COLLECTOR = Pattern.compile("-XX:.*(ConcMarkSweep|CMS).*");

    /** As in {@code file=logs/gc.log}; beside the program, where many nodes would write over each other's. */
    private static final Pattern RELATIVE = Pattern.compile("=(logs|data)\\b");

    private JvmOptions() {}

    /** Lets a node of today's Java start with the file in its folder, if there is one, and write nowhere else. */
    static void adapt(Path folder) throws IOException {
        Path file = folder.resolve("config").resolve(FILE);
        if (!Files.exists(file)) {
            return; // 2.4 has none
        }
        String absolute = "=" + Matcher.quoteReplacement(folder.toString()) + "/$1";
        List<String> lines = Files.readAllLines(file).stream()
                .filter(line -> !OF_A_LOST_COLLECTOR.matcher(line).matches())
                .map(line -> RELATIVE.matcher(line).replaceAll(absolute))
                .toList();
        Files.write(file, lines);
    }
}
