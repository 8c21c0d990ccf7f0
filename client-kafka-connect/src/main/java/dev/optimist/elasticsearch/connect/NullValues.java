package dev.optimist.elasticsearch.connect;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What {@code delete.null.value} may be: what becomes of a record without a value and without a version. */
enum NullValues {
    SKIP_COMPANION,
    SKIP,
    ERROR;

    /** Returns it as a setting has it. */
    String setting() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static NullValues of(String setting) {
        return valueOf(setting.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    static List<String> names() {
        return Arrays.stream(values()).map(NullValues::setting).toList();
    }
}
