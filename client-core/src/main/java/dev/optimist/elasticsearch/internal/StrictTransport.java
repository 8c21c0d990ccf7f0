package dev.optimist.elasticsearch.internal;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.instrumentation.NoopInstrumentation;
import co.elastic.clients.transport.rest5_client.Rest5ClientOptions;
import co.elastic.clients.transport.rest5_client.Rest5ClientTransport;
import co.elastic.clients.transport.rest5_client.low_level.Node;
import co.elastic.clients.transport.rest5_client.low_level.RequestOptions;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import co.elastic.clients.transport.rest5_client.low_level.Rest5ClientBuilder;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ConnectionReuseStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.RequestNotExecutedException;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * elasticsearch-java's transport with everything taken out that sends a request twice: one call is one send, and it ends.
 *
 * <p>By default three layers send again behind the caller's back (Apache HttpClient a PUT after a reset and after 429 and
 * 503; Rest5Client at the next node after any exception; RetryConfig, if set), redirects are followed to addresses that
 * have lost {@code if_seq_no}, and no call ever times out. A write whose answer was lost then comes back as a conflict
 * with itself.
 */
public final class StrictTransport implements AutoCloseable {

    /**
     * Plain JSON: a client that asks for {@code compatible-with=9}, elasticsearch-java 9's default, is refused by 8.19 with
     * 400 {@code media_type_header_exception}. Every generation understands this, and document APIs look the same in all.
     */
    private static final String JSON = "application/json";

    /** Shorter than the idle time-outs of the usual proxies (60 s), so that no write goes into a dead connection. */
    private static final TimeValue IDLE = TimeValue.ofSeconds(30);

    /**
     * Elasticsearch 5.6 answers 413 and goes on reading: what is left of the body it takes for further requests, and
     * answers those. On the same connection, these answers would be taken for those to our next requests.
     */
    private static final ConnectionReuseStrategy NOT_AFTER_413 =
            (request, answer, context) -> answer.getCode() != HttpStatus.SC_REQUEST_TOO_LONG
                    && DefaultClientConnectionReuseStrategy.INSTANCE.keepAlive(request, answer, context);

    /** What Rest5Client takes for the answer of a node that is not fit, too. */
    private static final Set<Integer> UNFIT =
            Set.of(HttpStatus.SC_BAD_GATEWAY, HttpStatus.SC_SERVICE_UNAVAILABLE, HttpStatus.SC_GATEWAY_TIMEOUT);

    private static final String SENDING = "optimist.sending";
    private static final String PRODUCT = "X-Elastic-Product";

    private static final RequestOptions OPTIONS = RequestOptions.DEFAULT.toBuilder()
            .addHeader("Accept", JSON)
            .addHeader("Content-Type", JSON)
            .build();

    private final Rest5Client http;
    private final ObjectMapper objectMapper;

    private @Nullable ElasticsearchClient client;

    private StrictTransport(Rest5Client http, ObjectMapper objectMapper) {
        this.http = http;
        this.objectMapper = objectMapper;
    }

    /**
     * What the transport is built from.
     *
     * @param hosts where nodes answer, all with the same path
     * @param authorization the value of the Authorization header, or null
     * @param sslContext what to trust, or null for the JVM's default
     * @param objectMapper for the client; documents go through it
     * @param connectTimeout to open a connection
     * @param requestTimeout for the whole of a request
     * @param maxConnectionsPerHost connections to each host
     * @param compression whether to send and ask for gzip
     * @param proxy what all requests go through, or null
     */
    public record Settings(
            List<URI> hosts,
            @Nullable String authorization,
            @Nullable SSLContext sslContext,
            ObjectMapper objectMapper,
            Duration connectTimeout,
            Duration requestTimeout,
            int maxConnectionsPerHost,
            boolean compression,
            @Nullable URI proxy) {
        @Override
        public String toString() { // without the secret
            return "Settings" + hosts;
        }
    }

    /** Builds one. Nothing is sent. */
    public static StrictTransport open(Settings settings) {
        OneNode nodes = new OneNode(settings.hosts(), System::nanoTime);
        Rest5ClientBuilder builder = Rest5Client.builder(settings.hosts())
                .setNodeSelector(nodes)
                .setFailureListener(new Rest5Client.FailureListener() {
                    @Override
                    public void onFailure(Node node) {
                        nodes.leaveOut(node.getHost());
                    }
                })
                .setCompressionEnabled(settings.compression())
                .setRequestConfigCallback(request -> request.setRedirectsEnabled(false)
                        .setConnectionRequestTimeout(timeout(settings.requestTimeout()))
                        .setResponseTimeout(timeout(settings.requestTimeout())))
                .setConnectionConfigCallback(connection -> connection
                        .setConnectTimeout(timeout(settings.connectTimeout()))
                        .setSocketTimeout(timeout(settings.requestTimeout())))
                .setConnectionManagerCallback(manager -> manager.setMaxConnPerRoute(settings.maxConnectionsPerHost())
                        .setMaxConnTotal(settings.maxConnectionsPerHost()
                                * settings.hosts().size()))
                .setHttpClientConfigCallback(http -> {
                    http.disableAutomaticRetries()
                            .disableRedirectHandling()
                            .evictIdleConnections(IDLE)
                            .setConnectionReuseStrategy(NOT_AFTER_413)
                            .addResponseInterceptorLast((answer, body, context) -> {
                                takenAsElasticsearch(answer);
                                if (!UNFIT.contains(answer.getCode())) {
                                    nodes.takeIn(HttpClientContext.cast(context)
                                            .getHttpRoute()
                                            .getTargetHost());
                                }
                            })
                            .addExecInterceptorFirst("cancel", StrictTransport::proceedCancellable)
                            .addExecInterceptorFirst("track", (request, body, scope, chain, callback) -> {
                                track(scope, nodes);
                                chain.proceed(request, body, scope, callback);
                            })
                            .addExecInterceptorBefore(
                                    ChainElement.MAIN_TRANSPORT.name(), "send", StrictTransport::sendUnlessCancelled);
                    if (settings.proxy() != null) {
                        http.setProxy(HttpHost.create(settings.proxy()));
                    }
                    if (!settings.compression()) {
                        http.disableContentCompression(); // else HttpClient asks for gzip all by itself
                    }
                });
        SSLContext trusted = settings.sslContext() == null ? trustedByDefault(settings) : settings.sslContext();
        if (trusted != null) {
            builder.setSSLContext(trusted);
        }
        if (settings.authorization() != null) {
            builder.setDefaultHeaders(new Header[] {new BasicHeader("Authorization", settings.authorization(), true)});
        }
        return new StrictTransport(builder.build(), settings.objectMapper());
    }

    /**
     * Returns a client of elasticsearch-java over this transport, the same each time.
     *
     * @throws IllegalStateException if elasticsearch-java is too old for it
     */
    public synchronized ElasticsearchClient client() {
        if (client == null) {
            try {
                client = new ElasticsearchClient(new Rest5ClientTransport(
                        http,
                        new JacksonJsonpMapper(objectMapper),
                        new Rest5ClientOptions(OPTIONS, false),
                        Tracing.isOn() ? null : NoopInstrumentation.INSTANCE));
            } catch (NoClassDefFoundError e) { // 8.19 has no transport over the low-level client of 9
                throw new IllegalStateException(
                        "elasticsearch() of a client that connect has made needs elasticsearch-java 9 on the class path",
                        e);
            }
        }
        return client;
    }

    /** What requests go through directly, unless elasticsearch-java is wanted to trace them. */
    Wire wire() {
        return Tracing.isOn() ? new TransportWire(client()) : new LowLevelWire(http, OPTIONS);
    }

    @Override
    public void close() throws IOException {
        http.close();
    }

    /** The JVM's own context has more than trust, where it is told of a certificate of the client's. */
    private static @Nullable SSLContext trustedByDefault(Settings settings) {
        boolean secure = settings.hosts().stream().anyMatch(host -> "https".equalsIgnoreCase(host.getScheme()));
        return secure && System.getProperty("javax.net.ssl.keyStore") == null ? Trust.ofJvm() : null;
    }

    /**
     * elasticsearch-java's transport takes no answer of OpenSearch, nor of Elasticsearch before 7.14, as they do not send this
     * header; what it is needed for here are requests that are the same on all.
     */
    private static void takenAsElasticsearch(HttpResponse answer) {
        if (!answer.containsHeader(PRODUCT)) {
            answer.addHeader(PRODUCT, "Elasticsearch");
        }
    }

    /** The chain begins on the thread that makes the call. */
    private static void track(AsyncExecChain.Scope scope, OneNode nodes) {
        Sending sending = Sending.current();
        if (sending != null) {
            scope.clientContext.setAttribute(SENDING, sending);
            HttpHost host = scope.route.getTargetHost();
            sending.waiting(() -> {
                // it may hang as a connection is opened, above all with TLS; without one, it is we who have too few
                if (scope.execRuntime.isEndpointAcquired()) {
                    nodes.leaveOut(host);
                }
            });
        }
    }

    /** Here there is a connection, and the next step sends. */
    private static void sendUnlessCancelled(
            HttpRequest request,
            AsyncEntityProducer body,
            AsyncExecChain.Scope scope,
            AsyncExecChain chain,
            AsyncExecCallback callback)
            throws HttpException, IOException {
        if (scope.clientContext.getAttribute(SENDING) instanceof Sending sending && !sending.send()) {
            callback.failed(new RequestNotExecutedException());
            return;
        }
        chain.proceed(request, body, scope, callback);
    }

    private static Timeout timeout(Duration duration) {
        return Timeout.of(duration);
    }

    /**
     * Makes a request on a kept connection cancellable. Such a connection is leased at once, inside the call, and only
     * then HttpClient notes the lease as what to cancel, in place of the exchange that it noted before: cancelling would
     * do nothing, and the connection stay taken until its socket times out.
     */
    private static void proceedCancellable(
            HttpRequest request,
            AsyncEntityProducer body,
            AsyncExecChain.Scope scope,
            AsyncExecChain chain,
            AsyncExecCallback callback)
            throws HttpException, IOException {
        chain.proceed(request, body, scope, callback);
        if (scope.execRuntime.isEndpointAcquired()) {
            scope.cancellableDependency.setDependency(() -> {
                scope.execRuntime.discardEndpoint();
                return true;
            });
        }
    }
}
