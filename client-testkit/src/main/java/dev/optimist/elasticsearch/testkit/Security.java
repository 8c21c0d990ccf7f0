package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for loopback that signs itself, made by the JDK's keytool, and what a node needs to use it.
 *
 * @param folder holds the certificate as PKCS#12 and as PEM
 * @param password of user {@code elastic}, and of the key
 */
record Security(Path folder, String password) {

    static Security create(String password) {
        try {
            Path folder = Files.createTempDirectory("optimist-certificate-");
            keytool(
                    folder,
                    password,
                    "-genkeypair",
                    "-alias",
                    "http",
                    "-keyalg",
                    "EC",
                    "-validity",
                    "2",
                    "-dname",
                    "CN=Optimist testkit",
                    "-ext",
                    "san=dns:localhost,ip:127.0.0.1",
                    "-storetype",
                    "PKCS12");
            keytool(
                    folder,
                    password,
                    "-exportcert",
                    "-alias",
                    "http",
                    "-rfc",
                    "-file",
                    folder.resolve("ca.pem").toString());
            return new Security(folder, password);
        } catch (IOException e) {
            throw new ServerStartException("No certificate could be made by keytool: " + e, e);
        }
    }

    private static void keytool(Path folder, String password, String... arguments) throws IOException {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", folder.resolve("http.p12").toString(), "-storepass:env", "STOREPASS"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("STOREPASS", password);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool failed: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    void prepare(Path node, Map<String, String> settings, NodeProcess.Keystore.Tool tool) throws IOException {
        Files.copy(folder.resolve("http.p12"), node.resolve("config/http.p12"));
        settings.put("xpack.security.http.ssl.enabled", "true");
        settings.put("xpack.security.http.ssl.keystore.path", "http.p12");
        String program = "bin/elasticsearch-keystore";
        tool.run(List.of(program, "create", ""));
        tool.run(List.of(program, "add", "-x", "bootstrap.password", password));
        tool.run(List.of(program, "add", "-x", "xpack.security.http.ssl.keystore.secure_password", password));
    }

    Path certificate() {
        return folder.resolve("ca.pem");
    }

    SSLContext trust() {
        try (InputStream in = Files.newInputStream(folder.resolve("http.p12"))) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password.toCharArray());
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("http", keys.getCertificate("http"));
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    void close() {
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("left behind: " + folder, e);
        }
    }

    @Override
    public String toString() {
        return "Security[" + folder + "]";
    }
}
