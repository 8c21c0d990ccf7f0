package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.examples.BlogPost;
import dev.optimist.elasticsearch.examples.ExternalVersions;
import dev.optimist.elasticsearch.examples.ExternalWriter;
import dev.optimist.elasticsearch.examples.ServerKind;
import dev.optimist.elasticsearch.examples.StockCount;
import dev.optimist.elasticsearch.examples.Story;
import dev.optimist.elasticsearch.examples.Tutorials;
import dev.optimist.elasticsearch.examples.TwoClients;
import dev.optimist.elasticsearch.examples.Wire;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The examples come out as they say, and it would be noticed if they did not. */
class ExamplesIT extends ServerTest {
    private interface Telling {
        void tell(VersionedClient client, ServerKind kind, Story story) throws Exception;
    }

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    private ServerKind kind;
    private Wire wire;
    private VersionedClient listenedTo;

    @BeforeAll
    void listen() {
        kind = ServerKind.of(server.version());
        wire = Wire.to(server.url());
        listenedTo = VersionedClient.connect(wire.url());
    }

    @BeforeEach
    void emptyIndices() {
        Tutorials.prepare(server.url(), kind);
    }

    @AfterEach
    void forget() {
        wire.take();
        printed.reset();
    }

    @AfterAll
    void hangUp() {
        listenedTo.close();
        wire.close();
    }

    @Test
    void twoClients() {
        allAsTold(9, TwoClients::run);
    }

    @Test
    void blogPost() {
        allAsTold(6, BlogPost::run);
    }

    @Test
    void externalVersions() {
        allAsTold(8, ExternalVersions::run);
    }

    @Test
    void externalWriter() {
        allAsTold(6, ExternalWriter::run);
    }

    @Test
    void stockCount() {
        Story story = new Story(out, wire);
        story.chapter("the example", () -> StockCount.run(client, kind, story));
        assertThat(story.otherwise()).as(this::printed).isZero();
        assertThat(story.asTold()).isEqualTo(3);
    }

    @Test
    void theProgramTellsThemAll() {
        Story story = Tutorials.run(server, out);

        assertThat(story.otherwise()).as(this::printed).isZero();
        assertThat(printed().lines())
                .contains("    PUT " + kind.path("test_index", "test_type", "7") + "?version=1")
                .contains("    HTTP 409", "    HTTP 404")
                .contains("      \"_version\" : 3,", "        \"test_field\" : \"test client 1\"")
                .contains("        \"text\" : \"This is a piece of cake...\"")
                .anyMatch(line -> line.matches(" *PUT /website/(_doc|blog)/2\\?.*version_type=external&.*"))
                .anyMatch(line -> line.matches(" *POST /website/(blog/)?_bulk\\?.*"))
                .anyMatch(line -> line.startsWith("  SUSPICIOUS: "))
                .last()
                .isEqualTo("tutorial steps: 32 as told, 0 otherwise");
        showsWhoCompares();
    }

    /** What is otherwise on a server of either kind. */
    private void showsWhoCompares() {
        if (kind == ServerKind.WITH_TYPES) {
            assertThat(printed()).doesNotContain("HTTP 400").contains("409: the server compares ?version=1");
        } else {
            assertThat(printed().lines())
                    .contains("    HTTP 400")
                    .anyMatch(line -> line.matches(" *PUT /test_index/_doc/7\\?.*if_seq_no=0&.*"))
                    .anyMatch(line -> line.contains(
                            "\"reason\" : \"[7]: version conflict, required seqNo [0], primary term [1]."))
                    .anyMatch(line -> line.contains("current version [10] is higher or equal to the one provided [9]"));
        }
    }

    @Test
    void runsAgainWhereItHasRun() {
        blogPost();
        externalVersions();
        Tutorials.prepare(server.url(), kind);
        blogPost();
        externalVersions();
    }

    @Test
    void neverDeletesAnIndexOfSomebodyElse() {
        rest.delete("/website").ok();
        rest.put("/website/_doc/mine", "{}").ok();
        try {
            assertThatThrownBy(() -> Tutorials.run(server, out))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("[website]");
            rest.get("/website/_doc/mine").ok();
        } finally {
            rest.delete("/website").ok();
        }
    }

    @Test
    void countsAStepThatDoesNotComeOutAsTold() {
        Story story = tell((client, kind, s) -> {
            s.step("as told");
            s.expect("sum", 2, 1 + 1);
            s.so("Two.");
            s.step("wrong");
            s.expect("sum", 3, 1 + 1);
            s.so("Three.");
            s.step("missing");
            s.missed("a conflict");
            s.so("There was a conflict.");
        });
        assertThat(story.asTold()).isEqualTo(1);
        assertThat(story.otherwise()).isEqualTo(2);
        assertThat(printed())
                .contains("NOT AS TOLD: sum: expected 3, came 2")
                .contains("NOT AS TOLD: expected a conflict, but it did not come")
                .doesNotContain("Three.")
                .endsWith("tutorial steps: 1 as told, 2 otherwise" + System.lineSeparator());
    }

    @Test
    void countsAStepThatThrowsOrHasNoEnd() {
        Story story = tell((client, kind, s) -> {
            s.step("throws");
            throw new IllegalArgumentException("broken");
        });
        assertThat(story.otherwise()).isEqualTo(1);
        assertThat(printed()).contains("broken");

        assertThat(tell((client, kind, s) -> s.step("has no end")).otherwise()).isEqualTo(1);
    }

    /** What the tests above are worth: each example on a server where something is not as it should be. */
    @Test
    void examplesNoticeWhatIsNotAsTold() {
        put(kind.path("test_index", "test_type", "7"), "{\"test_field\":\"test test\"}");
        put(kind.path("website", "blog", "1"), "{\"title\":\"a\",\"text\":\"b\"}");
        put(
                kind.path("website", "blog", "2") + "?version=20&version_type=external",
                "{\"title\":\"a\",\"text\":\"b\"}");
        assertThat(tell(TwoClients::run).otherwise()).isPositive();
        assertThat(tell(BlogPost::run).otherwise()).isPositive();
        assertThat(tell(ExternalVersions::run).otherwise()).isPositive();
        put(
                kind.path("website", "blog", "3") + "?version=20&version_type=external",
                "{\"title\":\"a\",\"text\":\"b\"}");
        assertThat(tell(ExternalWriter::run).otherwise()).isPositive();
    }

    /** With the tutorials' own types, where there are types. */
    private void put(String path, String body) {
        new Rest(server.url()).put(path, body).ok();
    }

    private void allAsTold(int steps, Telling example) {
        Story story = tell(example);
        assertThat(story.otherwise()).as(this::printed).isZero();
        assertThat(story.asTold()).isEqualTo(steps);
    }

    private Story tell(Telling example) {
        Story story = new Story(out, wire);
        story.chapter("the example", () -> example.tell(listenedTo, kind, story));
        story.end("tutorial");
        return story;
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
