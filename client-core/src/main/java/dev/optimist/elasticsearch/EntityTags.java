package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.InvalidTokenException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The entity tags of a header {@code If-Match} or {@code If-None-Match}, as RFC 9110, 8.8.3 and 5.6.1, writes them. */
final class EntityTags {
    /** A tag may hold commas, and a list empty elements. */
    private static final Pattern ELEMENT =
            Pattern.compile("[ \\t]*(?:(W/)?\"([\\x21\\x23-\\x7E\\x80-\\uFFFF]*)\")?[ \\t]*(?:,|$)");

    private EntityTags() {}

    /**
     * One of them.
     *
     * @param opaque what stands between the quotes
     * @param weak whether {@code W/} stands before them
     */
    record Tag(String opaque, boolean weak) {}

    /**
     * Returns the tags of a list.
     *
     * @throws InvalidTokenException if it is no list of them, or has none
     */
    static List<Tag> of(String header) {
        List<Tag> tags = new ArrayList<>();
        Matcher element = ELEMENT.matcher(header);
        int at = 0;
        while (at < header.length()) {
            if (!element.find(at) || element.start() != at) {
                throw malformed();
            }
            if (element.group(2) != null) {
                tags.add(new Tag(element.group(2), element.group(1) != null));
            }
            at = element.end();
        }
        if (tags.isEmpty()) {
            throw malformed();
        }
        return tags;
    }

    private static InvalidTokenException malformed() {
        return new InvalidTokenException(
                Reason.MALFORMED, "the header is not a list of entity tags, each in double quotes");
    }
}
