package dev.optimist.elasticsearch.examples;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/**
 * Stands between a client and the server, on loopback, and records what goes over the wire. It passes on every write
 * exactly once and every answer as it came. Plain http only. Thread-safe.
 */
public final class Wire implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Headers that belong to one connection, not to what it carries. */
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("connection", "keep-alive", "host", "content-length", "expect", "transfer-encoding", "upgrade");

    /**
     * A request and its answer.
     *
     * @param method such as {@code PUT}
     * @param uri path and parameters, as they were sent
     * @param requestBody empty if there was none
     * @param status of the answer
     * @param responseBody empty if there was none
     */
    public record Exchange(String method, String uri, String requestBody, int status, String responseBody) {}

    private final String server;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer listener;
    private List<Exchange> exchanges = new ArrayList<>();

    private Wire(String server) throws IOException {
        this.server = server;
        this.listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        listener.createContext("/", this::handle);
        listener.setExecutor(threads);
        listener.start();
    }

    /**
     * Opens one to a server.
     *
     * @param url where the server is, such as {@code http://localhost:9200}
     * @throws IllegalArgumentException if it is not an http address
     */
    public static Wire to(String url) {
        if (!url.startsWith("http://")) {
            throw new IllegalArgumentException("url: plain http only, is " + url);
        }
        try {
            return new Wire(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the address for the client to connect to. */
    public String url() {
        InetSocketAddress address = listener.getAddress();
        return "http://" + address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** Returns what has gone over the wire since this was asked last, in order of the answers. */
    public synchronized List<Exchange> take() {
        List<Exchange> taken = exchanges;
        exchanges = new ArrayList<>();
        return taken;
    }

    private synchronized void record(Exchange exchange) {
        exchanges.add(exchange);
    }

    private void handle(HttpExchange incoming) throws IOException {
        try (incoming) {
            byte[] requestBody = incoming.getRequestBody().readAllBytes();
            HttpResponse<byte[]> answer = forward(incoming, requestBody);
            record(new Exchange(
                    incoming.getRequestMethod(),
                    incoming.getRequestURI().toString(),
                    new String(requestBody, StandardCharsets.UTF_8),
                    answer.statusCode(),
                    readable(answer)));
            Headers headers = incoming.getResponseHeaders();
            answer.headers().map().forEach((name, values) -> {
                if (passesOn(name)) {
                    headers.put(name, values);
                }
            });
            boolean empty = answer.body().length == 0;
            incoming.sendResponseHeaders(answer.statusCode(), empty ? -1 : answer.body().length);
            if (!empty) {
                incoming.getResponseBody().write(answer.body());
            }
        }
    }

    private HttpResponse<byte[]> forward(HttpExchange incoming, byte[] body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(server + incoming.getRequestURI().toString()))
                .timeout(PATIENCE)
                .method(
                        incoming.getRequestMethod(),
                        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        for (Map.Entry<String, List<String>> header :
                incoming.getRequestHeaders().entrySet()) {
            if (passesOn(header.getKey())) {
                header.getValue().forEach(value -> request.header(header.getKey(), value));
            }
        }
        try {
            return http.send(request.build(), BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("closed while the server was answering", e);
        }
    }

    /** The client gets it as it came, which is zipped if the client has asked for that. */
    private static String readable(HttpResponse<byte[]> answer) throws IOException {
        boolean zipped = answer.headers()
                .firstValue("Content-Encoding")
                .filter("gzip"::equals)
                .isPresent();
        InputStream body = new ByteArrayInputStream(answer.body());
        try (InputStream text = zipped && body.available() > 0 ? new GZIPInputStream(body) : body) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static boolean passesOn(String header) {
        return !OF_THE_CONNECTION.contains(header.toLowerCase(Locale.ROOT));
    }

    /** Stops listening. */
    @Override
    public void close() {
        listener.stop(0);
        threads.shutdownNow();
    }
}
