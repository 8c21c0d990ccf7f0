package dev.optimist.elasticsearch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import co.elastic.clients.transport.TransportUtils;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With certificates that no Elasticsearch would send, on a server of the JDK's. */
class TrustTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private static Path folder;

    private static Certificate real;
    private static KeyStore ofReal;
    private static KeyStore ofFalse;

    /** Two authorities of one name, and a certificate for localhost of each. */
    @BeforeAll
    static void makeCertificates() throws Exception {
        for (String authority : List.of("real", "false")) {
            keytool("-genkeypair", "-alias", "ca", "-dname", "CN=The Authority", "-ext", "bc:c", in(authority));
            keytool("-exportcert", "-rfc", "-alias", "ca", "-file", file(authority + ".pem"), in(authority));
            keytool("-genkeypair", "-alias", "leaf", "-dname", "CN=localhost", in(authority + "-leaf"));
            keytool("-certreq", "-alias", "leaf", "-file", file(authority + ".csr"), in(authority + "-leaf"));
            keytool(
                    "-gencert",
                    "-alias",
                    "ca",
                    "-ext",
                    "san=ip:127.0.0.1",
                    "-infile",
                    file(authority + ".csr"),
                    "-outfile",
                    file(authority + ".crt"),
                    in(authority));
        }
        real = store("real").getCertificate("ca");
        ofReal = leaf("real");
        ofFalse = leaf("false");
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    private static String[] in(String store) {
        return new String[] {"-keystore", file(store + ".p12"), "-storepass", new String(PASSWORD), "-keyalg", "EC"};
    }

    private static void keytool(Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        for (Object argument : arguments) {
            if (argument instanceof String[] several) {
                boolean makesKeys = command.contains("-genkeypair");
                command.addAll(List.of(several).subList(0, makesKeys ? several.length : several.length - 2));
            } else {
                command.add((String) argument);
            }
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static KeyStore store(String name) throws Exception {
        return KeyStore.getInstance(folder.resolve(name + ".p12").toFile(), PASSWORD);
    }

    /** A key with its certificate and, as if that were its issuer's, the real authority's. */
    private static KeyStore leaf(String authority) throws Exception {
        Key key = store(authority + "-leaf").getKey("leaf", PASSWORD);
        Certificate certificate;
        try (InputStream in = Files.newInputStream(folder.resolve(authority + ".crt"))) {
            certificate =
                    java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("leaf", key, PASSWORD, new Certificate[] {certificate, real});
        return store;
    }

    private static byte[] fingerprint() throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(real.getEncoded());
    }

    private static int status(KeyStore server, SSLContext trust) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(server, PASSWORD);
        SSLContext its = SSLContext.getInstance("TLS");
        its.init(keys.getKeyManagers(), null, null);
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(its));
        https.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        https.start();
        try {
            return HttpClient.newBuilder()
                    .sslContext(trust)
                    .build()
                    .send(
                            HttpRequest.newBuilder(URI.create("https://127.0.0.1:"
                                            + https.getAddress().getPort()))
                                    .build(),
                            BodyHandlers.discarding())
                    .statusCode();
        } finally {
            https.stop(0);
        }
    }

    @Test
    void whatTheAuthorityHasIssuedIsTrusted() throws Exception {
        assertThat(status(ofReal, Trust.ofAuthority(folder.resolve("real.pem"))))
                .isEqualTo(200);
        assertThat(status(ofReal, Trust.ofFingerprint(fingerprint()))).isEqualTo(200);
    }

    @Test
    void whatItHasNotIssuedIsNotThoughItsCertificateIsSentAlong() throws Exception {
        for (SSLContext trust :
                List.of(Trust.ofAuthority(folder.resolve("real.pem")), Trust.ofFingerprint(fingerprint()))) {
            assertThatThrownBy(() -> status(ofFalse, trust)).hasMessageContaining("is not trusted");
        }
    }

    /** Why there is one of our own. */
    @Test
    void elasticsearchJavasOwnCheckOfAFingerprintTrustsIt() throws Exception {
        String fingerprint = HexFormat.of().formatHex(fingerprint());
        assertThat(status(ofFalse, TransportUtils.sslContextFromCaFingerprint(fingerprint)))
                .isEqualTo(200);
    }

    @Test
    void anotherFingerprintIsNotTrusted() throws Exception {
        byte[] other = fingerprint();
        other[0]++;
        assertThatThrownBy(() -> status(ofReal, Trust.ofFingerprint(other)))
                .hasMessageContaining("no certificate of the fingerprint was sent");
    }

    @Test
    void theAuthorityThatNobodyKnowsIsNamed() {
        assertThatThrownBy(() -> status(ofReal, Trust.ofJvm()))
                .hasMessageContaining("the certificate of CN=localhost, issued by CN=The Authority, is not trusted");
    }
}
