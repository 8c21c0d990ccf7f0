package dev.optimist.elasticsearch.examples.form;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.examples.form.Choices.Agreed;
import dev.optimist.elasticsearch.examples.form.Choices.Disputed;
import dev.optimist.elasticsearch.examples.form.PostEditor.Draft;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A form as a browser has sent it, {@code application/x-www-form-urlencoded}. Anything may be in it. */
final class SentForm {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, List<String>> values = new HashMap<>();

    /** @throws IllegalArgumentException if it is none */
    SentForm(String body) {
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                continue;
            }
            values.computeIfAbsent(decoded(pair.substring(0, equals)), name -> new ArrayList<>())
                    .add(decoded(pair.substring(equals + 1)));
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Returns what the user wants, so far as he has chosen. */
    Draft draft() {
        ObjectNode base = base();
        ObjectNode mine = base.deepCopy();
        for (Field field : Field.values()) {
            switch (value("choice." + field.key)) {
                case "theirs" -> {} // that is what this form begins with
                case "mine" -> field.put(mine, value("mine." + field.key));
                default -> {
                    if (values.containsKey(field.key)) {
                        field.put(mine, value(field.key));
                    }
                }
            }
        }
        return new Draft(value("token"), base, mine);
    }

    /** Returns what was to be chosen and was not. */
    List<Field> unanswered() {
        return fields("conflict").stream()
                .filter(field -> value("choice." + field.key).isEmpty())
                .toList();
    }

    /** Returns the choices that the form has given, to ask once more. */
    Choices choices() {
        List<Field> disputed = fields("conflict");
        List<Disputed> asked = disputed.stream()
                .map(field -> new Disputed(field, value("before." + field.key), value("mine." + field.key)))
                .toList();
        List<Agreed> rest = Arrays.stream(Field.values())
                .filter(field -> !disputed.contains(field))
                .map(field -> new Agreed(field, value(field.key), ""))
                .toList();
        return new Choices(base(), asked, rest);
    }

    /** Returns the fields that a parameter names, once or several times. */
    List<Field> fields(String name) {
        List<String> keys = values.getOrDefault(name, List.of());
        return Arrays.stream(Field.values())
                .filter(field -> keys.contains(field.key))
                .toList();
    }

    private ObjectNode base() {
        try {
            if (JSON.readTree(value("base")) instanceof ObjectNode base) {
                return base;
            }
        } catch (JsonProcessingException notJson) {
            // said below
        }
        throw new IllegalArgumentException("base: not a JSON object");
    }

    /** Returns the first one, or an empty text. */
    String value(String name) {
        return values.getOrDefault(name, List.of("")).get(0);
    }
}
