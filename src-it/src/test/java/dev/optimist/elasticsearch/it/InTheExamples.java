package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.examples.BlogPost;
import dev.optimist.elasticsearch.examples.ExternalVersions;
import dev.optimist.elasticsearch.examples.ServerKind;
import dev.optimist.elasticsearch.examples.Story;
import dev.optimist.elasticsearch.examples.Tutorials;
import dev.optimist.elasticsearch.examples.TwoClients;
import dev.optimist.elasticsearch.examples.Wire;
import dev.optimist.elasticsearch.examples.Wire.Exchange;
import dev.optimist.elasticsearch.it.letter.Comparison.Done;
import dev.optimist.elasticsearch.it.letter.TutorialText;
import dev.optimist.elasticsearch.it.letter.TutorialText.Step;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Runs the example program's chapters, and finds each step of the texts among what they send, in this order. */
final class InTheExamples {
    private InTheExamples() {}

    static List<Done> of(ElasticsearchServer server) throws JsonProcessingException {
        ServerKind kind = ServerKind.of(server.version());
        Rest rest = new Rest(server.url());
        Tutorials.prepare(server.url(), kind);
        List<Done> all = new ArrayList<>();
        // the story takes what its own wire has heard
        try (Wire heard = Wire.to(server.url());
                Wire wire = Wire.to(heard.url());
                VersionedClient client = VersionedClient.connect(wire.url())) {
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            Story story = new Story(nowhere, wire);
            story.chapter("1", () -> TwoClients.run(client, kind, story));
            all.addAll(found(TutorialText.TWO_CLIENTS, heard.take()));
            story.chapter("2", () -> BlogPost.run(client, kind, story));
            story.chapter("3", () -> ExternalVersions.run(client, kind, story));
            all.addAll(found(TutorialText.BLOG, heard.take()));
            assertThat(story.otherwise()).isZero();
        } finally {
            rest.delete("/test_index");
            rest.delete("/website");
            rest.delete("/shop");
        }
        return all;
    }

    private static List<Done> found(String tutorial, List<Exchange> exchanges) throws JsonProcessingException {
        Deque<Exchange> rest = new ArrayDeque<>(exchanges);
        List<Done> all = new ArrayList<>();
        for (Step step : TutorialText.of(tutorial)) {
            if (step.first() && step.number() > 1) {
                break; // the text once more
            }
            while (!rest.isEmpty() && !isOf(step, rest.peek())) {
                rest.remove();
            }
            assertThat(rest).as("the examples have no %s", step).isNotEmpty();
            all.add(new Done(tutorial, "in the examples", step, rest.remove()));
        }
        return all;
    }

    /** Whether it is the same document and the same end; all else is compared. */
    private static boolean isOf(Step step, Exchange exchange) throws JsonProcessingException {
        boolean conflict = step.expected().path("status").asInt() == 409;
        return step.request().method().equals(exchange.method())
                && (conflict ? exchange.status() == 409 : exchange.status() < 300)
                && Rest.JSON.readTree(step.request().body()).equals(Rest.JSON.readTree(exchange.requestBody()));
    }
}
