package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.examples.form.PostServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/**
 * Two people edit one post in two browsers, of which one runs no scripts. The pages are checked by axe, and pictures of them are
 * left in {@code target/edit-form}. What else may be sent is in {@link EditFormIT}.
 */
@Tag("browser")
class EditFormBrowserIT extends ServerTest {
    private static final Path PICTURES = Path.of("target/edit-form");

    private static final String TEXT = """
            Two clients read version 1 of a document. Both save. The first one's change is gone, and nobody was told.

            That is what we want to talk about today.""";

    private final List<String> failed = new ArrayList<>();
    private int passed;

    private VersionedDocuments<ObjectNode> posts;
    private PostServer pages;
    private Browser jane;
    private Browser john;

    private void check(String what, Object found, Object expected) {
        if (Objects.equals(found, expected)) {
            passed++;
        } else {
            failed.add(what + ": found " + found + ", expected " + expected);
        }
    }

    @Test
    void twoPeopleEditOnePost() throws IOException {
        posts = typed(client.documents(index, ObjectNode.class));
        posts.create("1", post());
        try (PostServer server = PostServer.start(posts, 0);
                Browser first = new Browser(true);
                Browser second = new Browser(false)) {
            pages = server;
            jane = first;
            john = second;
            whatIsNotEdited();
            differentFields();
            theSameField();
            theSameText();
        } finally {
            String line = "edit form: " + passed + " checks passed, " + failed.size() + " failed";
            Files.writeString(Path.of("target/edit-form.txt"), line + "\n");
            System.out.println(line);
        }
        assertThat(failed).isEmpty();
        assertThat(passed).isGreaterThanOrEqualTo(30);
    }

    private static ObjectNode post() {
        ObjectNode post = JsonNodeFactory.instance
                .objectNode()
                .put("title", "Nobody was told")
                .put("author", "Jane")
                .put("text", TEXT)
                .put("views", 7);
        post.putArray("tags").add("elasticsearch").add("concurrency");
        return post;
    }

    private void stored(ObjectNode expected, long version) {
        VersionedDocument<ObjectNode> now = posts.get("1").orElseThrow();
        check("stored post", now.source(), expected);
        check("stored version", now.version(), version);
    }

    private void bothOpenTheForm() {
        jane.open(pages.url() + "/posts/1/edit");
        john.open(pages.url() + "/posts/1/edit");
    }

    /** Of the page that Jane sees, as John's browser can be asked nothing. */
    private void looks(String name) throws IOException {
        List<Rule> violations = new AxeBuilder().analyze(jane.driver()).getViolations();
        check("axe on " + name, violations.stream().map(Rule::getId).toList(), List.of());
        check("scripts on " + name, jane.driver().executeScript("return document.scripts.length"), 0L);
        jane.picture(PICTURES.resolve(name + ".png"), 1100);
        for (int width : List.of(390, 1100)) {
            jane.width(width);
            check(
                    name + " at " + width + " px has to be scrolled aside",
                    jane.driver()
                            .executeScript("let e = document.documentElement; return e.scrollWidth > e.clientWidth"),
                    false);
        }
    }

    /** A browser has its own idea of where lines end, and drops one at the beginning. */
    private void whatIsNotEdited() {
        ObjectNode odd = post().put("text", "\n\n  two lines ahead, \r\n and two behind\n\n");
        posts.create("2", odd);
        john.open(pages.url() + "/posts/2/edit");
        john.type("author", "John");
        john.save();
        check("what John has not edited", posts.get("2").orElseThrow().source(), odd.put("author", "John"));
    }

    /** Both win, and nobody is asked. */
    private void differentFields() throws IOException {
        bothOpenTheForm();
        check("title in the form", john.one("#title").getAttribute("value"), "Nobody was told");
        looks("edit");
        jane.type("title", "Everybody was told");
        jane.save();
        check("Jane hears", jane.texts("[role=status]"), List.of("Saved as version 2."));
        john.type("tags", "elasticsearch, concurrency, versions");
        john.save();
        check(
                "John hears",
                john.texts("[role=status]"),
                List.of(
                        "Saved as version 3. Somebody else has saved while you were editing; both edits are kept. Theirs: Title."));
        check("John sees", john.texts("h1"), List.of("Everybody was told"));
        ObjectNode both = post().put("title", "Everybody was told");
        both.withArray("tags").add("versions");
        stored(both, 3);
        jane.open(john.driver().getCurrentUrl());
        looks("merged");
    }

    /** John is asked, and answers by keyboard. */
    private void theSameField() {
        ObjectNode before = posts.get("1").orElseThrow().source();
        bothOpenTheForm();
        jane.type("title", "Everybody was told at once");
        jane.save();
        john.type("title", "Everybody is told");
        john.type("author", "John");
        john.save();
        check("John's page", john.texts("h1"), List.of("Somebody else has changed this, too"));
        check(
                "the three values",
                john.texts(".three .text"),
                List.of("Everybody was told", "Everybody was told at once", "Everybody wasis told"));
        check("what is new in theirs", john.texts(".theirs ins"), List.of(" at once"));
        check("what is gone in mine", john.texts(".mine del"), List.of("was"));
        check("what needs no choice", john.texts(".rest dt"), List.of("Author changed by you", "Tags", "Text"));
        stored(before.deepCopy().put("title", "Everybody was told at once"), 4);

        john.press();
        check("without a choice he stays", john.texts("h1"), List.of("Somebody else has changed this, too"));
        stored(before.deepCopy().put("title", "Everybody was told at once"), 4);

        john.one("[value=theirs]").sendKeys(Keys.ARROW_DOWN); // on to mine, which takes it
        check("chosen by keyboard", john.one("[value=mine]").isSelected(), true);
        john.toTheNextPage(() -> john.one("[value=mine]").sendKeys(Keys.ENTER));
        check("John hears", john.texts("[role=status]"), List.of("Saved as version 5."));
        stored(before.deepCopy().put("title", "Everybody is told").put("author", "John"), 5);
    }

    /** Jane is asked, and writes it anew. */
    private void theSameText() throws IOException {
        ObjectNode before = posts.get("1").orElseThrow().source();
        bothOpenTheForm();
        john.type("text", TEXT.replace("nobody was told", "it was told to nobody"));
        john.type("title", "It was told to nobody");
        john.save();
        jane.type("text", TEXT.replace("The first one's change is gone", "One of the changes is lost"));
        jane.type("tags", "elasticsearch, versions");
        jane.save();
        check("Jane's page", jane.texts("h1"), List.of("Somebody else has changed this, too"));
        check(
                "what needs no choice",
                jane.texts(".rest dt"),
                List.of("Title changed by somebody else", "Author", "Tags changed by you"));
        looks("conflict");
        jane.picture(PICTURES.resolve("conflict-narrow.png"), 500);
        jane.one("textarea").clear();
        jane.one("textarea").sendKeys("Both of us are right.\nSo be it.");
        jane.one("[value=other]").click();
        jane.save();
        check("Jane hears", jane.texts("[role=status]"), List.of("Saved as version 7."));
        ObjectNode expected =
                before.deepCopy().put("title", "It was told to nobody").put("text", "Both of us are right.\nSo be it.");
        expected.putArray("tags").add("elasticsearch").add("versions");
        stored(expected, 7);
    }
}
