package dev.optimist.elasticsearch.it.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.optimist.elasticsearch.examples.KafkaConnect;
import dev.optimist.elasticsearch.examples.Story;
import dev.optimist.elasticsearch.testkit.ElasticsearchExtension;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The example comes out as it says. */
@Tag("once")
@ExtendWith(ElasticsearchExtension.class)
class KafkaConnectExampleIT {
    private static final Pattern CLERKS = Pattern.compile("the clerks +(\\d+) rows written, (\\d+) deleted");

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @Test
    void indexAndDatabaseAreEqual(ElasticsearchServer server) {
        Story story = KafkaConnect.run(server, out, "--seconds=6", "--products=500");

        System.out.print(printed()); // the seed is in it
        assertThat(story.otherwise()).as(this::printed).isZero();
        assertThat(printed().lines()).last().isEqualTo("connect steps: 7 as told, 0 otherwise");
        assertThat(printed()).containsPattern("differences +0\n").contains("worker 0 was killed");
        MatchResult clerks = CLERKS.matcher(printed()).results().findFirst().orElseThrow();
        assertThat(Long.parseLong(clerks.group(1))).as("written").isPositive();
        assertThat(Long.parseLong(clerks.group(2))).as("deleted").isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "--seconds=0 | '--seconds': must be a whole number between 1 and 600, is '0'",
                "--products=99 | '--products': must be a whole number between 100 and 100000, is '99'",
                "--speed=9 | Unknown option: '--speed=9'"
            })
    void namesTheOptionThatIsWrong(String option, String message, ElasticsearchServer server) {
        assertThatThrownBy(() -> KafkaConnect.run(server, out, option)).hasMessageContaining(message);
        assertThat(printed()).isEmpty();
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
