package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.examples.Wire;
import dev.optimist.elasticsearch.examples.Wire.Exchange;
import dev.optimist.elasticsearch.it.letter.Comparison;
import dev.optimist.elasticsearch.it.letter.Comparison.Done;
import dev.optimist.elasticsearch.it.letter.TutorialText;
import dev.optimist.elasticsearch.it.letter.TutorialText.Step;
import dev.optimist.elasticsearch.testkit.ElasticsearchExtension;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The texts of both tutorials, as they are, against a server: each request of theirs is sent, by hand and then through the
 * client, and looked for in what the examples send; and each value of the answers is held against the text. What may differ
 * is in {@code AllowedDifferences}.
 */
class TutorialsToTheLetterIT {
    private static final String VERSION = System.getProperty("optimist.tutorials.server", "5.6.16");

    /** By default on the server that the first tutorial was written for; the profile {@code tutorials} takes any. */
    @Test
    @Tag("tutorials")
    @Tag("once")
    void onTheServerThatIsAskedFor() throws IOException {
        try (ElasticsearchServer server =
                ElasticsearchServer.start(o -> o.server("process").version(VERSION))) { // whatever this run's server is
            String line = "tutorial " + server.version() + ": " + check(server);
            Files.writeString(Path.of("target/tutorial.txt"), line + "\n");
        }
    }

    @Test
    @ExtendWith(ElasticsearchExtension.class)
    void onTheServerOfThisRun(ElasticsearchServer server) throws IOException {
        check(server);
    }

    private static String check(ElasticsearchServer server) throws JsonProcessingException {
        List<Done> all = new ArrayList<>();
        for (String tutorial : List.of(TutorialText.TWO_CLIENTS, TutorialText.BLOG)) {
            all.addAll(follow(server, tutorial));
        }
        all.addAll(InTheExamples.of(server));
        Comparison comparison = new Comparison(server.version());
        all.forEach(comparison::add);
        assertThat(comparison.wrong()).as(comparison.summary()).isEmpty();
        assertThat(comparison.unused()).as("allowed for nothing").isEmpty();
        all.forEach(done -> everyOtherDigitIsWrong(server.version(), done));
        return comparison.summary();
    }

    private static List<Done> follow(ElasticsearchServer server, String tutorial) throws JsonProcessingException {
        List<Step> steps = TutorialText.of(tutorial);
        String index = steps.get(0).request().part(0);
        Rest rest = new Rest(server.url());
        int major = Comparison.major(server.version());
        List<Done> all = new ArrayList<>();
        try (Wire wire = Wire.to(server.url());
                VersionedClient client = VersionedClient.connect(wire.url())) {
            ByHand byHand = new ByHand(wire, major);
            for (Step step : steps) {
                empty(rest, index, step);
                all.add(new Done(tutorial, "by hand", step, byHand.send(step.request())));
            }
            ThroughTheClient through = new ThroughTheClient(client, wire, major);
            for (Step step : steps) {
                empty(rest, index, step);
                Exchange exchange = through.perform(step);
                all.add(new Done(tutorial, "through the client", step, exchange));
            }
        } finally {
            rest.delete("/" + index);
        }
        return all;
    }

    /** The server makes the index by itself then, as it did for the author. */
    private static void empty(Rest rest, String index, Step step) {
        if (step.first()) {
            rest.delete("/" + index);
        }
    }

    /** What the comparison is worth: with any digit of the text changed, the same answer is wrong. */
    private static void everyOtherDigitIsWrong(String version, Done done) {
        String answer = done.step().answer();
        for (int i = 0; i < answer.length(); i++) {
            if (Character.isDigit(answer.charAt(i))) {
                int other = (answer.charAt(i) - '0') % 9 + 1;
                String changed = answer.substring(0, i) + other + answer.substring(i + 1);
                Comparison comparison = new Comparison(version);
                comparison.add(new Done(done.tutorial(), done.how(), done.step().answered(changed), done.exchange()));
                assertThat(comparison.wrong())
                        .as("%s%ntext: %s", done.exchange(), changed)
                        .isNotEmpty();
            }
        }
    }
}
