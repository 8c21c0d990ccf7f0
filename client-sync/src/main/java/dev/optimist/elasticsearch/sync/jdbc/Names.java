package dev.optimist.elasticsearch.sync.jdbc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names of tables and columns, which have to come into SQL as they are: so nothing else may be in them. One in {@code "…"} is
 * quoted in the database's own way.
 */
final class Names {
    private static final String PLAIN = "[\\p{L}_][\\p{L}\\p{N}_$]*";
    private static final String QUOTED = "\"[\\p{L}\\p{N}_$ .\\-]+\"";
    private static final Pattern PART = Pattern.compile(PLAIN + "|" + QUOTED);
    private static final Pattern TABLE = Pattern.compile("(?:" + PART + ")(?:\\.(?:" + PART + ")){0,2}");

    private Names() {}

    static String table(String parameter, String name) {
        return checked(parameter, name, TABLE, "a table such as products, shop.products or \"Products\"");
    }

    static String column(String parameter, String name) {
        return checked(parameter, name, PART, "a column such as version or \"Version\"");
    }

    private static String checked(String parameter, String name, Pattern pattern, String what) {
        if (name == null || !pattern.matcher(name).matches()) {
            throw new IllegalArgumentException(parameter + " must be the name of " + what
                    + " (letters, digits, _ and $; within \"\" also space, . and -), is " + name);
        }
        return name;
    }

    /** Returns the name as it is written in SQL. */
    static String sql(String name, String quote) {
        Matcher parts = PART.matcher(name);
        return parts.results()
                .map(part -> part.group().startsWith("\"") ? quoted(part.group(), quote) : part.group())
                .collect(Collectors.joining("."));
    }

    private static String quoted(String part, String quote) {
        if (quote.isBlank()) {
            throw new IllegalArgumentException("the database knows no quoted names, such as " + part);
        }
        return quote + label(part) + quote;
    }

    /** Returns the name as the metadata have it. */
    static String label(String column) {
        return column.replace("\"", "");
    }
}
