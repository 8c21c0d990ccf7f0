package dev.optimist.elasticsearch.sync.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times as people write them: {@code 500ms}, {@code 5s}, {@code 10m}, {@code 2h}, {@code 7d}; or in ISO 8601, {@code PT5S}. */
final class Durations extends StdScalarDeserializer<Duration> {
    static final String RULE = "a time such as 500ms, 5s, 10m, 2h or 7d";
    private static final long serialVersionUID = 1L;
    private static final Pattern TIME = Pattern.compile("(\\d{1,15})\\s*(ms|s|m|h|d)");

    Durations() {
        super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        Duration time = parse(parser.getText());
        return time != null ? time : (Duration) context.handleWeirdStringValue(Duration.class, "", RULE);
    }

    /** Returns null for what is no time. */
    static @Nullable Duration parse(String text) {
        Matcher matcher = TIME.matcher(text.strip());
        try {
            if (!matcher.matches()) {
                return Duration.parse(text.strip());
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        } catch (DateTimeParseException | ArithmeticException e) {
            return null;
        }
    }

    /** As text for people, with the precision that they need. */
    static String text(Duration time) {
        if (time.compareTo(Duration.ofMinutes(1)) < 0) {
            return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
        }
        if (time.compareTo(Duration.ofHours(1)) < 0) {
            return time.toMinutes() + " min " + time.toSecondsPart() + " s";
        }
        return time.toHours() + " h " + time.toMinutesPart() + " min";
    }
}
