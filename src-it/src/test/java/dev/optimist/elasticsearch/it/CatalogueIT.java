package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.optimist.elasticsearch.examples.Catalogue;
import dev.optimist.elasticsearch.examples.Story;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The example of a catalogue comes out as it says, and it would be noticed if it did not. */
@Tag("once")
class CatalogueIT extends ServerTest {
    private static final Pattern CLERKS = Pattern.compile("the clerks +(\\d+) rows written, (\\d+) deleted");

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @AfterEach
    void print() {
        System.out.print(printed()); // the seed is in it
        printed.reset();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc", "log"})
    void indexAndDatabaseAreEqual(String source) {
        Story story = Catalogue.run(server, out(() -> {}), "--seconds=2", "--products=500", "--source=" + source);

        assertThat(story.otherwise()).as(this::printed).isZero();
        assertThat(printed().lines()).last().isEqualTo("catalogue steps: 7 as told, 0 otherwise");
        assertThat(printed()).containsPattern("differences +0\n");
        MatchResult clerks = CLERKS.matcher(printed()).results().findFirst().orElseThrow();
        assertThat(Long.parseLong(clerks.group(1))).as("written").isPositive();
        assertThat(Long.parseLong(clerks.group(2))).as("deleted").isPositive();
    }

    /** Somebody else writes to the index just before it is compared: a document is gone, one is changed, one is new. */
    @Test
    void noticesDifferences() {
        PrintStream out = out(() -> {
            rest.delete("/catalogue/_doc/601").ok(); // the last change
            rest.put("/catalogue/_doc/somebody's", "{}").ok();
        });
        Story story = Catalogue.run(server, out, "--seconds=1", "--products=500");

        assertThat(story.otherwise()).as(this::printed).isEqualTo(1);
        assertThat(printed())
                .contains("difference: ", "NOT AS TOLD: differences: expected 0, came 2", "NOT AS TOLD: equal")
                .doesNotContain("are equal");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "--seconds=0 | '--seconds': must be a whole number between 1 and 600, is '0'",
                "--seconds=601 | '--seconds': must be a whole number between 1 and 600, is '601'",
                "--products=-5 | '--products': must be a whole number between 100 and 100000, is '-5'",
                "--rate=many | '--rate': must be a whole number between 10 and 10000, is 'many'",
                "--source=file | '--source': expected one of [JDBC, LOG]",
                "--speed=9 | Unknown option: '--speed=9'"
            })
    void namesTheOptionThatIsWrong(String option, String message) {
        assertThatThrownBy(() -> Catalogue.run(server, out(() -> {}), option)).hasMessageContaining(message);
        assertThat(printed()).isEmpty();
    }

    /** Does something when the story comes to the comparison. */
    private PrintStream out(Runnable beforeVerify) {
        return new PrintStream(printed, true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                if (line.matches("\\(\\d\\) Verify.*")) {
                    beforeVerify.run();
                }
                super.println(line);
            }
        };
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
