package dev.optimist.elasticsearch.sync.cli;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of all commands that read the configuration. */
final class ConfigOptions {
    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The configuration: YAML, or properties if its name ends in .properties.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Path file;

    @Option(
            names = "--progress-every",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "Time between lines of progress where there is no terminal, 0 for none; ${DEFAULT-VALUE} by default.")
    private int progressEvery;

    @Option(
            names = {"-v", "--verbose"},
            description = "Logs what the libraries do, and whole stack traces.")
    private boolean verbose;

    ConfigFile read(Console console) {
        if (verbose) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "info");
        }
        if (progressEvery < 0) {
            throw new ConfigException("--progress-every", null, "", "must be 0 or more, is " + progressEvery);
        }
        ConfigFile read = ConfigFile.read(file, System::getenv);
        Redacted.add(console.secrets(), read.secrets());
        return read;
    }

    /** Returns how often progress is told; null for never. */
    @Nullable
    Duration progressEvery() {
        return progressEvery == 0 ? null : Duration.ofSeconds(progressEvery);
    }
}
