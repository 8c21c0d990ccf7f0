package dev.optimist.elasticsearch.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What of {@link KafkaConnect} is to be otherwise. */
final class KafkaConnectOptions {
    @Option(
            names = "--seconds",
            paramLabel = "N",
            converter = CatalogueOptions.Seconds.class,
            description = "How long the products change, 1 to 600; ${DEFAULT-VALUE} by default.")
    int seconds = 20;

    @Option(
            names = "--products",
            paramLabel = "N",
            converter = CatalogueOptions.Products.class,
            description = "How many there are at the beginning, 100 to 100000; ${DEFAULT-VALUE} by default.")
    int products = 2_000;

    @Option(
            names = "--rate",
            paramLabel = "N",
            converter = CatalogueOptions.Rate.class,
            description = "How many changes a second there are at most, 10 to 10000; ${DEFAULT-VALUE} by default.")
    int rate = 300;

    @Option(
            names = "--plugin",
            paramLabel = "ZIP",
            description = "The connector's plugin; the one of this build by default.")
    @Nullable
    Path plugin;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of the random numbers; another one each time by default.")
    long seed = RandomGenerator.getDefault().nextLong();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Prints this.")
    boolean help;

    /** Returns the zip, which has to be there. */
    Path plugin() {
        Path chosen = plugin;
        if (chosen != null) {
            return chosen;
        }
        String module = "client-kafka-connect/target";
        return Stream.of(Path.of(module), Path.of("..").resolve(module))
                .filter(Files::isDirectory)
                .flatMap(folder -> zips(folder).stream())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "there is no optimist-kafka-connect-….zip in " + module + ": mvn package makes it"));
    }

    private static List<Path> zips(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().matches("optimist-kafka-connect-.*\\.zip"))
                    .map(f -> f.toAbsolutePath().normalize())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
