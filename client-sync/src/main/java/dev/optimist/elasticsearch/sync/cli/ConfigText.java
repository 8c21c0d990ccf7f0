package dev.optimist.elasticsearch.sync.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of a file, every value as text, and the line of each key. Keys are named by their path, {@code a.b}.
 */
record ConfigText(String file, ObjectNode tree, Map<String, Integer> lines) {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String FREE_KEYS = ".properties.";

    static ConfigText parse(String file, String content) {
        ConfigText text = new ConfigText(file, NODES.objectNode(), new HashMap<>());
        if (file.endsWith(".properties")) {
            text.properties(content.lines().toList());
        } else {
            text.yaml(content);
        }
        return text;
    }

    ConfigException wrong(String key, String problem) {
        return new ConfigException(file, line(key), key, problem);
    }

    /** Of the key, or of the section that it is in. */
    @Nullable
    Integer line(String key) {
        for (String path = key; !path.isEmpty(); path = path.substring(0, Math.max(0, path.lastIndexOf('.')))) {
            Integer line = lines.get(path);
            if (line != null) {
                return line;
            }
        }
        return null;
    }

    private void yaml(String content) {
        try (JsonParser parser = new YAMLFactory().createParser(content)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return;
            }
            if (first != JsonToken.START_OBJECT) {
                throw new ConfigException(file, line(parser), "", "must begin with a key");
            }
            object(parser, "", tree);
            if (parser.nextToken() != null) {
                throw new ConfigException(file, line(parser), "", "must be one document");
            }
        } catch (JsonProcessingException e) {
            Integer line = e.getLocation() == null ? null : e.getLocation().getLineNr();
            throw new ConfigException(file, line, "", "is not YAML: " + problem(e));
        } catch (IOException e) {
            throw new AssertionError(e); // it is in memory
        }
    }

    /** The message without the lines that quote the file, where a secret may be; those are indented. */
    private static String problem(JsonProcessingException e) {
        return String.valueOf(e.getOriginalMessage())
                .lines()
                .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                .collect(Collectors.joining(", "));
    }

    private void object(JsonParser parser, String path, ObjectNode to) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            String key = path.isEmpty() ? name : path + "." + name;
            add(key, line(parser));
            to.set(name, value(parser, parser.nextToken(), key));
        }
    }

    private JsonNode value(JsonParser parser, JsonToken token, String key) throws IOException {
        switch (token) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                object(parser, key, object);
                return object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    array.add(value(parser, next, key));
                }
                return array;
            }
            case VALUE_NULL -> {
                return NODES.nullNode();
            }
            default -> {
                return NODES.textNode(parser.getText());
            }
        }
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }

    private void add(String key, int line) {
        Integer before = lines.putIfAbsent(key, line);
        if (before != null) {
            throw new ConfigException(file, line, key, "is in line " + before + " already");
        }
    }

    /** {@link Properties} parses each entry, as only so its line is known. */
    private void properties(List<String> natural) {
        StringBuilder entry = new StringBuilder();
        int begin = 0;
        for (int i = 0; i < natural.size(); i++) {
            String line = natural.get(i).stripLeading();
            if (entry.isEmpty()) {
                begin = i + 1;
                if (line.isEmpty() || line.charAt(0) == '#' || line.charAt(0) == '!') {
                    continue;
                }
            }
            entry.append(natural.get(i)).append('\n');
            if (!isContinued(line) || i == natural.size() - 1) {
                entry(entry.toString(), begin);
                entry.setLength(0);
            }
        }
    }

    private static boolean isContinued(String line) {
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == '\\') {
            end--;
        }
        return (line.length() - end) % 2 == 1;
    }

    private void entry(String text, int line) {
        Properties one = new Properties();
        try {
            one.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException(file, line, "", "is not a line of properties: a malformed \\u");
        }
        for (String key : one.stringPropertyNames()) {
            add(key, line);
            put(key, one.getProperty(key).strip(), line);
        }
    }

    private void put(String key, String value, int line) {
        int free = key.indexOf(FREE_KEYS);
        String sections = free < 0
                ? key.substring(0, Math.max(0, key.lastIndexOf('.')))
                : key.substring(0, free + FREE_KEYS.length() - 1);
        ObjectNode to = tree;
        StringBuilder path = new StringBuilder();
        for (String section : sections.isEmpty() ? new String[0] : sections.split("\\.")) {
            path.append(path.isEmpty() ? "" : ".").append(section);
            JsonNode there = to.get(section);
            if (there != null && !there.isObject()) {
                throw new ConfigException(file, line, key, path + " has a value already, and is no section");
            }
            to = there == null ? to.putObject(section) : (ObjectNode) there;
        }
        String last = sections.isEmpty() ? key : key.substring(sections.length() + 1);
        if (to.get(last) != null) {
            throw new ConfigException(file, line, key, "is a section, and has no value");
        }
        to.set(last, NODES.textNode(value));
    }
}
