package dev.optimist.elasticsearch.sync.cli;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Bounds of settings. */
final class Check {
    private static final Duration YEAR = Duration.ofDays(365);

    private Check() {}

    static <T> T required(String key, @Nullable T value) {
        if (value == null || (value instanceof String text && text.isBlank())) {
            throw new SettingException(key, "is missing");
        }
        return value;
    }

    static void notEmpty(String key, @Nullable String value) {
        if (value != null && value.isBlank()) {
            throw new SettingException(key, "must not be empty");
        }
    }

    static void matches(String key, @Nullable String value, String pattern, String rule) {
        if (value != null && !value.matches(pattern)) {
            throw new SettingException(key, "must be " + rule);
        }
    }

    static void inBounds(String key, @Nullable Number value, long least, long most) {
        if (value != null && (value.longValue() < least || value.longValue() > most)) {
            String bounds = most == Long.MAX_VALUE
                    ? String.format(Locale.ROOT, "%d or more", least)
                    : String.format(Locale.ROOT, "between %d and %d", least, most);
            throw new SettingException(key, "must be " + bounds + ", is " + value);
        }
    }

    static void positive(String key, @Nullable Duration value) {
        inBounds(key, value, YEAR, "365d");
    }

    /** Longer than 0, at most as long as another. */
    static void inBounds(String key, @Nullable Duration value, Duration most, String mostAsText) {
        if (value != null && (value.isZero() || value.isNegative() || value.compareTo(most) > 0)) {
            throw new SettingException(key, "must be longer than 0 and at most " + mostAsText);
        }
    }

    static void notBoth(String key, @Nullable Object value, String other, @Nullable Object otherValue) {
        if (value != null && otherValue != null) {
            throw new SettingException(key, "cannot be set beside " + other);
        }
    }
}
