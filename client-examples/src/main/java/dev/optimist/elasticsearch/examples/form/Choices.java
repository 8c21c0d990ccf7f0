package dev.optimist.elasticsearch.examples.form;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.examples.form.PostEditor.Conflict;
import dev.optimist.elasticsearch.examples.form.PostEditor.Draft;
import java.util.ArrayList;
import java.util.List;

/**
 * What the user has to decide on, and what not.
 *
 * @param theirs the post as somebody else has saved it, with which the next form begins
 * @param disputed what both have changed
 * @param rest all other fields, merged
 */
record Choices(ObjectNode theirs, List<Disputed> disputed, List<Agreed> rest) {
    /**
     * A field that both have changed, with the three texts; the third is in {@link Choices#theirs}.
     *
     * @param field of the post
     * @param before as both have begun with it
     * @param mine as this user wants it
     */
    record Disputed(Field field, String before, String mine) {}

    /**
     * A field on which nobody has to decide.
     *
     * @param field of the post
     * @param text as it will be saved
     * @param note who has changed it, or nothing
     */
    record Agreed(Field field, String text, String note) {}

    static Choices of(Draft draft, Conflict conflict) {
        ObjectNode theirs = conflict.latest().source();
        List<Disputed> disputed = new ArrayList<>();
        List<Agreed> rest = new ArrayList<>();
        for (Field field : Field.values()) {
            String before = field.shown(draft.base());
            String mine = field.shown(draft.mine());
            if (conflict.merge().conflicts().stream().anyMatch(c -> field.isAt(c.path()))) {
                disputed.add(new Disputed(field, before, mine));
            } else {
                rest.add(new Agreed(
                        field, field.shown(conflict.merge().merged()), note(before, mine, field.shown(theirs))));
            }
        }
        return new Choices(theirs, disputed, rest);
    }

    private static String note(String before, String mine, String theirs) {
        boolean byMe = !mine.equals(before);
        boolean byThem = !theirs.equals(before);
        if (byMe && byThem) {
            return "changed by both, merged";
        }
        if (byMe) {
            return "changed by you";
        }
        return byThem ? "changed by somebody else" : "";
    }
}
