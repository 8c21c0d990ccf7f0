package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.internal.StrictTransport.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectOptionsTest {
    private static final String SECRET = "s3cr3t";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "localhost:9200",
                "ftp://localhost",
                "http://",
                "http:///path",
                "http://host:9200?a=b",
                "http://host:9200#a",
                "http://ho st",
                "mailto:a@b"
            })
    void refusesWhatIsNotAnAddress(String url) {
        refused("hosts: ", o -> o.hosts(url));
        refused("hosts: ", o -> o.hosts("http://localhost:9200", url));
    }

    @Test
    void refusesNoHostAtAll() {
        refused("hosts: ", o -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(VersionedClient::connect)
                .withMessageStartingWith("hosts: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://elastic:s3cr3t@localhost:9200",
                "http://elastic:s3cr3t^@localhost:9200", // not even an address
                "http://s3cr3t@localhost",
                "ftp://elastic:s3cr3t@localhost",
                "http://elastic:s3cr3t@local host:9200",
                "http://elastic:s3cr3t@my_host:9200",
                "elastic:s3cr3t@localhost:9200",
                "https://elastic:s3cr3t@"
            })
    void doesNotRepeatAPasswordOfAnAddress(String url) {
        assertThatThrownBy(() -> new ConnectOptions().hosts(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("hosts: ")
                .satisfies(thrown -> {
                    for (Throwable t = thrown; t != null; t = t.getCause()) {
                        assertThat(t.toString()).doesNotContain(SECRET);
                    }
                });
    }

    @Test
    void takesSeveralHosts() {
        Settings settings = new ConnectOptions()
                .hosts("http://a:9200", "HTTPS://b/path")
                .hosts("http://[::1]:9200")
                .settings();
        assertThat(settings.hosts())
                .containsExactly(
                        URI.create("http://a:9200"), URI.create("HTTPS://b/path"), URI.create("http://[::1]:9200"));
    }

    @Test
    void refusesACredentialThatCannotBeOne() {
        refused("username ", o -> o.basicAuth("", SECRET));
        refused("username ", o -> o.basicAuth("a:" + SECRET, "x"));
        refused("password ", o -> o.basicAuth("elastic", ""));
        refused("apiKey ", o -> o.apiKey(""));
    }

    @Test
    void putsTheCredentialIntoTheHeaderAndNowhereElse() {
        ConnectOptions basic = new ConnectOptions().hosts("http://a").basicAuth("elastic", "é" + SECRET);
        assertThat(basic.settings().authorization()).isEqualTo("Basic ZWxhc3RpYzrDqXMzY3IzdA==");
        ConnectOptions key = new ConnectOptions().hosts("http://a").apiKey(SECRET);
        assertThat(key.settings().authorization()).isEqualTo("ApiKey " + SECRET);
        for (Object shown : new Object[] {basic, basic.settings(), key, key.settings()}) {
            assertThat(shown.toString()).doesNotContain(SECRET, "ZWxhc3RpYzrDqXMzY3IzdA");
        }
    }

    @Test
    void refusesTimesAndCountsOutOfBounds() {
        refused("connectTimeout ", o -> o.connectTimeout(Duration.ZERO));
        refused("requestTimeout ", o -> o.requestTimeout(Duration.ofMillis(-1)));
        refused("maxConnectionsPerHost ", o -> o.maxConnectionsPerHost(0));
        refused("maxConnectionsPerHost ", o -> o.maxConnectionsPerHost(-1));
    }

    @Test
    @SuppressWarnings("NullAway") // what callers without null checks do
    void namesWhatIsNull() {
        refused("objectMapper ", o -> o.objectMapper(null));
        refused("sslContext ", o -> o.sslContext(null));
    }

    @Test
    void refusesACertificateThatIsNone(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("missing.crt");
        refused("caCertificate: " + missing, o -> o.caCertificate(missing));
        Path other = Files.writeString(folder.resolve("other.crt"), "not a certificate");
        refused("caCertificate: " + other, o -> o.caCertificate(other));
        Path empty = Files.createFile(folder.resolve("empty.crt"));
        refused("caCertificate: " + empty, o -> o.caCertificate(empty));
    }

    @Test
    void hasTheDocumentedDefaults() {
        Settings settings = new ConnectOptions().hosts("http://a").settings();
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.requestTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.maxConnectionsPerHost()).isEqualTo(64);
        assertThat(settings.compression()).isFalse();
        assertThat(settings.authorization()).isNull();
        assertThat(settings.sslContext()).isNull();
    }

    @Test
    void passesOnWhatIsSet() {
        ObjectMapper mapper = new ObjectMapper();
        Settings settings = new ConnectOptions()
                .hosts("http://a")
                .connectTimeout(Duration.ofSeconds(1))
                .requestTimeout(Duration.ofSeconds(2))
                .maxConnectionsPerHost(3)
                .compression(true)
                .objectMapper(mapper)
                .settings();
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.requestTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.maxConnectionsPerHost()).isEqualTo(3);
        assertThat(settings.compression()).isTrue();
        assertThat(settings.objectMapper()).isSameAs(mapper);
    }

    private static void refused(String parameter, Consumer<ConnectOptions> options) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> {
                    ConnectOptions set = new ConnectOptions();
                    options.accept(set);
                    set.settings();
                })
                .withMessageStartingWith(parameter)
                .withMessageNotContainingAny(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "zz:00", "s3cr3t"})
    void refusesWhatIsNoFingerprint(String fingerprint) {
        refused("caFingerprint must be a SHA-256", o -> o.caFingerprint(fingerprint));
    }

    @Test
    void takesAFingerprintWithColonsOrWithout() {
        new ConnectOptions().caFingerprint("00".repeat(32)).caFingerprint("AB:".repeat(31) + "cd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://proxy:3128", "http://proxy", "http://proxy:3128/path", "proxy:3128"})
    void refusesWhatIsNoProxy(String url) {
        refused("proxy: ", o -> o.proxy(url));
    }

    @Test
    void keepsThePasswordOfAProxySecret() {
        refused("proxy: no user and password", o -> o.proxy("http://me:s3cr3t@proxy:3128"));
    }
}
