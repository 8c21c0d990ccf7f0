package dev.optimist.elasticsearch.sync.cli;

import org.jspecify.annotations.Nullable;

/** The configuration is wrong: the message names the file, the line and the key. It has no value of a key in it but numbers. */
final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Without a cause: those of parsers quote the file, and a secret may be in it. */
    ConfigException(String file, @Nullable Integer line, String key, String problem) {
        super(file + (line == null ? "" : ":" + line) + ": " + (key.isEmpty() ? "" : key + ": ") + problem);
    }
}
