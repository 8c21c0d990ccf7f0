package dev.optimist.elasticsearch.examples.form;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.examples.form.PostEditor.Draft;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** HTML, of the templates beside this class, which escape what is put into them. */
final class Pages {
    /** Empty texts count as none. */
    private static final Mustache.Compiler TEMPLATES = Mustache.compiler()
            .emptyStringIsFalse(true)
            .withLoader(name -> new StringReader(resource(name + ".mustache")));

    private static final Template POST = template("post");
    private static final Template EDIT = template("edit");
    private static final Template CONFLICT = template("conflict");
    private static final Template MESSAGE = template("message");

    private Pages() {}

    /**
     * What the user hears besides the form.
     *
     * @param title the news
     * @param text what to do now
     */
    record Alert(String title, String text) {}

    static String post(String id, VersionedDocument<ObjectNode> post, String savedVersion, List<Field> also) {
        Map<String, Object> values = new HashMap<>();
        values.put("id", id);
        values.put("heading", title(post.source()));
        values.put("author", Field.AUTHOR.shown(post.source()));
        values.put("text", Field.TEXT.shown(post.source()));
        values.put("tags", tags(post.source()));
        values.put("version", post.version());
        values.put("saved", Long.toString(post.version()).equals(savedVersion));
        values.put("savedNothing", savedVersion.equals("nothing"));
        values.put("also", Field.labels(also));
        return POST.execute(values);
    }

    static String edit(String id, Draft draft, @Nullable Alert alert) {
        Map<String, Object> values = new HashMap<>();
        values.put("id", id);
        values.put("heading", "Edit: " + title(draft.base()));
        values.put("token", draft.token());
        values.put("base", draft.base().toString());
        values.put(
                "fields",
                Arrays.stream(Field.values())
                        .map(field -> Map.of(
                                "key", field.key,
                                "label", field.label,
                                "isLong", field.isLong,
                                "hint", field.hint,
                                "text", field.shown(draft.mine())))
                        .toList());
        if (alert != null) {
            values.put("alert", Map.of("title", alert.title(), "text", alert.text()));
        }
        return EDIT.execute(values);
    }

    /**
     * Both edits side by side.
     *
     * @param token of the post as somebody else has saved it
     * @param unanswered what the user has not chosen yet, when he is asked again
     */
    static String conflict(String id, String token, Choices choices, List<Field> unanswered) {
        ObjectNode theirs = choices.theirs();
        Map<String, Object> values = new HashMap<>();
        values.put("id", id);
        values.put("heading", "Somebody else has changed this, too");
        values.put("token", token);
        values.put("base", theirs.toString());
        values.put(
                "names",
                Field.labels(
                        choices.disputed().stream().map(Choices.Disputed::field).toList()));
        values.put("unanswered", Field.labels(unanswered));
        values.put(
                "conflicts",
                choices.disputed().stream()
                        .map(disputed -> {
                            String their = disputed.field().shown(theirs);
                            return Map.of(
                                    "key", disputed.field().key,
                                    "label", disputed.field().label,
                                    "isLong", disputed.field().isLong,
                                    "before", disputed.before(),
                                    "mine", disputed.mine(),
                                    "theirWords", words(disputed.before(), their),
                                    "myWords", words(disputed.before(), disputed.mine()));
                        })
                        .toList());
        values.put("hasRest", !choices.rest().isEmpty());
        values.put(
                "rest",
                choices.rest().stream()
                        .map(agreed -> Map.of(
                                "key",
                                agreed.field().key,
                                "label",
                                agreed.field().label,
                                "text",
                                agreed.text(),
                                "note",
                                agreed.note()))
                        .toList());
        return CONFLICT.execute(values);
    }

    /** Tells that there is nothing to edit any more, and gives back what the user has typed. */
    static String message(String heading, String text, String href, String link, @Nullable ObjectNode typed) {
        Map<String, Object> values = new HashMap<>();
        values.put("heading", heading);
        values.put("text", text);
        values.put("href", href);
        values.put("link", link);
        values.put("hasTyped", typed != null);
        if (typed != null) {
            values.put(
                    "typed",
                    Arrays.stream(Field.values())
                            .map(field -> Map.of("label", field.label, "text", field.shown(typed)))
                            .toList());
        }
        return MESSAGE.execute(values);
    }

    static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Pages.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Template template(String name) {
        return TEMPLATES.compile(resource(name + ".mustache"));
    }

    private static String title(ObjectNode post) {
        String title = Field.TITLE.shown(post);
        return title.isBlank() ? "(no title)" : title;
    }

    private static List<String> tags(ObjectNode post) {
        JsonNode tags = post.path(Field.TAGS.key);
        return StreamSupport.stream(tags.spliterator(), false).map(Field::shown).toList();
    }

    private static List<Map<String, Object>> words(String before, String after) {
        return Words.changes(before, after).stream()
                .map(words -> Map.<String, Object>of(
                        "text", words.text(), "added", words.added(), "removed", words.removed()))
                .toList();
    }
}
