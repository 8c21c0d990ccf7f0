package dev.optimist.elasticsearch.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Asks a server how it is. {@code GET /} would be the usual question, but some distributions answer 405 to it. */
final class Health {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String url;
    private final @Nullable String password;
    private final HttpClient http;

    Health(String url, @Nullable SSLContext trust, @Nullable String password) {
        this.url = url;
        this.password = password;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(PATIENCE);
        this.http = (trust == null ? builder : builder.sslContext(trust)).build();
    }

    /** For one that the testkit starts. */
    static Health of(String url, @Nullable Security security) {
        return security == null ? new Health(url, null, null) : new Health(url, security.trust(), security.password());
    }

    /** Returns whether it answers as a cluster of at least so many nodes. */
    boolean hasNodes(int count) {
        JsonNode health = get("/_cluster/health");
        return health != null && health.path("number_of_nodes").asInt() >= count;
    }

    /** Returns the process id of the node itself, if it answers; the cluster need not have taken it yet. */
    OptionalLong processId() {
        JsonNode nodes = get("/_nodes/_local/process");
        JsonNode process = nodes == null ? null : nodes.findValue("process");
        return process == null
                ? OptionalLong.empty()
                : OptionalLong.of(process.path("id").asLong());
    }

    /** Returns what answers there, once it does. */
    ServerVersion awaitVersion(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        JsonNode nodes = get("/_nodes/_local");
        while (nodes == null && System.nanoTime() < end) {
            pause();
            nodes = get("/_nodes/_local");
        }
        JsonNode version = nodes == null ? null : nodes.findValue("version");
        if (version == null) {
            throw new ServerStartException("No Elasticsearch answers at " + url + " within " + limit, null);
        }
        return new ServerVersion(product(), version.asText(), "what runs there");
    }

    private Product product() {
        JsonNode root = get("/"); // OpenSearch always has an answer to it
        boolean open = root != null && root.at("/version/distribution").asText().equals(Product.OPENSEARCH.word());
        return open ? Product.OPENSEARCH : Product.ELASTICSEARCH;
    }

    /** Between two questions. */
    static void pause() {
        try {
            Thread.sleep(200); // the server tells nobody when it is ready, so it has to be asked
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerStartException("Interrupted while Elasticsearch was starting", e);
        }
    }

    private @Nullable JsonNode get(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE);
        if (password != null) {
            byte[] both = ("elastic:" + password).getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(both));
        }
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (password == null && (answer.statusCode() == 401 || answer.statusCode() == 403)) {
                throw new ServerStartException(
                        url + " answers " + answer.statusCode() + ": it wants another sign-in", null);
            }
            return answer.statusCode() == 200 ? JSON.readTree(answer.body()) : null;
        } catch (IOException e) {
            if (isDistrust(e)) {
                throw new ServerStartException(url + " has a certificate that is not trusted: " + e.getMessage(), e);
            }
            return null; // not yet
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerStartException("Interrupted while Elasticsearch was starting", e);
        }
    }

    /** Whether the handshake ended by that: Docker also takes connections, and ends them, before the server is there. */
    private static boolean isDistrust(Throwable e) {
        return Stream.iterate(e, Objects::nonNull, Throwable::getCause)
                .anyMatch(cause -> cause instanceof CertificateException);
    }
}
