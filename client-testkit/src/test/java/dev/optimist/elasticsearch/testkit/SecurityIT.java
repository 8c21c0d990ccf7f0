package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SecurityIT {
    @ParameterizedTest
    @MethodSource("dev.optimist.elasticsearch.testkit.Versions#oldestAndNewest")
    void aPasswordIsAskedForOverHttps(String version) throws Exception {
        Path certificate;
        try (ElasticsearchServer server = ElasticsearchServer.start(
                o -> o.server("process").version(version).password("se cret"))) {
            assertThat(server.url()).startsWith("https://127.0.0.1:");
            certificate = server.caCertificate().orElseThrow();
            HttpClient client =
                    HttpClient.newBuilder().sslContext(trust(certificate)).build();

            // as a server that was there it is of no use, and that is said at once
            assertThatThrownBy(() -> ElasticsearchServer.start(o -> o.server(server.url())))
                    .isInstanceOf(ServerStartException.class)
                    .hasMessageContaining("not trusted");
            assertThat(status(client, server, "se cret")).isEqualTo(200);
            assertThat(status(client, server, "se cre")).isEqualTo(401);
        }
        assertThat(certificate).doesNotExist();
    }

    private static int status(HttpClient client, ElasticsearchServer server, String password) throws Exception {
        String user = Base64.getEncoder().encodeToString(("elastic:" + password).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/_cluster/health"))
                .header("Authorization", "Basic " + user)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static SSLContext trust(Path pem) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(pem)) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
