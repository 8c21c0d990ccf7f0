package dev.optimist.elasticsearch.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Security of the nodes of a cluster: a password for user {@code elastic}, and one certificate that signs itself, made by the
 * JDK's keytool, for https and for what the nodes say to each other. It lives as long as they do.
 */
final class Security {
    static final String CERTIFICATE = "testkit.crt";
    private static final String KEY = "testkit.key";

    private final String password;
    private final String certificate;
    private final String key;

    private Security(String password, String certificate, String key) {
        this.password = password;
        this.certificate = certificate;
        this.key = key;
    }

    /**
     * Makes a certificate.
     *
     * @param host where the nodes are, if that is not this machine
     */
    static Security of(String password, String host) throws IOException {
        Path folder = Files.createTempDirectory("optimist-key-");
        try {
            Path store = folder.resolve("key.p12");
            keytool(store, password, host);
            KeyStore made = KeyStore.getInstance(store.toFile(), password.toCharArray());
            byte[] key = made.getKey("testkit", password.toCharArray()).getEncoded();
            return new Security(
                    password, pem("CERTIFICATE", made.getCertificate("testkit").getEncoded()), pem("PRIVATE KEY", key));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        } finally {
            Folders.delete(folder);
        }
    }

    private static void keytool(Path store, String password, String host) throws IOException {
        String names = Stream.of("localhost", "127.0.0.1", host)
                .distinct()
                .map(name -> (name.matches("[0-9.]+|.*:.*") ? "ip:" : "dns:") + name)
                .collect(Collectors.joining(",", "san=", ""));
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "testkit",
                "-keyalg",
                "EC",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-dname",
                "CN=Optimist testkit",
                "-ext",
                names,
                "-keystore",
                store.toString(),
                "-storepass:env",
                "STOREPASS");
        builder.environment().put("STOREPASS", password);
        Programs.run(builder, "");
    }

    private static String pem(String what, byte[] der) {
        String lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
    }

    String password() {
        return password;
    }

    /** Returns what has to be in the folder of a node's configuration, by name. */
    Map<String, String> files() {
        return Map.of(CERTIFICATE, certificate, KEY, key);
    }

    /**
     * Returns the settings of a node.
     *
     * @param folder where its files are, in the folder of its configuration; empty, or with a slash at its end
     */
    Map<String, String> settings(String folder) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("xpack.security.enabled", "true");
        for (String layer : List.of("http", "transport")) {
            String ssl = "xpack.security." + layer + ".ssl.";
            settings.put(ssl + "enabled", "true");
            settings.put(ssl + "certificate", folder + CERTIFICATE);
            settings.put(ssl + "key", folder + KEY);
        }
        settings.put("xpack.security.transport.ssl.certificate_authorities", folder + CERTIFICATE);
        settings.put("xpack.security.transport.ssl.verification_mode", "certificate"); // whatever they are called
        return settings;
    }

    /** Returns what trusts this certificate and no other. */
    SSLContext trust() {
        return trust(certificate.getBytes(StandardCharsets.US_ASCII));
    }

    /** Returns what trusts this certificate, in PEM form, and no other. */
    static SSLContext trust(byte[] pem) {
        try (InputStream in = new ByteArrayInputStream(pem)) {
            Certificate only = CertificateFactory.getInstance("X.509").generateCertificate(in);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("http", Objects.requireNonNull(only));
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
