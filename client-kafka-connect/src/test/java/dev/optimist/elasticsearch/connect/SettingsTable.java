package dev.optimist.elasticsearch.connect;

import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.jspecify.annotations.Nullable;

/** The settings as docs/kafka-connect.md has them. */
final class SettingsTable {
    private SettingsTable() {}

    static String markdown(ConfigDef settings) {
        StringBuilder page = new StringBuilder();
        for (String group : settings.groups()) {
            page.append("\n### ").append(group).append("\n\n| setting | default | |\n|---|---|---|\n");
            List<ConfigDef.ConfigKey> keys = settings.configKeys().values().stream()
                    .filter(key -> group.equals(key.group))
                    .sorted(Comparator.comparingInt(key -> key.orderInGroup))
                    .toList();
            for (ConfigDef.ConfigKey key : keys) {
                page.append("| `")
                        .append(key.name)
                        .append("` | ")
                        .append(otherwise(key))
                        .append(" | ")
                        .append(key.documentation.replace("|", "\\|"))
                        .append(bounds(key.validator))
                        .append(" |\n");
            }
        }
        return page.append('\n').toString();
    }

    private static String otherwise(ConfigDef.ConfigKey key) {
        if (!key.hasDefault()) {
            return "*required*";
        }
        Object value = key.defaultValue;
        boolean isNothing = value == null || value.equals("") || value.equals(List.of());
        return isNothing ? "" : "`" + ConfigDef.convertToString(value, key.type) + "`";
    }

    private static String bounds(ConfigDef.@Nullable Validator validator) {
        if (validator instanceof ConfigDef.Range) { // [1,...,64]
            return " " + validator.toString().replaceAll("\\[(-?\\d+),\\.\\.\\.,(-?\\d+)]", "$1 to $2.");
        }
        return "";
    }
}
