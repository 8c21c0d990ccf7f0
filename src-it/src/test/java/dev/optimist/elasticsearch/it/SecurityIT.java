package dev.optimist.elasticsearch.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.json.JsonData;
import co.elastic.clients.transport.TransportUtils;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.ConnectOptions;
import dev.optimist.elasticsearch.Internals;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OptimistException;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server with security on: https with a certificate authority of its own, passwords and API keys. */
@ElasticsearchJava9
@Since(value = "7", openSearch = false, because = "its security comes as a plugin that the distribution does not have")
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

    /** The index has it, and nothing tells the client: only that what is read is not what it has sent. */
    @Test
    void aPipelineOfTheIndexKeepsTheLastWriteFromBeingReused() throws IOException {
        try (VersionedClient client = connect(o -> o.basicAuth("elastic", PASSWORD))) {
            client.elasticsearch()
                    .ingest()
                    .putPipeline(p -> p.id("it-by").processors(s -> s.setSecurityUser(u -> u.field("by"))));
            for (String setting : List.of("index.default_pipeline", "index.final_pipeline")) {
                String index = setting.substring("index.".length());
                client.elasticsearch()
                        .indices()
                        .create(c -> c.index(index)
                                .settings(s -> s.numberOfReplicas("0").otherSettings(setting, JsonData.of("it-by"))));
                VersionedDocuments<Map<String, Object>> notes = client.documents(
                                index, new TypeReference<Map<String, Object>>() {})
                        .with(o -> o.reuseLastWrite(true));
                notes.create("1", Map.of("text", "a"));
                for (int i = 0; i < 3; i++) {
                    String text = "b" + i;
                    long before = Internals.requests(client);
                    notes.readModifyWrite("1", note -> {
                        assertThat(note).as("never as it was sent").containsKey("by");
                        return Map.of("text", text);
                    });
                    assertThat(Internals.requests(client) - before)
                            .as("a read and a write")
                            .isEqualTo(2);
                }
            }
        }
    }

    /** It begins to work after the index was seen to store what it is sent, and after the first of three calls was begun. */
    @Test
    void callsThatGoTogetherGoOnFromWhatAPipelineMadeOfTheirWriteFromTheFirstOn() throws Exception {
        try (VersionedClient client = connect(o -> o.basicAuth("elastic", PASSWORD))) {
            client.elasticsearch()
                    .ingest()
                    .putPipeline(p -> p.id("it-late").processors(s -> s.setSecurityUser(u -> u.field("by"))));
            client.elasticsearch().indices().create(c -> c.index("late").settings(s -> s.numberOfReplicas("0")));
            VersionedDocuments<Map<String, Object>> notes =
                    client.documents("late", new TypeReference<Map<String, Object>>() {});
            notes.create("1", Map.of("text", "a"));
            for (int i = 0; i < 5; i++) {
                three(notes, () -> {}, note -> assertThat(note).doesNotContainKey("by"));
            }
            three(
                    notes,
                    () -> client.elasticsearch()
                            .indices()
                            .putSettings(s -> s.index("late")
                                    .settings(t -> t.otherSettings("index.default_pipeline", JsonData.of("it-late")))),
                    note -> assertThat(note).as("not as it was sent").containsKey("by"));
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** One call, and two that wait for it and go together. */
    private static void three(
            VersionedDocuments<Map<String, Object>> notes, Step during, Consumer<Map<String, Object>> seenByTheOthers) {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<?> first = notes.async().readModifyWrite("1", note -> {
            begun.countDown();
            await(go);
            return Map.of("text", "b");
        });
        await(begun);
        List<CompletableFuture<?>> others = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            boolean second = i == 0;
            others.add(notes.async().readModifyWrite("1", note -> {
                if (second) {
                    seenByTheOthers.accept(note);
                }
                return Map.of("text", "c");
            }));
        }
        try {
            during.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        go.countDown();
        first.join();
        others.forEach(CompletableFuture::join);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
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
            assertThat(e).hasMessageContaining("unable to authenticate user [elastic]");
            assertThat(catchThrowableOfType(RequestRejectedException.class, () -> notes.get("wrong"))
                            .status())
                    .hasValue(401);
            assertThat(catchThrowableOfType(
                                    RequestRejectedException.class, () -> notes.readModifyWrite("wrong", n -> n))
                            .status())
                    .hasValue(401);
            assertThat(Internals.requests(client))
                    .as("one each, and none again")
                    .isEqualTo(3);
        }
    }

    @Test
    void anUnknownAuthorityIsRefusedBeforeAnythingIsSent() {
        try (VersionedClient client =
                VersionedClient.connect(o -> o.hosts(server.url()).basicAuth("elastic", PASSWORD))) {
            VersionedDocuments<Note> notes = client.documents("notes", Note.class);
            OptimistException e =
                    catchThrowableOfType(RequestRejectedException.class, () -> notes.create("tls", new Note("a")));
            assertThat(e).hasMessageContaining("SSLHandshakeException").hasMessageContaining(authority());
        }
        try (VersionedClient client = connect(o -> o.basicAuth("elastic", PASSWORD))) {
            assertThat(client.documents("notes", Note.class).get("tls")).isEmpty();
        }
    }

    private static X509Certificate certificate() {
        try (InputStream in = Files.newInputStream(ca)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (IOException | CertificateException e) {
            throw new AssertionError(e);
        }
    }

    private static String authority() {
        return certificate().getSubjectX500Principal().getName(X500Principal.RFC2253);
    }

    /** Of the last certificate that the server sends: some have been told to send their authority's, some have not. */
    @Test
    void aFingerprintOfWhatIsSentIsEnough() throws Exception {
        URI url = URI.create(server.url());
        byte[] sha256;
        try (SSLSocket socket = (SSLSocket) TransportUtils.sslContextFromHttpCaCrt(ca.toFile())
                .getSocketFactory()
                .createSocket(url.getHost(), url.getPort())) {
            Certificate[] sent = socket.getSession().getPeerCertificates();
            sha256 = MessageDigest.getInstance("SHA-256").digest(sent[sent.length - 1].getEncoded());
        }
        String fingerprint = HexFormat.ofDelimiter(":").formatHex(sha256);
        try (VersionedClient client = VersionedClient.connect(
                o -> o.hosts(server.url()).caFingerprint(fingerprint).basicAuth("elastic", PASSWORD))) {
            assertThat(client.documents("notes", Note.class).get("fingerprint")).isEmpty();
        }
        try (VersionedClient client = VersionedClient.connect(
                o -> o.hosts(server.url()).caFingerprint("00".repeat(32)).basicAuth("elastic", PASSWORD))) {
            assertThat(catchThrowableOfType(
                            RequestRejectedException.class,
                            () -> client.documents("notes", Note.class).get("fingerprint")))
                    .hasMessageContaining("no certificate of the fingerprint was sent")
                    .hasMessageContaining(authority());
        }
    }

    @Test
    void aProxyPassesHttpsUnread() throws IOException {
        try (TunnelProxy proxy = new TunnelProxy(URI.create(server.url()).getPort());
                VersionedClient client = connect(o -> o.proxy(proxy.url()).basicAuth("elastic", PASSWORD))) {
            VersionedDocuments<Note> notes = client.documents("notes", Note.class);
            notes.create("proxy", new Note("a"));
            assertThat(notes.readModifyWrite("proxy", n -> new Note("b")).attempts())
                    .isEqualTo(1);
            assertThat(proxy.asked())
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith(
                            "CONNECT " + URI.create(server.url()).getAuthority() + " "));
        }
    }

    /** In a JVM of its own, whose log it is, with everything that is logged but for what HttpClient sends, byte by byte. */
    static final class Child {
        private Child() {}

        /** Arguments: the address, the authority's certificate, a password that is wrong. */
        public static void main(String[] arguments) {
            for (Consumer<ConnectOptions> signIn : List.<Consumer<ConnectOptions>>of(
                    o -> o.basicAuth("elastic", arguments[2]),
                    o -> o.basicAuth("elastic", PASSWORD),
                    o -> o.apiKey(arguments[2]))) {
                try (VersionedClient client = VersionedClient.connect(o -> {
                    o.hosts(arguments[0]).caCertificate(Path.of(arguments[1]));
                    signIn.accept(o);
                    say(o);
                })) {
                    say(client, client.elasticsearch());
                    VersionedDocuments<Note> notes = client.documents("notes", Note.class);
                    notes.index("child", new Note("a"), WriteCondition.none());
                    System.out.println(notes.bulk(List.of(BulkOperation.create("child", new Note("b")))));
                } catch (OptimistException e) {
                    e.printStackTrace(System.out);
                }
            }
        }
    }

    private static void say(Object... objects) {
        System.out.println(Arrays.toString(objects));
    }

    @Test
    void noSecretIsSaidAnywhere() throws IOException, InterruptedException {
        String wrong = "d3Jvbmc6aG9yc2U=";
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                        "-Dorg.slf4j.simpleLogger.log.org.apache.hc.client5.http.headers=info",
                        "-Dorg.slf4j.simpleLogger.log.org.apache.hc.client5.http.wire=info",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        server.url(),
                        ca.toString(),
                        wrong)
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), UTF_8);
        assertThat(child.waitFor()).as(said).isZero();
        assertThat(said).as("it has talked").contains("DEBUG", "unable to authenticate", "VersionConflictException");
        for (String secret : List.of(PASSWORD, "elastic:" + wrong, wrong)) {
            String encoded = Base64.getEncoder().encodeToString(("elastic:" + secret).getBytes(UTF_8));
            assertThat(said).doesNotContain(secret, encoded);
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
