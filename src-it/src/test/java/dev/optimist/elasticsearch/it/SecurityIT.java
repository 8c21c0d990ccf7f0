package dev.optimist.elasticsearch.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.optimist.elasticsearch.ConnectOptions;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OptimistException;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server with security on: https with a certificate authority of its own, passwords and API keys. */
class SecurityIT {
    private static final String PASSWORD = "correct horse";

    private static ElasticsearchServer server;
    private static Path ca;

    record Note(String text) {}

    @BeforeAll
    static void start() {
        server = ServerTest.ownServer(o -> o.password(PASSWORD));
        ca = server.caCertificate().orElseThrow();
        try (VersionedClient admin = connect(o -> o.basicAuth("elastic", PASSWORD))) {
            admin.elasticsearch().indices().create(c -> c.index("notes").settings(s -> s.numberOfReplicas("0")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aPasswordIsEnough() {
        try (VersionedClient client = connect(o -> o.basicAuth("elastic", PASSWORD))) {
            VersionedDocuments<Note> notes = client.documents("notes", Note.class);
            notes.create("password", new Note("a"));
            notes.readModifyWrite("password", n -> new Note("b"));
            assertThat(notes.get("password").orElseThrow().version()).isEqualTo(2);
        }
    }

    /** No key can be made here, as this distribution lacks what the index for keys needs; but keys are looked at. */
    @Test
    void aWrongApiKeyIsRejectedAsOne() {
        String key = Base64.getEncoder().encodeToString("nobodys-id:nobodys-secret".getBytes(UTF_8));
        try (VersionedClient client = connect(o -> o.apiKey(key))) {
            RequestRejectedException e = catchThrowableOfType(
                    RequestRejectedException.class,
                    () -> client.documents("notes", Note.class).get("key"));
            assertThat(e.status()).hasValue(401);
            assertThat(e).hasMessageContaining("unable to authenticate with provided credentials");
            assertThat(stackTrace(e)).doesNotContain("nobodys", key);
        }
        // without one the answer is another, so the key has arrived
        try (VersionedClient client = connect(o -> {})) {
            assertThat(catchThrowableOfType(
                            RequestRejectedException.class,
                            () -> client.documents("notes", Note.class).get("key")))
                    .hasMessageContaining("missing authentication credentials");
        }
    }

    /** The one ingest processor that every distribution has, and only with security on. */
    @Test
    void aPipelineMayStoreSomethingElseThanWasSent() throws IOException {
        try (VersionedClient client = connect(o -> o.basicAuth("elastic", PASSWORD))) {
            client.elasticsearch()
                    .ingest()
                    .putPipeline(p -> p.id("it-user").processors(s -> s.setSecurityUser(u -> u.field("by"))));
            VersionedDocuments<Map<String, Object>> notes = client.documents(
                            "notes", new TypeReference<Map<String, Object>>() {})
                    .with(o -> o.pipeline("it-user"));
            notes.create("piped", Map.of("text", "a"));
            ModificationResult<Map<String, Object>> written = notes.readModifyWrite("piped", n -> Map.of("text", "b"));
            assertThat(written.source()).isEqualTo(Map.of("text", "b"));
            Map<String, Object> stored = notes.get("piped").orElseThrow().source();
            assertThat(stored).containsEntry("text", "b").containsKey("by");
        }
    }

    @Test
    void aWrongPasswordIsRejectedAndKeptSecret() {
        try (VersionedClient client = connect(o -> o.basicAuth("elastic", "wrong horse"))) {
            VersionedDocuments<Note> notes = client.documents("notes", Note.class);
            RequestRejectedException e = catchThrowableOfType(
                    RequestRejectedException.class, () -> notes.index("wrong", new Note("a"), WriteCondition.none()));
            assertThat(e.status()).hasValue(401);
            assertThat(stackTrace(e) + notes).doesNotContain("horse", "d3Jvbmcg"); // nor in Base64
            assertThat(catchThrowableOfType(RequestRejectedException.class, () -> notes.get("wrong"))
                            .status())
                    .hasValue(401);
        }
    }

    @Test
    void anUnknownAuthorityIsRefusedBeforeAnythingIsSent() {
        try (VersionedClient client =
                VersionedClient.connect(o -> o.hosts(server.url()).basicAuth("elastic", PASSWORD))) {
            VersionedDocuments<Note> notes = client.documents("notes", Note.class);
            OptimistException e =
                    catchThrowableOfType(RequestRejectedException.class, () -> notes.create("tls", new Note("a")));
            assertThat(e).hasMessageContaining("SSLHandshakeException");
        }
        try (VersionedClient client = connect(o -> o.basicAuth("elastic", PASSWORD))) {
            assertThat(client.documents("notes", Note.class).get("tls")).isEmpty();
        }
    }

    private static String stackTrace(Throwable thrown) {
        StringWriter all = new StringWriter();
        thrown.printStackTrace(new PrintWriter(all));
        return all.toString();
    }

    private static VersionedClient connect(Consumer<ConnectOptions> signIn) {
        return VersionedClient.connect(o -> {
            o.hosts(server.url()).caCertificate(ca);
            signIn.accept(o);
        });
    }
}
