package dev.optimist.elasticsearch.sync.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The configuration as it was read.
 *
 * @param config what it says
 * @param text for messages about it
 * @param folder where it is; names of files in it begin there
 * @param secrets what must not be printed
 */
record ConfigFile(SyncConfig config, ConfigText text, Path folder, Set<String> secrets) {

    /** Reads it, and checks everything that can be checked without a connection. */
    static ConfigFile read(Path file, UnaryOperator<@Nullable String> environment) {
        String name = file.toString();
        String content;
        try {
            content = Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ConfigException(
                    name, null, "", "cannot be read: " + e.getClass().getSimpleName());
        }
        ConfigText text = ConfigText.parse(name, content);
        Path parent = file.toAbsolutePath().getParent();
        Path folder = parent == null ? Path.of("/") : parent;
        Set<String> secrets = Secrets.resolve(text, folder, environment);
        return new ConfigFile(Binder.bind(text), text, folder, secrets);
    }

    /** What the library refuses, by a message that begins with the name of its option, as a wrong key of a section. */
    ConfigException refused(String section, IllegalArgumentException e) {
        String message = String.valueOf(e.getMessage());
        String option = message.replaceFirst("(?s)[^A-Za-z].*", "");
        boolean isKey = text.lines().containsKey(section + "." + option);
        String problem = isKey ? message.substring(option.length()).replaceFirst("^[: ]+", "") : message;
        return text.wrong(isKey ? section + "." + option : section, problem);
    }

    @Override
    public String toString() {
        return text.file();
    }
}
