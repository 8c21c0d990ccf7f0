package dev.optimist.elasticsearch.sync.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the configuration of its text, and says of which key of which line Jackson complains. */
final class Binder {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .addModule(new SimpleModule().addDeserializer(Duration.class, new Durations()))
            .build();

    private Binder() {}

    static SyncConfig bind(ConfigText text) {
        checkNames(text, text.tree(), SyncConfig.class, "");
        try {
            return MAPPER.treeToValue(text.tree(), SyncConfig.class);
        } catch (JsonMappingException e) {
            SettingException setting = setting(e);
            String path = path(e);
            if (setting != null) {
                throw text.wrong(join(path, setting.key()), String.valueOf(setting.getMessage()));
            }
            throw text.wrong(
                    path, "must be " + rule(e instanceof MismatchedInputException m ? m.getTargetType() : null));
        } catch (JsonProcessingException e) {
            throw text.wrong("", "cannot be read: " + e.getClass().getSimpleName());
        }
    }

    /** Jackson would say first what is missing, which is of no help where it is only misspelt. */
    private static void checkNames(ConfigText text, JsonNode tree, Class<?> type, String path) {
        Map<String, Class<?>> known = Arrays.stream(type.getRecordComponents())
                .collect(Collectors.toMap(
                        RecordComponent::getName, RecordComponent::getType, (a, b) -> a, TreeMap::new));
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            String name = entry.getKey();
            Class<?> of = known.get(name);
            if (of == null) {
                String meant = known.keySet().stream()
                        .filter(k -> isLike(k.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .map(k -> "; is it " + k + "?")
                        .orElse("; there are " + String.join(", ", known.keySet()));
                throw text.wrong(join(path, name), "is unknown here" + meant);
            }
            if (of.isRecord() && entry.getValue().isObject()) {
                checkNames(text, entry.getValue(), of, join(path, name));
            }
        }
    }

    /** Equal but for one letter that is another, missing, too many or in another place, or but for - and _. */
    private static boolean isLike(String one, String other) {
        String a = one.replaceAll("[-_]", "");
        String b = other.replaceAll("[-_]", "");
        int from = 0;
        while (from < Math.min(a.length(), b.length()) && a.charAt(from) == b.charAt(from)) {
            from++;
        }
        int tail = 0;
        while (tail < Math.min(a.length(), b.length()) - from
                && a.charAt(a.length() - 1 - tail) == b.charAt(b.length() - 1 - tail)) {
            tail++;
        }
        int left = Math.max(a.length(), b.length()) - from - tail;
        return left <= 1 || (left == 2 && a.length() == b.length() && a.length() > 3);
    }

    private static @Nullable SettingException setting(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SettingException setting) {
                return setting;
            }
        }
        return null;
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .filter(name -> name != null)
                .collect(Collectors.joining("."));
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String rule(@Nullable Class<?> type) {
        if (type == Integer.class || type == Long.class) {
            return "a whole number";
        }
        if (type == Boolean.class) {
            return "true or false";
        }
        if (type == Duration.class) {
            return Durations.RULE;
        }
        if (type == String.class || type == Path.class || type == Secret.class) {
            return "text";
        }
        if (type != null && List.class.isAssignableFrom(type)) {
            return "a list of texts";
        }
        if (type != null && (type.isRecord() || Map.class.isAssignableFrom(type))) {
            return "a section of keys";
        }
        return "another kind of value";
    }
}
