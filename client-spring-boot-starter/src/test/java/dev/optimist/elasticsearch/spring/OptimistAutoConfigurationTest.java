package dev.optimist.elasticsearch.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.optimist.elasticsearch.OperationListener;
import dev.optimist.elasticsearch.ServerUnavailableException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.observability.HotDocuments;
import dev.optimist.elasticsearch.observability.OptimistMeters;
import dev.optimist.elasticsearch.observability.OptimistSpans;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.elasticsearch.autoconfigure.ElasticsearchConnectionDetails;
import org.springframework.boot.elasticsearch.autoconfigure.ElasticsearchConnectionDetails.Node;
import org.springframework.boot.elasticsearch.autoconfigure.ElasticsearchRestClientAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.dao.support.PersistenceExceptionTranslator;

class OptimistAutoConfigurationTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SslAutoConfiguration.class,
                    ElasticsearchRestClientAutoConfiguration.class,
                    OptimistAutoConfiguration.class,
                    OptimistEndpointAutoConfiguration.class,
                    OptimistExceptionTranslationAutoConfiguration.class,
                    OptimistHealthAutoConfiguration.class,
                    OptimistMetricsAutoConfiguration.class,
                    OptimistTracingAutoConfiguration.class));

    @Test
    void aClientIsThereByDefault() {
        runner.run(context -> assertThat(context)
                .hasSingleBean(VersionedClient.class)
                .hasSingleBean(HotDocuments.class)
                .hasSingleBean(OptimistExceptionTranslator.class)
                .hasSingleBean(OptimistHealthIndicator.class)
                .doesNotHaveBean(OptimistMeters.class)
                .doesNotHaveBean(OptimistSpans.class)
                .doesNotHaveBean(HotDocumentsEndpoint.class));
    }

    @Test
    void stepsBackForTheUsersClient() {
        try (VersionedClient theirs = VersionedClient.connect("http://localhost:1")) {
            runner.withBean("theirs", VersionedClient.class, () -> theirs)
                    .run(context ->
                            assertThat(context).getBean(VersionedClient.class).isSameAs(theirs));
        }
    }

    @Test
    void metersAndSpansListenWhereThereIsSomebodyToTell() {
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean(OpenTelemetry.class, OpenTelemetry::noop)
                .run(context ->
                        assertThat(context).hasSingleBean(OptimistMeters.class).hasSingleBean(OptimistSpans.class));
        runner.withBean(OpenTelemetry.class, OpenTelemetry::noop)
                .withPropertyValues("optimist.tracing=false")
                .run(context -> assertThat(context).doesNotHaveBean(OptimistSpans.class));
    }

    @Test
    void doesWithoutWhatIsNotOnTheClassPath() {
        runner.withClassLoader(new FilteredClassLoader(
                        MeterRegistry.class,
                        HealthIndicator.class,
                        PersistenceExceptionTranslator.class,
                        OpenTelemetry.class,
                        ConditionalOnAvailableEndpoint.class))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(VersionedClient.class)
                        .doesNotHaveBean("optimistHealthIndicator")
                        .doesNotHaveBean("optimistExceptionTranslator")
                        .doesNotHaveBean("optimistMeters")
                        .doesNotHaveBean("optimistSpans"));
    }

    @Test
    void healthCanBeLeftOut() {
        runner.withPropertyValues("management.health.optimist.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(OptimistHealthIndicator.class));
    }

    @Test
    void theEndpointOfHotDocumentsIsThereWhereItIsExposed() {
        runner.withPropertyValues("management.endpoints.web.exposure.include=hotdocuments")
                .run(context -> assertThat(context).hasSingleBean(HotDocumentsEndpoint.class));
    }

    @Test
    void whatIsOutOfItsBoundsFailsTheStartByName() {
        runner.withPropertyValues("optimist.retry-budget=-1")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage("retryBudget must be 0 or more, is -1"));
        runner.withPropertyValues("optimist.max-connections-per-host=0")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("maxConnectionsPerHost must"));
        runner.withPropertyValues("optimist.async-operations=0")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("asyncOperations must"));
        runner.withPropertyValues("spring.elasticsearch.connection-timeout=0s")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("connectTimeout must"));
        runner.withPropertyValues("optimist.ca-fingerprint=ab")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("caFingerprint must be"));
        runner.withPropertyValues("optimist.proxy=ftp://proxy")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("proxy"));
        runner.withPropertyValues("optimist.hot-documents=0")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessage("size must be 1 or more, is 0"));
    }

    /** A request as it arrived. */
    private record Request(String path, String authorization, String acceptEncoding) {}

    /** In place of a server, as none here has a path in its address, nor keys that are known before. */
    private static HttpServer server(BlockingQueue<Request> requests) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(new Request(
                    exchange.getRequestURI().getPath(),
                    header(exchange, "Authorization"),
                    header(exchange, "Accept-Encoding")));
            byte[] answer = "{\"_index\":\"i\",\"_id\":\"1\",\"found\":false}".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.getResponseHeaders().add("X-Elastic-Product", "Elasticsearch");
            exchange.sendResponseHeaders(404, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String header(HttpExchange exchange, String name) {
        return Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst(name), "");
    }

    private Request requestWith(String... properties) throws Exception {
        BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
        HttpServer server = server(requests);
        try {
            String authority = "localhost:" + server.getAddress().getPort();
            List<String> values = new ArrayList<>(List.of("spring.elasticsearch.uris=http://" + authority));
            for (String property : properties) {
                values.add(property.replace("AUTHORITY", authority));
            }
            runner.withPropertyValues(values.toArray(String[]::new)).run(context -> {
                VersionedClient client = context.getBean(VersionedClient.class);
                assertThat(client.documents("i", Map.class).get("1")).isEmpty();
            });
            return requests.take();
        } finally {
            server.stop(0);
        }
    }

    /** Properties have brackets around such a host; what else tells of nodes, such as a container, need not. */
    @Test
    void anAddressMayBeOfIpv6() {
        ElasticsearchConnectionDetails elsewhere = () -> List.of(new Node("::1", 9200, Node.Protocol.HTTP, null, null));
        runner.withBean(ElasticsearchConnectionDetails.class, () -> elsewhere)
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(VersionedClient.class));
        runner.withPropertyValues("spring.elasticsearch.uris=http://[::1]:9200")
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(VersionedClient.class));
    }

    private static String basic(String nameAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(nameAndPassword.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theServerIsReachedAsSpringBootReachesIt() throws Exception {
        assertThat(requestWith()).isEqualTo(new Request("/i/_doc/1", "", ""));
        assertThat(requestWith("optimist.compression=true").acceptEncoding()).contains("gzip");
        assertThat(requestWith("spring.elasticsearch.path-prefix=es").path()).isEqualTo("/es/i/_doc/1");
        assertThat(requestWith("spring.elasticsearch.path-prefix=/es").path()).isEqualTo("/es/i/_doc/1");
        assertThat(requestWith("spring.elasticsearch.username=me", "spring.elasticsearch.password=pw")
                        .authorization())
                .isEqualTo(basic("me:pw"));
        assertThat(requestWith("spring.elasticsearch.uris=http://you:pw2@AUTHORITY")
                        .authorization())
                .isEqualTo(basic("you:pw2"));
        assertThat(requestWith(
                                "spring.elasticsearch.api-key=a2V5",
                                "spring.elasticsearch.username=me",
                                "spring.elasticsearch.password=pw")
                        .authorization())
                .isEqualTo("ApiKey a2V5");
    }

    @Test
    void aRequestTakesNoLongerThanWhatIsSetOfBoth() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (String timeout :
                    List.of("spring.elasticsearch.socket-timeout=300ms", "optimist.request-timeout=300ms")) {
                List<Duration> durations = new ArrayList<>();
                runner.withPropertyValues(
                                "spring.elasticsearch.uris=http://localhost:" + silent.getLocalPort(),
                                timeout,
                                "optimist.retry-budget=0")
                        .withBean(OperationListener.class, () -> event -> durations.add(event.duration()))
                        .run(context -> assertThat(catchThrowable(() -> context.getBean(VersionedClient.class)
                                        .documents("i", Map.class)
                                        .get("1")))
                                .isInstanceOf(ServerUnavailableException.class));
                assertThat(durations)
                        .singleElement()
                        .satisfies(duration ->
                                assertThat(duration).isBetween(Duration.ofMillis(250), Duration.ofSeconds(20)));
            }
        }
    }

    @Test
    void listenersAndCustomizersAreAskedInTheirOrder() {
        List<String> told = new ArrayList<>();
        runner.withPropertyValues("spring.elasticsearch.uris=http://localhost:1")
                .withBean(
                        OperationListener.class,
                        () -> event -> told.add("bean " + event.operation() + " " + event.outcome()))
                .withBean(
                        ConnectOptionsCustomizer.class,
                        () -> options -> options.requestTimeout(Duration.ofSeconds(2))
                                .retryBudget(0)
                                .listener(event -> told.add("customizer " + event.attempts())))
                .run(context -> {
                    VersionedClient client = context.getBean(VersionedClient.class);
                    assertThat(catchThrowable(
                                    () -> client.documents("i", Map.class).get("1")))
                            .isNotNull();
                });
        assertThat(told).containsExactly("bean GET NOT_APPLIED", "customizer 1");
    }

    @Test
    void everyPropertyHasADescription() throws IOException {
        JsonNode metadata;
        try (InputStream in = Objects.requireNonNull(
                OptimistProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            metadata = new ObjectMapper().readTree(in);
        }
        List<String> names = new ArrayList<>();
        metadata.path("properties").forEach(property -> {
            names.add(property.path("name").textValue());
            assertThat(property.path("description").asText())
                    .as(property.toString())
                    .isNotEmpty();
        });
        names.removeIf(name -> name.startsWith("management.endpoint.hotdocuments.")); // Spring Boot's, of any endpoint
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "management.health.optimist.enabled",
                        "optimist.request-timeout",
                        "optimist.max-connections-per-host",
                        "optimist.compression",
                        "optimist.async-operations",
                        "optimist.retry-budget",
                        "optimist.proxy",
                        "optimist.ca-fingerprint",
                        "optimist.hot-documents",
                        "optimist.tracing");
    }
}
