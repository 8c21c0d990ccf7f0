package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Security of one node: a password for user {@code elastic}, and https with a certificate for loopback that signs itself,
 * made by the JDK's keytool. All of it is in the node's own folder, and goes with it.
 *
 * @param password of user {@code elastic}, and of the key
 */
record Security(String password) {
    private static final String CERTIFICATE = "ca.pem";

    /** Runs a program of the distribution with this standard input. */
    interface Tool {
        void run(List<String> command, String input) throws IOException;
    }

    /** Prepares the configuration of a node before it starts, and returns the settings that belong to it. */
    Map<String, String> prepare(Path config, Tool tool) throws IOException {
        keytool(
                config,
                List.of("-genkeypair", "-alias", "http", "-keyalg", "EC", "-validity", "2", "-storetype", "PKCS12"),
                List.of("-dname", "CN=Optimist testkit", "-ext", "san=dns:localhost,ip:127.0.0.1"));
        keytool(config, List.of("-exportcert", "-alias", "http", "-rfc"), List.of("-file", CERTIFICATE));
        String program = "bin/elasticsearch-keystore";
        tool.run(List.of(program, "create"), "");
        tool.run(List.of(program, "add", "-x", "bootstrap.password"), password);
        tool.run(List.of(program, "add", "-x", "xpack.security.http.ssl.keystore.secure_password"), password);
        return Map.of(
                "xpack.security.enabled",
                "true",
                "xpack.security.http.ssl.enabled",
                "true",
                "xpack.security.http.ssl.keystore.path",
                "http.p12");
    }

    private void keytool(Path config, List<String> what, List<String> details) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(what);
        command.addAll(details);
        command.addAll(List.of("-keystore", "http.p12", "-storepass:env", "STOREPASS"));
        ProcessBuilder builder = new ProcessBuilder(command).directory(config.toFile());
        builder.environment().put("STOREPASS", password);
        Programs.run(builder, "");
    }

    /** Returns the certificate that a client has to trust, in PEM form. */
    static Path certificate(NodeProcess node) {
        return node.folder().resolve("config").resolve(CERTIFICATE);
    }

    /** Returns what trusts this certificate and no other. */
    static SSLContext trust(Path certificate) {
        try (InputStream in = Files.newInputStream(certificate)) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "http", CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "Security"; // without the secret
    }
}
