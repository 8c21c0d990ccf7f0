package dev.optimist.elasticsearch.sync.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = {"Prints a configuration to begin with: every key, what it means, and its default.", ""},
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = "0:always")
final class InitCommand implements Callable<Integer> {
    private final Console console;

    InitCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        console.out().print(example());
        console.out().flush();
        return ExitStatus.DONE;
    }

    static String example() throws IOException {
        try (InputStream in = Objects.requireNonNull(InitCommand.class.getResourceAsStream("example.yaml"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
