package dev.optimist.elasticsearch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2015-10-21T07:28:00Z");

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "1, PT1S",
        "' 120 ', PT2M",
        "007, PT7S",
        "999999999, PT277777H46M39S",
        "'Wed, 21 Oct 2015 07:28:30 GMT', PT30S",
        "'Wed, 21 Oct 2015 07:28:00 GMT', PT0S",
        "'Wed, 21 Oct 2015 07:27:00 GMT', PT0S",
        "'Wed, 21 Oct 2015 09:29:00 +0200', PT1M",
        ",",
        "'',",
        "-1,",
        "1.5,",
        "1s,",
        "9999999999,",
        "soon,",
        "'Tue, 21 Oct 2015 07:28:30 GMT',",
        "2015-10-21T07:29:00Z,"
    })
    void understandsSecondsAndDates(@Nullable String value, @Nullable Duration expected) {
        assertThat(RetryAfter.parse(value, NOW)).isEqualTo(expected);
    }
}
