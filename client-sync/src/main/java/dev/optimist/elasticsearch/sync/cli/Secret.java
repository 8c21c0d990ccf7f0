package dev.optimist.elasticsearch.sync.cli;

import com.fasterxml.jackson.annotation.JsonCreator;

/** A password or key. Its text is in no {@code toString}. */
final class Secret {
    private final String value;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Secret(String value) {
        this.value = value;
    }

    String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "***";
    }
}
