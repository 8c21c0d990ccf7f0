package dev.optimist.elasticsearch.sync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts values of the environment in place of <code>${NAME}</code>, and contents of files in place of keys that end in {@code
 * File}. Secrets come from nowhere else: one that is written into the file itself is refused.
 */
final class Secrets {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");
    private static final Pattern SECRET = Pattern.compile("(?i).*(passw|passphrase|secret|token|apiKey).*");
    private static final String FILE = "File";
    private static final int LONGEST = 64 * 1024;

    private final ConfigText text;
    private final Path folder;
    private final UnaryOperator<@Nullable String> environment;
    private final Set<String> found = new LinkedHashSet<>();

    private Secrets(ConfigText text, Path folder, UnaryOperator<@Nullable String> environment) {
        this.text = text;
        this.folder = folder;
        this.environment = environment;
    }

    /**
     * Changes the text.
     *
     * @param folder from where names of files are resolved
     * @param environment returns null for what is not set
     * @return the secrets, which are not to be printed
     */
    static Set<String> resolve(ConfigText text, Path folder, UnaryOperator<@Nullable String> environment) {
        Secrets secrets = new Secrets(text, folder, environment);
        secrets.object(text.tree(), "");
        return secrets.found;
    }

    private void object(ObjectNode object, String path) {
        List<Map.Entry<String, JsonNode>> entries = new ArrayList<>(object.properties());
        for (Map.Entry<String, JsonNode> entry : entries) {
            String name = entry.getKey();
            String key = path.isEmpty() ? name : path + "." + name;
            JsonNode value = entry.getValue();
            if (value instanceof ObjectNode section) {
                object(section, key);
            } else if (value instanceof ArrayNode list) {
                list(list, key);
            } else if (value.isTextual()) {
                if (name.endsWith(FILE) && isSecret(name)) {
                    fromFile(object, name, key, substituted(key, value.textValue()));
                } else if (isSecret(name)) {
                    object.put(name, secret(key, value.textValue()));
                } else {
                    object.put(name, substituted(key, value.textValue()));
                }
            }
        }
    }

    private static boolean isSecret(String name) {
        return SECRET.matcher(name).matches();
    }

    private void list(ArrayNode list, String key) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof TextNode value) {
                list.set(i, TextNode.valueOf(substituted(key, value.textValue())));
            }
        }
    }

    private String secret(String key, String value) {
        if (!VARIABLE.matcher(value).matches()) {
            throw text.wrong(key, "must be ${NAME}, for a variable of the environment; or set " + last(key) + FILE);
        }
        return secret(key, substituted(key, value), "the variable of the environment is empty");
    }

    private String secret(String key, String value, String ifEmpty) {
        if (value.isEmpty()) {
            throw text.wrong(key, ifEmpty);
        }
        found.add(value);
        return value;
    }

    private String substituted(String key, String value) {
        return VARIABLE.matcher(value).replaceAll(match -> {
            String name = match.group(1);
            String set = environment.apply(name);
            if (set == null) {
                throw text.wrong(key, name + " is not set in the environment");
            }
            return Matcher.quoteReplacement(set);
        });
    }

    private void fromFile(ObjectNode object, String name, String key, String file) {
        String target = name.substring(0, name.length() - FILE.length());
        if (object.has(target)) {
            throw text.wrong(key, "cannot be set beside " + target);
        }
        Path path = folder.resolve(file);
        try {
            if (Files.size(path) > LONGEST) {
                throw text.wrong(key, path + " is larger than 64 kB");
            }
            String content = Files.readString(path, StandardCharsets.UTF_8).replaceFirst("[\r\n]+$", "");
            object.remove(name);
            object.put(target, secret(key, content, path + " is empty"));
        } catch (IOException e) { // its message may quote what is in the file, if that is no text
            throw text.wrong(key, path + " cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private static String last(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }
}
