package dev.optimist.elasticsearch.spring.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.AttemptsExhaustedException;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.testkit.ElasticsearchExtension;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.OptimisticLockingFailureException;

/** The application as a user has it, on a real server. */
@ExtendWith(ElasticsearchExtension.class)
class ShopIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private String uris = "";

    @BeforeEach
    void newIndex(ElasticsearchServer server) throws Exception {
        uris = "--spring.elasticsearch.uris=" + server.url();
        try (VersionedClient client = VersionedClient.connect(server.url())) {
            var unused = client.elasticsearch()
                    .indices()
                    .delete(d -> d.index("stock").ignoreUnavailable(true));
        }
    }

    @Test
    void sellsWithNothingButTheAddress() {
        SpringApplication application = new SpringApplicationBuilder(Shop.class)
                .web(WebApplicationType.NONE)
                .build();
        try (ConfigurableApplicationContext context = application.run(uris)) {
            Stocks stocks = context.getBean(Stocks.class);
            stocks.add("4711", new Stock(10));
            assertThat(stocks.sellOne("4711")).isEqualTo(new Stock(9));
            assertThat(stocks.find("4711").source()).isEqualTo(new Stock(9));
        }
    }

    @Test
    void aConflictIsSpringsOptimisticLockingFailure() {
        SpringApplication application = new SpringApplicationBuilder(Shop.class)
                .web(WebApplicationType.NONE)
                .build();
        try (ConfigurableApplicationContext context = application.run(uris)) {
            Stocks stocks = context.getBean(Stocks.class);
            stocks.add("4711", new Stock(10));
            VersionedDocument<Stock> form = stocks.find("4711");
            Stock sold = stocks.sellOne("4711");
            assertThatThrownBy(() -> stocks.save("4711", new Stock(20), form))
                    .isInstanceOf(OptimisticLockingFailureException.class)
                    .hasCauseInstanceOf(VersionConflictException.class);
            assertThatThrownBy(() -> stocks.change("4711", s -> {
                        stocks.save("4711", new Stock(5), stocks.find("4711"));
                        return s.sellOne();
                    }))
                    .isInstanceOf(OptimisticLockingFailureException.class)
                    .hasCauseInstanceOf(AttemptsExhaustedException.class);
            assertThat(sold).isEqualTo(new Stock(9));
            assertThat(stocks.find("4711").source()).isEqualTo(new Stock(5));
        }
    }

    @Test
    void healthMetersAndHotDocumentsAreSeenThroughTheActuator() throws Exception {
        try (ConfigurableApplicationContext context = SpringApplication.run(
                Shop.class,
                uris,
                "--server.port=0",
                "--management.endpoint.health.show-components=always",
                "--management.endpoint.health.show-details=always",
                "--management.endpoints.web.exposure.include=health,metrics,hotdocuments")) {
            String actuator =
                    "http://localhost:" + context.getEnvironment().getProperty("local.server.port") + "/actuator/";
            Stocks stocks = context.getBean(Stocks.class);
            stocks.add("4711", new Stock(10));
            VersionedDocument<Stock> form = stocks.find("4711");
            var sold = stocks.sellOne("4711");
            assertThat(sold).isEqualTo(new Stock(9));
            assertThatThrownBy(() -> stocks.save("4711", new Stock(20), form))
                    .isInstanceOf(OptimisticLockingFailureException.class);

            assertThat(count(actuator
                            + "metrics/optimist.operations?tag=operation:read_modify_write&tag=outcome:applied"))
                    .isEqualTo(1);
            assertThat(count(actuator + "metrics/optimist.operations?tag=operation:index&tag=outcome:conflict"))
                    .isEqualTo(1);
            assertThat(count(actuator + "metrics/optimist.conflicts?tag=kind:stale&tag=index:stock"))
                    .isEqualTo(1);

            JsonNode hot =
                    get(actuator + "hotdocuments?most=1").path("documents").path(0);
            assertThat(hot.path("index").asText()).isEqualTo("stock");
            assertThat(hot.path("id").asText()).isEqualTo("4711");
            assertThat(hot.path("conflicts").asInt()).isEqualTo(1);

            JsonNode health = get(actuator + "health").at("/components/optimist");
            assertThat(health.path("status").asText()).isEqualTo("UP");
            assertThat(health.at("/details/nodes").asInt()).isPositive();
        }
    }

    /** What the server has is left as it is, whatever else may be in the class path of Spring Boot. */
    @Test
    void theClientOfSpringBootIsStillThereBesideIt() throws Exception {
        SpringApplication application = new SpringApplicationBuilder(Shop.class)
                .web(WebApplicationType.NONE)
                .build();
        try (ConfigurableApplicationContext context = application.run(uris)) {
            var theirs = context.getBean(ElasticsearchClient.class);
            var ours = context.getBean(VersionedClient.class).documents("stock", Stock.class);
            var created = ours.create("1", new Stock(3));
            var read = theirs.get(g -> g.index("stock").id("1"), Stock.class);
            assertThat(read.source()).isEqualTo(new Stock(3));
            assertThat(ours.index("1", new Stock(4), WriteCondition.ifSeqNo(read.seqNo(), read.primaryTerm()))
                            .version())
                    .isEqualTo(created.version() + 1);
        }
    }

    private static double count(String url) throws IOException, InterruptedException {
        return StreamSupport.stream(get(url).path("measurements").spliterator(), false)
                .filter(m -> m.path("statistic").asText().equals("COUNT"))
                .mapToDouble(m -> m.path("value").asDouble())
                .sum();
    }

    private static JsonNode get(String url) throws IOException, InterruptedException {
        var answer = HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(url + ": " + answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }
}
