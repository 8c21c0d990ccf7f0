package dev.optimist.elasticsearch.it.letter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.examples.Wire.Exchange;
import dev.optimist.elasticsearch.it.letter.AllowedDifferences.Allowed;
import dev.optimist.elasticsearch.it.letter.Comparison.Done;
import dev.optimist.elasticsearch.it.letter.TutorialText.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is wrong is seen to be. */
class ComparisonTest {
    private static final String ANSWER = "{\"_id\":\"7\",\"_version\":2,\"_shards\":{\"total\":2},\"list\":[1,\"b\"]}";

    private static Comparison compare(String uri, int status, String answer, Allowed... rules) {
        return compare(new Exchange("PUT", uri, "{\"a\":1}", status, answer), true, rules);
    }

    private static Comparison compare(Exchange exchange, boolean whole, Allowed... rules) {
        Step step = new Step(1, Request.of("PUT", "i/t/7?version=1", "{\"a\": 1}"), ANSWER, whole, true);
        return new Comparison(List.of(rules)).add(new Done("tutorial", "by hand", step, exchange));
    }

    private static Allowed allowed(String field, String text, String server) {
        return new Allowed("tutorial", 1, 99, field, text, server, "reason");
    }

    @Test
    void theSameIsTheSame() {
        Comparison same = compare("/i/t/7?version=1", 200, ANSWER);

        assertThat(same.wrong()).isEmpty();
        assertThat(same.summary()).isEqualTo("10 fields agree, 0 allowed differences, 0 wrong");
    }

    @Test
    void anotherValueIsWrong() {
        assertThat(compare("/i/t/7?version=1", 200, ANSWER.replace("\"total\":2", "\"total\":1"))
                        .wrong())
                .containsExactly("tutorial, step 1 by hand, /_shards/total: text 2, server 1");
    }

    @Test
    void aNumberIsNotAString() {
        assertThat(compare("/i/t/7?version=1", 200, ANSWER.replace("\"7\"", "7"))
                        .wrong())
                .containsExactly("tutorial, step 1 by hand, /_id: text \"7\", server 7");
    }

    @Test
    void whatIsMissingOrTooMuchIsWrong() {
        assertThat(compare("/i/t/7?version=1", 200, ANSWER.replace("\"b\"", "{\"c\":null}"))
                        .wrong())
                .containsExactly(
                        "tutorial, step 1 by hand, /list/1: text \"b\", server absent",
                        "tutorial, step 1 by hand, /list/1/c: text absent, server null");
    }

    @Test
    void anotherStatusOrRequestIsWrong() {
        assertThat(compare("/i/t/8?version=2&refresh=true", 201, ANSWER).wrong())
                .hasSize(4)
                .anyMatch(line -> line.contains("HTTP status: text 200, server 201"))
                .anyMatch(line -> line.contains("request path: text /i/t/7, server /i/t/8"))
                .anyMatch(line -> line.contains("request ?version: text 1, server 2"))
                .anyMatch(line -> line.contains("request ?refresh: text absent, server true"));
    }

    @Test
    void onlyWhatIsListedIsAllowed() {
        String answer = ANSWER.replace("2,", "3,");

        Comparison listed = compare("/i/t/7?version=1", 200, answer, allowed("/_version", "2", "[3]"));
        assertThat(listed.wrong()).isEmpty();
        assertThat(listed.unused()).isEmpty();
        assertThat(listed.summary()).isEqualTo("9 fields agree, 1 allowed differences, 0 wrong");
        for (Allowed other : List.of(
                allowed("/_version", "1", "[3]"),
                allowed("/_version", "2", "[4]"),
                allowed("/version", "2", "[3]"),
                new Allowed("other", 1, 99, "/_version", "2", "[3]", "reason"))) {
            Comparison comparison = compare("/i/t/7?version=1", 200, answer, other);
            assertThat(comparison.wrong()).as("%s", other).hasSize(1);
            assertThat(comparison.unused()).containsExactly(other);
        }
    }

    @Test
    void ofAnAnswerInWordsNothingElseIsCompared() {
        String more = ANSWER.replace("{\"_id\"", "{\"more\":1,\"_id\"");
        Exchange exchange = new Exchange("PUT", "/i/t/7?version=1", "{\"a\":1}", 201, more);

        assertThat(compare(exchange, false).wrong()).isEmpty();
        assertThat(compare(exchange, true).wrong()).hasSize(2);
    }

    /** Of the first tutorial on 5, and of the conflict of the second on 2, nothing may differ but this. */
    @Test
    void theServersOfTheTutorialsAreHeldToTheLetter() {
        assertThat(AllowedDifferences.on("5.6.16").stream()
                        .filter(a -> !a.tutorial().equals(TutorialText.BLOG))
                        .map(Allowed::field))
                .containsExactlyInAnyOrder("request ?timeout", "/error/index_uuid", "/error/root_cause/0/index_uuid");
        assertThat(AllowedDifferences.on("2.4.6").stream()
                        .filter(a -> !a.tutorial().equals(TutorialText.TWO_CLIENTS))
                        .map(Allowed::field))
                .noneMatch(field -> field.startsWith("/error") || field.equals("HTTP status"));
    }
}
