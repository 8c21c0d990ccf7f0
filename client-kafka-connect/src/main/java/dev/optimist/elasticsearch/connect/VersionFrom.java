package dev.optimist.elasticsearch.connect;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What {@code version.from} may be. */
enum VersionFrom {
    HEADER,
    FIELD,
    POSTGRES_LSN,
    MYSQL_BINLOG,
    TIMESTAMP,
    OFFSET;

    /** Returns it as a setting has it. */
    String setting() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static VersionFrom of(String setting) {
        return valueOf(setting.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    static List<String> names() {
        return Arrays.stream(values()).map(VersionFrom::setting).toList();
    }
}
