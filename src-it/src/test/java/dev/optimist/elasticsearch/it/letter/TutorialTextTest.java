package dev.optimist.elasticsearch.it.letter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.optimist.elasticsearch.it.letter.TutorialText.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All that is in the texts is found, and read as it is meant. */
class TutorialTextTest {
    @Test
    void twoClientsIsThereTwice() {
        List<Step> steps = TutorialText.of(TutorialText.TWO_CLIENTS);

        assertThat(steps)
                .extracting(
                        step -> step.request().method() + " " + step.request().uri())
                .startsWith(
                        "PUT /test_index/test_type/7",
                        "GET /test_index/test_type/7",
                        "PUT /test_index/test_type/7?version=1",
                        "PUT /test_index/test_type/7?version=1",
                        "GET /test_index/test_type/7",
                        "PUT /test_index/test_type/7?version=2")
                .hasSize(12);
        assertThat(steps.subList(6, 12))
                .extracting(Step::request)
                .isEqualTo(steps.subList(0, 6).stream().map(Step::request).toList());
        assertThat(steps).filteredOn(Step::first).extracting(Step::number).containsExactly(1, 7);
        assertThat(steps)
                .filteredOn(step -> !step.whole())
                .extracting(Step::answer)
                .containsExactly("{}", "{}");
        assertThat(steps.get(2).request().body()).contains("test client 1");
        assertThat(steps.get(3).expected().at("/error/root_cause/0/shard").asText())
                .isEqualTo("3");
        assertThat(steps.get(5).expected().at("/_version").asInt()).isEqualTo(3);
    }

    @Test
    void theBlogHasAnswersInWordsAndRequestsThatAreSentAgain() {
        List<Step> steps = TutorialText.of(TutorialText.BLOG);

        assertThat(steps)
                .extracting(
                        step -> step.request().method() + " " + step.request().uri())
                .containsExactly(
                        "PUT /website/blog/1/_create",
                        "GET /website/blog/1",
                        "PUT /website/blog/1?version=1",
                        "PUT /website/blog/1?version=1",
                        "PUT /website/blog/2?version=5&version_type=external",
                        "PUT /website/blog/2?version=10&version_type=external",
                        "PUT /website/blog/2?version=10&version_type=external");
        assertThat(steps).filteredOn(Step::first).extracting(Step::number).containsExactly(1);
        assertThat(steps)
                .filteredOn(step -> !step.whole())
                .extracting(Step::number)
                .containsExactly(1, 7);
        assertThat(steps.get(0).answer()).isEqualTo("{\"_version\": 1}");
        assertThat(steps.get(3).expected().at("/error/reason").asText())
                .isEqualTo("[blog][1]: version conflict, current [2], provided [1]");
        assertThat(steps.get(6).expected().at("/status").asInt()).isEqualTo(409);
    }

    @Test
    void readsAnAnswerWithoutAComma() {
        String answer = TutorialText.of(TutorialText.BLOG).get(2).answer();

        assertThat(answer).contains("\"_version\": 2\n");
        assertThat(TutorialText.read(answer))
                .hasToString(
                        "{\"_index\":\"website\",\"_type\":\"blog\",\"_id\":\"1\",\"_version\":2,\"created\":false}");
        assertThat(TutorialText.read("{\"a\": {\n\"b\": \"c\"\n}\n\"d\": true\n\"e\": null\n\"f\": 1}"))
                .hasToString("{\"a\":{\"b\":\"c\"},\"d\":true,\"e\":null,\"f\":1}");
    }

    @Test
    void readsNothingElseThatIsNotJson() {
        assertThatThrownBy(() -> TutorialText.read("{\"a\": 1 \"b\": 2}")).isInstanceOf(IllegalArgumentException.class);
    }
}
