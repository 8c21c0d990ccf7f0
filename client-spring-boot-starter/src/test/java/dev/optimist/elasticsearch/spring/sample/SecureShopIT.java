package dev.optimist.elasticsearch.spring.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The same with passwords and https, whose authority is in an SSL bundle. */
class SecureShopIT {
    private static ElasticsearchServer server;
    private static Path ca;

    @BeforeAll
    static void start() {
        boolean anAddress = System.getProperty("optimist.testkit.server", "").startsWith("http");
        server = ElasticsearchServer.start(o -> (anAddress ? o.server("auto") : o).password("correct horse"));
        ca = server.caCertificate().orElseThrow();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ConfigurableApplicationContext run(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.elasticsearch.uris=" + server.url(),
                "--spring.elasticsearch.username=elastic",
                "--spring.elasticsearch.password=correct horse"));
        arguments.addAll(List.of(more));
        return new SpringApplicationBuilder(Shop.class)
                .web(WebApplicationType.NONE)
                .run(arguments.toArray(String[]::new));
    }

    @Test
    void sellsThroughAnSslBundle() {
        try (ConfigurableApplicationContext context = run(
                "--spring.ssl.bundle.pem.own.truststore.certificate=" + ca.toUri(),
                "--spring.elasticsearch.restclient.ssl.bundle=own")) {
            Stocks stocks = context.getBean(Stocks.class);
            stocks.add("4711", new Stock(10));
            assertThat(stocks.sellOne("4711")).isEqualTo(new Stock(9));
        }
    }

    @Test
    void trustsNobodyWithoutIt() {
        try (ConfigurableApplicationContext context = run()) {
            assertThatThrownBy(() -> context.getBean(Stocks.class).find("4711")).hasStackTraceContaining("certificate");
        }
    }
}
