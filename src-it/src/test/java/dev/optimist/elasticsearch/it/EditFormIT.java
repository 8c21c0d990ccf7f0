package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.examples.form.PostServer;
import dev.optimist.elasticsearch.testkit.Fault;
import dev.optimist.elasticsearch.testkit.FaultPlan;
import dev.optimist.elasticsearch.testkit.FaultProxy;
import java.io.IOException;
import java.util.List;
import org.jsoup.Connection;
import org.jsoup.Connection.Method;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.FormElement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages of the edit form, as a browser without scripts has them. */
@Tag("once") // the pages are the same for every server
class EditFormIT extends ServerTest {
    private static final String TEXT = "First line.\n  Second line, with \"quotes\" & <b>no bold</b>.\n\nLast.";

    private FaultProxy proxy;
    private VersionedClient behindProxy;
    private VersionedDocuments<ObjectNode> posts;
    private PostServer pages;

    @BeforeEach
    void aPost() throws IOException {
        proxy = FaultProxy.before(server.url());
        behindProxy = VersionedClient.connect(proxy.url());
        posts = typed(behindProxy.documents(index, ObjectNode.class));
        posts.create("1", post());
        pages = PostServer.start(posts, 0);
    }

    @AfterEach
    void close() {
        pages.close();
        behindProxy.close();
        proxy.close();
    }

    private static ObjectNode post() {
        ObjectNode post = JsonNodeFactory.instance
                .objectNode()
                .put("title", "A post")
                .put("author", "Jane")
                .put("text", TEXT)
                .put("views", 7);
        post.putArray("tags").add("x").add("y");
        return post;
    }

    private JsonNode source() {
        return stored("1").get("_source");
    }

    private long version() {
        return stored("1").get("_version").longValue();
    }

    private FormElement form() throws IOException {
        return form(get("/posts/1/edit", 200));
    }

    private static FormElement form(Document page) {
        return page.expectForm("form");
    }

    private Document get(String path, int status) throws IOException {
        return read(Jsoup.connect(pages.url() + path), status);
    }

    private static Document read(Connection connection, int status) throws IOException {
        Connection.Response answer = connection.ignoreHttpErrors(true).execute();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return answer.parse();
    }

    private static Document send(FormElement form, int status) throws IOException {
        return read(form.submit(), status);
    }

    private static FormElement with(FormElement form, String field, String value) {
        form.expectFirst("[name=" + field + "]").val(value);
        return form;
    }

    private static FormElement choose(FormElement form, String field, String choice) {
        form.expectFirst("input[name=choice." + field + "][value=" + choice + "]")
                .attr("checked", true);
        return form;
    }

    /** Sends a form that both have loaded, and that somebody else has saved first with another title. */
    private Document conflict() throws IOException {
        FormElement mine = form();
        send(with(form(), "title", "Theirs"), 200);
        return send(with(mine, "title", "Mine"), 409);
    }

    private Document writesNothing(FormElement form, int status) throws IOException {
        JsonNode before = stored("1");
        Document page = send(form, status);
        assertThat(stored("1")).isEqualTo(before);
        return page;
    }

    @Test
    void thePostIsShown() throws IOException {
        Document page = get("/", 200);
        assertThat(page.location()).isEqualTo(pages.url() + "/posts/1");
        assertThat(page.expectFirst("h1").text()).isEqualTo("A post");
        assertThat(page.expectFirst(".text").wholeText()).isEqualTo(TEXT);
        assertThat(page.expectFirst(".by").text()).isEqualTo("by Jane · version 1 · x · y");
    }

    @Test
    void whatIsChangedIsSavedAndNothingElse() throws IOException {
        Document page = send(with(form(), "title", "Another"), 200);
        assertThat(page.expectFirst("[role=status]").text()).isEqualTo("Saved as version 2.");
        assertThat(page.expectFirst("h1").text()).isEqualTo("Another");
        assertThat(source()).isEqualTo(post().put("title", "Another"));
        assertThat(get("/posts/1?saved=1&also=title", 200).select("[role=status]"))
                .as("an old address, or somebody else's")
                .isEmpty();
    }

    @Test
    void whoChangesNothingWritesNothing() throws IOException {
        String news = "You have changed nothing, and nothing was saved.";
        FormElement untouched = form();
        assertThat(writesNothing(untouched, 200).expectFirst("[role=status]").text())
                .isEqualTo(news);
        send(with(form(), "title", "Theirs"), 200);
        Document page = writesNothing(untouched, 200);
        assertThat(page.expectFirst("[role=status]").text()).isEqualTo(news);
        assertThat(page.expectFirst("h1").text()).isEqualTo("Theirs");
    }

    @Test
    void whoEditsOtherFieldsWinsToo() throws IOException {
        FormElement mine = form();
        send(with(with(form(), "title", "Theirs"), "tags", "x, theirs"), 200);
        Document page = send(with(with(mine, "text", "Mine"), "tags", "x, y, mine"), 200);
        assertThat(page.expectFirst("[role=status]").text())
                .isEqualTo("Saved as version 3. Somebody else has saved while you were editing; both edits are kept."
                        + " Theirs: Title, Tags.");
        ObjectNode both = post().put("title", "Theirs").put("text", "Mine");
        both.putArray("tags").add("x").add("theirs").add("mine");
        assertThat(source()).isEqualTo(both);
        assertThat(version()).isEqualTo(3);
    }

    @Test
    void whoEditsTheSameHasToChoose() throws IOException {
        FormElement mine = form();
        send(with(with(form(), "title", "Theirs"), "author", "John"), 200);
        Document page = writesNothing(with(with(mine, "title", "Mine"), "text", "Mine, too"), 409);
        assertThat(page.expectFirst("[role=alert]").text())
                .startsWith("Nothing is saved yet.")
                .contains("changed the same as you: Title.");
        Element disputed = page.expectFirst("fieldset");
        assertThat(page.select("fieldset")).hasSize(1);
        assertThat(disputed.expectFirst("legend").text()).isEqualTo("Title");
        assertThat(disputed.select(".three .text").eachText()).containsExactly("A post", "A postTheirs", "A postMine");
        assertThat(disputed.select(".theirs ins").eachText()).containsExactly("Theirs");
        assertThat(disputed.select(".mine ins").eachText()).containsExactly("Mine");
        assertThat(disputed.select(".mine del").eachText()).containsExactly("A post");
        assertThat(page.select("dt").eachText())
                .containsExactly("Author changed by somebody else", "Tags", "Text changed by you");
        assertThat(page.select("dd").eachText()).containsExactly("John", "x, y", "Mine, too");
    }

    @ParameterizedTest
    @CsvSource({"theirs, Theirs", "mine, Mine", "other, Something else"})
    void whatIsChosenIsSaved(String choice, String title) throws IOException {
        FormElement mine = form();
        send(with(with(form(), "title", "Theirs"), "author", "John"), 200);
        FormElement asked = form(send(with(with(mine, "title", "Mine"), "text", "Mine, too"), 409));
        Document page = send(with(choose(asked, "title", choice), "title", "Something else"), 200);
        assertThat(page.expectFirst("[role=status]").text()).isEqualTo("Saved as version 3.");
        assertThat(source())
                .isEqualTo(post().put("title", title).put("author", "John").put("text", "Mine, too"));
    }

    @Test
    void whoDoesNotChooseIsAskedAgain() throws IOException {
        FormElement asked = form(conflict());
        Document again = writesNothing(asked, 422);
        assertThat(again.expectFirst("[role=alert]").text())
                .isEqualTo("Nothing is saved yet. Choose for each of these: Title.");
        assertThat(again.select(".three .text").eachText()).containsExactly("A post", "A postTheirs", "A postMine");
        send(choose(form(again), "title", "mine"), 200);
        assertThat(source()).isEqualTo(post().put("title", "Mine"));
    }

    @Test
    void whoeverSavesWhileTheUserChoosesIsNotOverwrittenEither() throws IOException {
        FormElement asked = form(conflict());
        send(with(form(), "title", "Theirs again"), 200);
        Document again = writesNothing(choose(asked, "title", "mine"), 409);
        assertThat(again.select(".three .text").eachText()).containsExactly("Theirs", "Theirs again", "TheirsMine");
        send(with(form(), "author", "John"), 200);
        send(choose(form(again), "title", "mine"), 200);
        assertThat(source()).isEqualTo(post().put("title", "Mine").put("author", "John"));
    }

    @Test
    void theSameEditByTwoIsNoConflict() throws IOException {
        FormElement mine = form();
        send(with(form(), "title", "Same"), 200);
        Document page = writesNothing(with(mine, "title", "Same"), 200);
        assertThat(page.expectFirst("[role=status]").text()).isEqualTo("Saved as version 2.");
    }

    @Test
    void whatWasDeletedStaysSoAndNothingTypedIsLost() throws IOException {
        FormElement mine = form();
        posts.delete("1", WriteCondition.none());
        Document page = send(with(mine, "title", "Typed for an hour"), 410);
        assertThat(page.text()).contains("deleted this post", "Typed for an hour");
        assertThat(posts.get("1")).isEmpty();
        get("/posts/1", 404);
        get("/posts/1/edit", 404);
    }

    @Test
    void aFormOfAnotherPostOrServerIsRefusedAndNothingTypedIsLost() throws IOException {
        posts.create("2", post().put("title", "The second"));
        String second = get("/posts/2/edit", 200).expectFirst("[name=token]").val();
        String mine = form().expectFirst("[name=token]").val();
        String foreign;
        try (PostServer restarted = PostServer.start(posts, 0)) {
            foreign = Jsoup.connect(restarted.url() + "/posts/1/edit")
                    .get()
                    .expectFirst("[name=token]")
                    .val();
        }
        for (String token : List.of(second, foreign, mine.substring(1), mine + "A", "", "<script>")) {
            Document page = writesNothing(with(with(form(), "token", token), "title", "Typed"), 409);
            assertThat(page.expectFirst("h1").text()).as(token).isEqualTo("This form is too old to be saved");
            assertThat(page.select("dd").eachText()).contains("Typed");
        }
    }

    @Test
    void anIndexThatWasMadeAnewIsAnother() throws IOException {
        FormElement mine = form();
        rest.delete("/" + index).ok();
        rest.put("/" + index, "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0}}")
                .ok();
        posts.create("1", post());
        assertThat(writesNothing(mine, 409).text()).contains("OTHER_INCARNATION");
    }

    @Test
    void anAnswerThatIsLostIsSaidAndSavingAgainDoesNotSaveTwice() throws IOException {
        FormElement mine = with(form(), "title", "Mine");
        proxy.plan(FaultPlan.next(1, Fault.RESET_AFTER));
        Document page = send(mine, 503);
        assertThat(page.expectFirst("[role=alert]").text()).startsWith("Nobody can tell whether this was saved.");
        assertThat(source()).isEqualTo(post().put("title", "Mine"));
        send(with(form(), "author", "John"), 200); // somebody else, on top of that
        Document again = send(form(page), 200);
        assertThat(again.expectFirst("[role=status]").text()).contains("both edits are kept. Theirs: Author.");
        assertThat(source()).isEqualTo(post().put("title", "Mine").put("author", "John"));
        assertThat(version()).isEqualTo(3);
    }

    @Test
    void whileNoServerAnswersTheFormIsKept() throws IOException {
        FormElement mine = with(form(), "title", "Mine");
        proxy.close();
        Document page = writesNothing(mine, 503);
        assertThat(page.expectFirst("[role=alert]").text()).startsWith("This is not saved.");
        assertThat(page.expectFirst("#title").val()).isEqualTo("Mine");
        assertThat(page.expectFirst("[name=token]").val())
                .isEqualTo(mine.expectFirst("[name=token]").val());
    }

    @Test
    void whatAFieldCannotShowIsNotChangedByIt() throws IOException {
        ObjectNode odd = JsonNodeFactory.instance
                .objectNode()
                .put("title", 42)
                .putNull("author")
                .put("text", "a\rb\r\nc\u2028d");
        odd.putArray("tags").add(1).add(true);
        posts.index("1", odd, WriteCondition.none());
        // as a browser sends it
        FormElement form = with(form(), "text", "a\r\nb\r\nc\u2028d");
        send(form, 200);
        assertThat(source()).isEqualTo(odd);
        send(with(form(), "tags", ", b,a ,, b"), 200);
        assertThat(source().get("tags").toString()).isEqualTo("[\"b\",\"a\"]");
    }

    @Test
    void nothingThatIsSentBecomesMarkup() throws IOException {
        String evil = "\"><script>alert(1)</script>'`=&amp;{{base}}";
        FormElement mine = form();
        send(with(with(with(form(), "title", evil), "author", evil), "text", evil), 200);
        Document shown = get("/posts/1?saved=" + version() + "&also=%3Cscript%3E", 200);
        Document asked = send(with(mine, "title", "Mine " + evil), 409);
        Document edit = get("/posts/1/edit", 200);
        for (Document page : List.of(shown, asked, edit)) {
            assertThat(page.select("script")).isEmpty();
        }
        assertThat(shown.expectFirst("h1").text()).isEqualTo(evil);
        assertThat(edit.expectFirst("#author").val()).isEqualTo(evil);
        send(choose(form(asked), "title", "mine"), 200);
        assertThat(source().get("title").textValue()).isEqualTo("Mine " + evil);
    }

    @Test
    void aFormOnAPageOfAnotherSiteIsRefused() throws IOException {
        FormElement mine = with(form(), "title", "Mine");
        JsonNode before = stored("1");
        for (String from : List.of("cross-site", "same-site")) {
            read(mine.submit().header("Sec-Fetch-Site", from), 403);
        }
        assertThat(stored("1")).isEqualTo(before);
        read(mine.submit().header("Sec-Fetch-Site", "same-origin"), 200);
    }

    @Test
    void whatIsNoFormOrPageIsRefused() throws IOException {
        assertThat(writesNothing(with(form(), "base", "{"), 400).text()).contains("base: not a JSON object");
        writesNothing(with(form(), "base", "[]"), 400);
        writesNothing(with(form(), "text", "x".repeat(1 << 20)), 413);
        read(Jsoup.connect(pages.url() + "/posts/1").method(Method.POST).requestBody("token=%zz"), 400);
        read(Jsoup.connect(pages.url() + "/posts/1").method(Method.DELETE), 405);
        read(Jsoup.connect(pages.url() + "/posts/1/edit").method(Method.POST).requestBody(""), 405);
        get("/posts/no-such-post", 404);
        get("/posts/..%2F1", 404);
        get("/other", 404);
    }
}
