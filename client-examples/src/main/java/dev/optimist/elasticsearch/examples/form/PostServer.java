package dev.optimist.elasticsearch.examples.form;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.optimist.elasticsearch.OptimistException;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.examples.form.Pages.Alert;
import dev.optimist.elasticsearch.examples.form.PostEditor.Conflict;
import dev.optimist.elasticsearch.examples.form.PostEditor.Deleted;
import dev.optimist.elasticsearch.examples.form.PostEditor.Draft;
import dev.optimist.elasticsearch.examples.form.PostEditor.NotOurs;
import dev.optimist.elasticsearch.examples.form.PostEditor.Outcome;
import dev.optimist.elasticsearch.examples.form.PostEditor.Saved;
import dev.optimist.elasticsearch.examples.form.PostEditor.Unchanged;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the pages of a blog on a loopback address: {@code /posts/1} shows a post, {@code /posts/1/edit} its form, and a
 * {@code POST} to {@code /posts/1} saves.
 *
 * <p>Thread-safe.
 */
public final class PostServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostServer.class);
    private static final Pattern PATH = Pattern.compile("/posts/([A-Za-z0-9_-]{1,64})(/edit)?");
    private static final int THREADS = 8;

    /** In bytes. A form carries the post two times. */
    private static final int LONGEST_FORM = 1 << 20;

    private final PostEditor posts;
    private final HttpServer http;
    private final ExecutorService threads;

    private PostServer(PostEditor posts, HttpServer http, ExecutorService threads) {
        this.posts = posts;
        this.http = http;
        this.threads = threads;
    }

    /**
     * Starts it.
     *
     * @param posts as JSON, so that what the form does not show is kept
     * @param port to listen on, or 0 for any that is free
     * @throws IOException if the port is taken
     */
    public static PostServer start(VersionedDocuments<ObjectNode> posts, int port) throws IOException {
        // one key for all servers of an application, and kept, or nobody can save a form that was loaded before a
        // restart
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        PostServer server = new PostServer(new PostEditor(posts, key), http, threads);
        http.setExecutor(threads);
        http.createContext("/", server::handle);
        http.start();
        return server;
    }

    /** Returns where it is, without a slash at the end. */
    public String url() {
        return "http://localhost:" + http.getAddress().getPort();
    }

    /** Stops. */
    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    private record Answer(
            int status, String type, String body, @Nullable String location) {
        static Answer html(int status, String body) {
            return new Answer(status, "text/html; charset=utf-8", body, null);
        }

        static Answer elsewhere(String location) {
            return new Answer(303, "text/html; charset=utf-8", "", location);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = answer(exchange);
            } catch (RuntimeException e) {
                LOG.error("{} {}", exchange.getRequestMethod(), exchange.getRequestURI(), e);
                answer = message(500, "Something went wrong", "It is in the log of the server.");
            }
            send(exchange, answer);
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders()
                .set(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'");
        if (answer.location() != null) {
            exchange.getResponseHeaders().set("Location", answer.location());
        }
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        boolean bodiless = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(answer.status(), bodiless ? -1 : body.length);
        if (!bodiless) {
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        boolean reads = List.of("GET", "HEAD").contains(exchange.getRequestMethod());
        if (path.equals("/") && reads) {
            return Answer.elsewhere("/posts/1");
        }
        if (path.equals("/style.css") && reads) {
            return new Answer(200, "text/css; charset=utf-8", Pages.resource("style.css"), null);
        }
        Matcher post = PATH.matcher(path);
        if (!post.matches()) {
            return message(404, "There is no such page", "");
        }
        String id = post.group(1);
        if (reads) {
            return post.group(2) == null ? show(id, exchange.getRequestURI().getRawQuery()) : edit(id);
        }
        if (exchange.getRequestMethod().equals("POST") && post.group(2) == null) {
            return isOfAnotherSite(exchange)
                    ? message(403, "Refused", "This form is on a page of another site.")
                    : save(id, exchange);
        }
        return message(405, "There is no such method", "");
    }

    /** Every browser of today says where a form comes from. */
    private static boolean isOfAnotherSite(HttpExchange exchange) {
        String from = exchange.getRequestHeaders().getFirst("Sec-Fetch-Site");
        return from != null && !from.equals("same-origin") && !from.equals("none");
    }

    private Answer show(String id, @Nullable String query) {
        Optional<VersionedDocument<ObjectNode>> post = posts.load(id);
        if (post.isEmpty()) {
            return message(404, "There is no such post", "Maybe somebody has deleted it.");
        }
        SentForm news = new SentForm(query == null ? "" : query);
        return Answer.html(200, Pages.post(id, post.get(), news.value("saved"), news.fields("also")));
    }

    private Answer edit(String id) {
        return posts.load(id)
                .map(post -> Answer.html(
                        200, Pages.edit(id, new Draft(posts.token(post), post.source(), post.source()), null)))
                .orElseGet(() -> message(404, "There is no such post", "Maybe somebody has deleted it."));
    }

    private Answer save(String id, HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST_FORM + 1);
        if (body.length > LONGEST_FORM) {
            return message(
                    413, "This is too long", "A form may have " + LONGEST_FORM + " bytes. Nothing was saved; go back.");
        }
        SentForm form;
        Draft draft;
        try {
            form = new SentForm(new String(body, StandardCharsets.UTF_8));
            draft = form.draft();
        } catch (IllegalArgumentException e) {
            return message(400, "This is not the form of a post", Objects.toString(e.getMessage(), ""));
        }
        List<Field> unanswered = form.unanswered();
        if (!unanswered.isEmpty()) {
            return Answer.html(422, Pages.conflict(id, draft.token(), form.choices(), unanswered));
        }
        try {
            return answer(id, draft, posts.save(id, draft));
        } catch (OutcomeUnknownException e) {
            // the condition makes it safe to send it again: if it was saved, the merge finds nothing left to do
            LOG.warn("post {}: {}", id, e.getMessage());
            return Answer.html(
                    503,
                    Pages.edit(
                            id,
                            draft,
                            new Alert(
                                    "Nobody can tell whether this was saved.",
                                    "Save it again: it will not be saved twice.")));
        } catch (OptimistException e) {
            LOG.warn("post {}: {}", id, e.getMessage());
            return Answer.html(503, Pages.edit(id, draft, new Alert("This is not saved.", "Try it again in a while.")));
        }
    }

    private Answer answer(String id, Draft draft, Outcome outcome) {
        if (outcome instanceof Saved saved) {
            String also = Arrays.stream(Field.values())
                    .filter(field -> !field.shown(saved.document()).equals(field.shown(draft.mine())))
                    .map(field -> "&also=" + field.key)
                    .reduce("", String::concat);
            return Answer.elsewhere("/posts/" + id + "?saved=" + saved.version() + also);
        }
        if (outcome instanceof Unchanged) {
            return Answer.elsewhere("/posts/" + id + "?saved=nothing");
        }
        if (outcome instanceof Conflict conflict) {
            String token = posts.token(conflict.latest());
            return Answer.html(409, Pages.conflict(id, token, Choices.of(draft, conflict), List.of()));
        }
        String there = "/posts/" + id;
        if (outcome instanceof Deleted) {
            return Answer.html(
                    410,
                    Pages.message(
                            "Somebody else has deleted this post", "Nothing was saved.", there, "Go on", draft.mine()));
        }
        NotOurs notOurs = (NotOurs) outcome;
        return Answer.html(
                409,
                Pages.message(
                        "This form is too old to be saved",
                        "Nothing was saved (" + notOurs.reason() + "). Load the post again and edit that.",
                        there + "/edit",
                        "Load it again",
                        draft.mine()));
    }

    private static Answer message(int status, String heading, String text) {
        return Answer.html(status, Pages.message(heading, text, "/", "To the posts", null));
    }
}
