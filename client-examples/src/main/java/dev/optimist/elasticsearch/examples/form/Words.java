package dev.optimist.elasticsearch.examples.form;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.Chunk;
import com.github.difflib.patch.DeltaType;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of a text and what became of it.
 *
 * @param text the piece
 * @param added whether the text that it was compared with has it not
 * @param removed whether only that one has it
 */
record Words(String text, boolean added, boolean removed) {
    /** More are not compared: the time grows with the square of what differs, and anybody may send a text. */
    private static final int MOST = 5_000;

    /** Returns the new text with what it has lost and what is new in it, word by word. */
    static List<Words> changes(String before, String after) {
        List<String> was = words(before);
        List<String> is = words(after);
        if (was.size() + is.size() > MOST) {
            return before.equals(after) ? List.of(kept(after)) : List.of(new Words(after, true, false));
        }
        Changes changes = new Changes();
        for (AbstractDelta<String> delta : DiffUtils.diff(was, is, true).getDeltas()) {
            if (delta.getType() == DeltaType.EQUAL) {
                changes.kept(text(delta.getTarget()));
            } else {
                changes.changed(text(delta.getSource()), text(delta.getTarget()));
            }
        }
        return changes.end();
    }

    /** Takes changed words together that have nothing but a space between them, as nobody can read them one by one. */
    private static final class Changes {
        private final List<Words> all = new ArrayList<>();
        private String removed = "";
        private String added = "";
        private String space = "";

        void changed(String from, String to) {
            removed += space + from;
            added += space + to;
            space = "";
        }

        void kept(String text) {
            boolean isBetween = text.isBlank() && !text.contains("\n") && !(removed.isEmpty() && added.isEmpty());
            if (isBetween) {
                space += text;
                return;
            }
            flush();
            all.add(Words.kept(space + text));
            space = "";
        }

        List<Words> end() {
            flush();
            if (!space.isEmpty()) {
                all.add(Words.kept(space));
            }
            return all;
        }

        private void flush() {
            if (!removed.isEmpty()) {
                all.add(new Words(removed, false, true));
            }
            if (!added.isEmpty()) {
                all.add(new Words(added, true, false));
            }
            removed = "";
            added = "";
        }
    }

    private static Words kept(String text) {
        return new Words(text, false, false);
    }

    /** Words, and what is between them. */
    private static List<String> words(String text) {
        return List.of(text.split("(?<=\\s)(?=\\S)|(?<=\\S)(?=\\s)", -1));
    }

    private static String text(Chunk<String> chunk) {
        return String.join("", chunk.getLines());
    }
}
