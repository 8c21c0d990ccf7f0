package dev.optimist.elasticsearch.examples.form;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What of a post the form shows. */
enum Field {
    /** One line. */
    TITLE("title", "Title", false, ""),
    /** One line. */
    AUTHOR("author", "Author", false, ""),
    /** Words with commas between them, an array in the document. */
    TAGS("tags", "Tags", false, "Words with commas between them."),
    /** Many lines. */
    TEXT("text", "Text", true, "");

    final String key;
    final String label;
    final boolean isLong;
    final String hint;

    Field(String key, String label, boolean isLong, String hint) {
        this.key = key;
        this.label = label;
        this.isLong = isLong;
        this.hint = hint;
    }

    static String labels(Collection<Field> fields) {
        return fields.stream().map(field -> field.label).collect(Collectors.joining(", "));
    }

    boolean isAt(JsonPointer path) {
        return key.equals(path.getMatchingProperty());
    }

    /** Returns it as the form shows it. */
    String shown(ObjectNode post) {
        return shown(post.get(key));
    }

    static String shown(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return "";
        }
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(Field::shown)
                    .collect(Collectors.joining(", "));
        }
        return value.isContainerNode() ? value.toString() : value.asText();
    }

    /** Puts it there as the form has sent it. What comes as it was shown, stays as it is: a number, a null, no field at all. */
    void put(ObjectNode post, String sent) {
        String text = asOneSystemHasIt(sent);
        if (!text.equals(asOneSystemHasIt(shown(post)))) {
            post.set(key, this == TAGS ? tags(post.arrayNode(), text) : TextNode.valueOf(text));
        }
    }

    /** A browser sends CR LF for the end of a line whatever was there, and has none in a field of one line. */
    private String asOneSystemHasIt(String text) {
        return text.replaceAll("\\R", isLong ? "\n" : "");
    }

    private static ArrayNode tags(ArrayNode tags, String text) {
        Set<String> each = new LinkedHashSet<>();
        for (String tag : text.split(",", -1)) {
            each.add(tag.strip());
        }
        each.remove("");
        each.forEach(tags::add);
        return tags;
    }
}
