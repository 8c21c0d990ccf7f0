package dev.optimist.elasticsearch.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.transport.TransportUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Plain HTTP to the server, past everything that is tested: to prepare, to look, and to show what the server does. */
final class Rest {
    static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final String url;
    private final @Nullable String mappingType;
    private final @Nullable String authorization;

    Rest(String url) {
        this(url, null);
    }

    /** For a server with mapping types, whose documents are then of this one. */
    Rest(String url, @Nullable String mappingType) {
        this(HttpClient.newBuilder(), url, mappingType, null);
    }

    private Rest(HttpClient.Builder http, String url, @Nullable String mappingType, @Nullable String authorization) {
        this.http = http.connectTimeout(Duration.ofSeconds(10)).build();
        this.url = url;
        this.mappingType = mappingType;
        this.authorization = authorization;
    }

    /** For a server with security on. */
    static Rest secure(String url, Path caCertificate, String password) {
        byte[] both = ("elastic:" + password).getBytes(UTF_8);
        try {
            return new Rest(
                    HttpClient.newBuilder().sslContext(TransportUtils.sslContextFromHttpCaCrt(caCertificate.toFile())),
                    url,
                    null,
                    "Basic " + Base64.getEncoder().encodeToString(both));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    record Answer(int status, JsonNode body) {
        Answer ok() {
            assertThat(status).as("%s", body).isBetween(200, 299);
            return this;
        }

        String reason() {
            return body.path("error").path("reason").asText();
        }
    }

    Answer get(String path) {
        return send("GET", path, null);
    }

    Answer put(String path, String body) {
        return send("PUT", path, body);
    }

    Answer put(String path, String body, String mediaType) {
        return send("PUT", path, body, mediaType);
    }

    Answer post(String path, String body) {
        return send("POST", path, body);
    }

    Answer delete(String path) {
        return send("DELETE", path, null);
    }

    /** As servers with mapping types have it. */
    private String typed(String path) {
        return path.replace("/_doc/", "/" + mappingType + "/")
                .replaceFirst("/_mapping$", "/_mapping/" + mappingType)
                .replaceFirst("/_create/([^?]+)", "/" + mappingType + "/$1/_create")
                .replaceFirst("/_update/([^?]+)", "/" + mappingType + "/$1/_update");
    }

    private Answer send(String method, String path, String body) {
        return send(method, path, body, "application/json");
    }

    private Answer send(String method, String path, String body, String mediaType) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(url + (mappingType == null ? path : typed(path))))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", mediaType)
                .header("Accept", mediaType)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        try {
            var answer = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
