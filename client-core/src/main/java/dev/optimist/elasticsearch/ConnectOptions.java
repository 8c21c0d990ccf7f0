package dev.optimist.elasticsearch;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.internal.StrictTransport;
import dev.optimist.elasticsearch.internal.Trust;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How {@link VersionedClient#connect(java.util.function.Consumer)} reaches Elasticsearch.
 *
 * <p>Secrets given here are in no {@code toString} and no message. Not thread-safe; it lives as long as the lambda that it
 * is given to.
 *
 * <pre>{@code
 * VersionedClient client = VersionedClient.connect(o -> o
 *         .hosts("https://es1:9200", "https://es2:9200")
 *         .apiKey(secret)
 *         .caFingerprint(sha256)
 *         .requestTimeout(Duration.ofSeconds(5)));
 * }</pre>
 */
public final class ConnectOptions {
    private final List<URI> hosts = new ArrayList<>();
    private @Nullable String authorization;
    private @Nullable SSLContext sslContext;
    private @Nullable URI proxy;
    private ObjectMapper objectMapper = new ObjectMapper();
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration requestTimeout = Duration.ofSeconds(30);
    private int maxConnectionsPerHost = 64;
    private boolean compression;
    private int retryBudget = RetryBudget.DEFAULT_CAPACITY;
    private int asyncOperations = InFlight.DEFAULT;
    private final List<OperationListener> listeners = new ArrayList<>();

    ConnectOptions() {}

    /**
     * Adds addresses of nodes, such as {@code https://search.example.com:9200}; at least one is needed. Each request goes
     * to one of them, in turn. All have the same path, if any.
     *
     * @throws IllegalArgumentException if one is not an http or https address, or holds a user or password: use
     *     {@link #basicAuth}
     */
    public ConnectOptions hosts(String... urls) {
        for (String url : urls) {
            hosts.add(address("hosts", url));
        }
        return this;
    }

    /**
     * Goes through an HTTP proxy, such as {@code http://proxy.example.com:3128}; https passes it by {@code CONNECT}, unread. None
     * by default, whatever the system properties of the JVM say.
     *
     * @throws IllegalArgumentException if it is not an http address of a host, or holds a user or password
     */
    public ConnectOptions proxy(String url) {
        URI uri = address("proxy", url);
        if (!"http".equalsIgnoreCase(uri.getScheme())
                || uri.getPort() < 0
                || uri.getRawPath().length() > 1) {
            throw new IllegalArgumentException("proxy: must be like http://host:3128, is " + url);
        }
        this.proxy = uri;
        return this;
    }

    /**
     * Signs in with a name and password.
     *
     * @throws IllegalArgumentException if either is empty or the name holds a colon
     */
    public ConnectOptions basicAuth(String username, String password) {
        Bounds.notNull("username", username);
        Bounds.notNull("password", password);
        if (username.isEmpty() || username.contains(":")) {
            throw new IllegalArgumentException("username must not be empty and must not hold a colon");
        }
        if (password.isEmpty()) {
            throw new IllegalArgumentException("password must not be empty");
        }
        byte[] both = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        this.authorization = "Basic " + Base64.getEncoder().encodeToString(both);
        return this;
    }

    /**
     * Signs in with an API key, as the {@code encoded} field of the create API key answer has it.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public ConnectOptions apiKey(String encoded) {
        if (Bounds.notNull("apiKey", encoded).isEmpty()) {
            throw new IllegalArgumentException("apiKey must not be empty");
        }
        this.authorization = "ApiKey " + encoded;
        return this;
    }

    /**
     * Trusts this certificate authority, and no other: {@code http_ca.crt} of an Elasticsearch that secured itself. By
     * default what the JVM trusts is trusted.
     *
     * @param pem a file in PEM form
     * @throws IllegalArgumentException if it cannot be read or holds no certificate
     */
    public ConnectOptions caCertificate(Path pem) {
        try {
            this.sslContext = Trust.ofAuthority(pem);
        } catch (IOException | CertificateException e) {
            throw new IllegalArgumentException("caCertificate: " + pem + " is not a readable PEM certificate", e);
        }
        return this;
    }

    /**
     * Trusts the certificate authority of this fingerprint, and no other: what an Elasticsearch that secured itself prints when
     * it is first started. The server has to send the authority's certificate along with its own, as such a one does.
     *
     * @param sha256 64 hexadecimal digits, with or without colons between bytes
     * @throws IllegalArgumentException if it is not that
     */
    public ConnectOptions caFingerprint(String sha256) {
        String digits = Bounds.notNull("caFingerprint", sha256).replace(":", "");
        if (!digits.matches("[0-9a-fA-F]{64}")) {
            throw new IllegalArgumentException(
                    "caFingerprint must be a SHA-256 in 64 hexadecimal digits, has " + digits.length() + " characters");
        }
        this.sslContext = Trust.ofFingerprint(HexFormat.of().parseHex(digits));
        return this;
    }

    /** Decides by this context which servers to trust. */
    public ConnectOptions sslContext(SSLContext context) {
        this.sslContext = Bounds.notNull("sslContext", context);
        return this;
    }

    /**
     * Maps documents with this object mapper. By default a new one of Jackson's own settings: a field of the stored
     * document that your class does not know is an error, as writing the object back would wipe it.
     */
    public ConnectOptions objectMapper(ObjectMapper mapper) {
        this.objectMapper = Bounds.notNull("objectMapper", mapper);
        return this;
    }

    /** Limits the time to open a connection; 5 s by default, longer than 0, at most 365 days. */
    public ConnectOptions connectTimeout(Duration time) {
        this.connectTimeout = Bounds.positive("connectTimeout", time);
        return this;
    }

    /**
     * Limits the time of one request, from the call to the last byte of the answer; 30 s by default, longer than 0,
     * at most 365 days. A write that takes longer ends as {@link OutcomeUnknownException}. The server is told to give up a little earlier
     * ({@code timeout}), so that its own answer still arrives.
     */
    public ConnectOptions requestTimeout(Duration time) {
        this.requestTimeout = Bounds.positive("requestTimeout", time);
        return this;
    }

    /**
     * Limits the connections to each host; 64 by default, at least 1. Calls beyond it wait until one is free, at most as
     * long as their request may take.
     */
    public ConnectOptions maxConnectionsPerHost(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("maxConnectionsPerHost must be 1 or more, is " + count);
        }
        this.maxConnectionsPerHost = count;
        return this;
    }

    /**
     * Sends and asks for gzip. Off by default: on a local link it costs more than it saves; switch it on where bytes are
     * slow or paid for.
     */
    public ConnectOptions compression(boolean on) {
        this.compression = on;
        return this;
    }

    /** Sets how many {@linkplain VersionedDocuments#async asynchronous} operations may be under way: 1 or more, 10 000 by default. */
    public ConnectOptions asyncOperations(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("asyncOperations must be 1 or more, is " + count);
        }
        this.asyncOperations = count;
        return this;
    }

    /**
     * Limits how many requests that no server took (connection refused, 429) may be sent again, by all threads together; 100
     * by default, 0 for none. Every tenth acknowledged request adds one again, so that in good times a tenth of the traffic
     * may be repeats, and in an outage calls soon fail at their first answer instead of adding to it. One request is sent at
     * most 4 times in all, with pauses from 50 ms growing to 1 s, or as the server asks by {@code Retry-After}.
     */
    public ConnectOptions retryBudget(int requests) {
        if (requests < 0) {
            throw new IllegalArgumentException("retryBudget must be 0 or more, is " + requests);
        }
        this.retryBudget = requests;
        return this;
    }

    /** Adds a listener to the operations of the client; none by default, which costs nothing. */
    public ConnectOptions listener(OperationListener listener) {
        listeners.add(Bounds.notNull("listener", listener));
        return this;
    }

    List<OperationListener> listeners() {
        return List.copyOf(listeners);
    }

    int asyncOperations() {
        return asyncOperations;
    }

    int retryBudget() {
        return retryBudget;
    }

    Duration requestTimeout() {
        return requestTimeout;
    }

    ObjectMapper objectMapper() {
        return objectMapper;
    }

    StrictTransport.Settings settings() {
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("hosts: at least one is needed");
        }
        return new StrictTransport.Settings(
                List.copyOf(hosts),
                authorization,
                sslContext,
                objectMapper,
                connectTimeout,
                requestTimeout,
                maxConnectionsPerHost,
                compression,
                proxy);
    }

    private static URI address(String parameter, String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            // not as the cause, and not in the message: a password may be in it
            throw new IllegalArgumentException(parameter + ": not an address: " + e.getReason());
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    parameter + ": no user and password in the address; basicAuth takes those of Elasticsearch");
        }
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
            // what is no host for URI may still have a password before an @
            throw new IllegalArgumentException(
                    parameter + ": must be like https://host:9200" + (url.contains("@") ? "" : ", is " + url));
        }
        return uri;
    }
}
