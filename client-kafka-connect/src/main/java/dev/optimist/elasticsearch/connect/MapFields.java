package dev.optimist.elasticsearch.connect;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Of JSON without a schema. */
record MapFields(Map<?, ?> map) implements Fields {
    @Override
    public @Nullable Object get(String name) {
        return Fields.of(map.get(name));
    }

    @Override
    public List<String> names() {
        return map.keySet().stream().map(String::valueOf).toList();
    }
}
