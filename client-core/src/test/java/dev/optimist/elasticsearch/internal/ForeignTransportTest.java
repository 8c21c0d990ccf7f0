package dev.optimist.elasticsearch.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.BackoffPolicy;
import co.elastic.clients.transport.ElasticsearchTransport;
import co.elastic.clients.transport.RetryConfig;
import co.elastic.clients.transport.rest5_client.Rest5ClientOptions;
import co.elastic.clients.transport.rest5_client.Rest5ClientTransport;
import co.elastic.clients.transport.rest5_client.low_level.RequestOptions;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import dev.optimist.elasticsearch.VersionedClient;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Nothing is sent here. */
class ForeignTransportTest {

    @Test
    void warnsOfWhatRest5ClientDoes() throws Exception {
        try (ElasticsearchClient client = client(null, "http://a:9200")) {
            assertThat(ForeignTransport.warnings(client))
                    .singleElement()
                    .satisfies(text -> assertThat(text)
                            .contains(
                                    "disableAutomaticRetries()",
                                    "setHttpClientConfigCallback",
                                    "VersionedClient.connect"));
        }
    }

    @Test
    void warnsOfSeveralNodes() throws Exception {
        try (ElasticsearchClient client = client(null, "http://a:9200", "http://b:9200", "http://c:9200")) {
            List<String> warnings = ForeignTransport.warnings(client);
            assertThat(warnings).hasSize(2);
            assertThat(warnings.get(0)).contains("3 nodes", "NodeSelector", "VersionedClient.connect", "ledger");
        }
    }

    @Test
    void warnsOfARetryConfig() throws Exception {
        RetryConfig retries = RetryConfig.of(r -> r.backoffPolicy(BackoffPolicy.constantBackoff(1L, 3)));
        try (ElasticsearchClient client = client(retries, "http://a:9200")) {
            assertThat(ForeignTransport.warnings(client))
                    .hasSize(2)
                    .first()
                    .satisfies(text -> assertThat(text).contains("RetryConfig", "retryConfig", "ledger"));
        }
        try (ElasticsearchClient client = client(null, "http://a:9200")) {
            assertThat(ForeignTransport.warnings(client.withTransportOptions(options(retries))))
                    .as("of the client alone")
                    .hasSize(2);
        }
        try (ElasticsearchClient client = client(RetryConfig.disabled(), "http://a:9200")) {
            assertThat(ForeignTransport.warnings(client)).as("switched off").hasSize(1);
        }
    }

    @Test
    void saysNothingOfTransportsThatItDoesNotKnow() {
        ElasticsearchTransport other = (ElasticsearchTransport) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ElasticsearchTransport.class},
                (proxy, method, args) -> method.getName().equals("jsonpMapper") ? new JacksonJsonpMapper() : null);
        assertThat(ForeignTransport.warnings(new ElasticsearchClient(other))).isEmpty();
    }

    @Test
    void saysNothingOfARetryConfigThatTheClientsOwnOptionsOverride() throws Exception {
        RetryConfig retries = RetryConfig.of(r -> r.backoffPolicy(BackoffPolicy.constantBackoff(1L, 3)));
        try (ElasticsearchClient client = client(retries, "http://a:9200")) {
            assertThat(ForeignTransport.warnings(client.withTransportOptions(options(RetryConfig.disabled()))))
                    .hasSize(1);
        }
    }

    @Test
    void eachWarningIsLoggedOnce() throws Exception {
        PrintStream err = System.err;
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        try (ElasticsearchClient client = client(null, "http://a:9200", "http://b:9200")) {
            System.setErr(new PrintStream(logged, true, UTF_8)); // where slf4j-simple writes to
            VersionedClient versioned = VersionedClient.of(client);
            versioned.documents("i", String.class);
            versioned.close();
        } finally {
            System.setErr(err);
        }
        assertThat(logged.toString(UTF_8).lines().filter(line -> line.contains("WARN")))
                .hasSize(2)
                .allMatch(line -> line.contains("VersionedClient - this Rest5Client"));
    }

    private static Rest5ClientOptions options(@Nullable RetryConfig retries) {
        return retries == null
                ? new Rest5ClientOptions(RequestOptions.DEFAULT, false)
                : new Rest5ClientOptions(RequestOptions.DEFAULT, false, retries);
    }

    private static ElasticsearchClient client(@Nullable RetryConfig retries, String... urls) {
        Rest5Client rest5 =
                Rest5Client.builder(Stream.of(urls).map(URI::create).toList()).build();
        return new ElasticsearchClient(new Rest5ClientTransport(rest5, new JacksonJsonpMapper(), options(retries)));
    }
}
