package dev.optimist.elasticsearch.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Which servers are trusted. One that is not is told by whose certificate it has, which the JDK's own words do not say. */
public final class Trust {
    private Trust() {}

    /** Trusts what this JVM trusts. */
    static SSLContext ofJvm() {
        X509ExtendedTrustManager jvm = anchors(null);
        return context(chain -> jvm);
    }

    /**
     * Trusts the certificates in a file, and what they have issued.
     *
     * @param pem one certificate or more
     * @throws IOException if it cannot be read
     * @throws CertificateException if it holds none
     */
    public static SSLContext ofAuthority(Path pem) throws IOException, CertificateException {
        Collection<? extends Certificate> all;
        try (InputStream in = Files.newInputStream(pem)) {
            all = CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
        if (all.isEmpty()) {
            throw new CertificateException("no certificate");
        }
        X509ExtendedTrustManager authority = anchors(all);
        return context(chain -> authority);
    }

    /**
     * Trusts the authority whose certificate has this fingerprint, if the server sends it along, and what it has issued.
     * elasticsearch-java's context of that name looks at the last certificate that is sent and not at whether it has issued the
     * first: anybody can send it along.
     *
     * @param sha256 32 bytes
     */
    public static SSLContext ofFingerprint(byte[] sha256) {
        return context(chain -> {
            for (X509Certificate certificate : chain) {
                if (MessageDigest.isEqual(sha256, fingerprint(certificate))) {
                    return anchors(List.of(certificate));
                }
            }
            throw new CertificateException("no certificate of the fingerprint was sent");
        });
    }

    private static byte[] fingerprint(X509Certificate certificate) throws CertificateException {
        try {
            return MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        } catch (CertificateException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static X509ExtendedTrustManager anchors(@Nullable Collection<? extends Certificate> trusted) {
        try {
            KeyStore store = null; // the JVM's
            if (trusted != null) {
                store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null, null);
                for (Certificate certificate : trusted) {
                    store.setCertificateEntry("ca-" + store.size(), certificate);
                }
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JVM cannot check certificates", e);
        }
        throw new IllegalStateException("this JVM has no check of X.509 certificates");
    }

    private static SSLContext context(Anchors anchors) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Naming(anchors)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    /** Whom to trust with a chain. */
    private interface Anchors {
        X509ExtendedTrustManager of(X509Certificate[] chain) throws CertificateException;
    }

    private interface Check {
        void by(X509ExtendedTrustManager manager) throws CertificateException;
    }

    private static final class Naming extends X509ExtendedTrustManager {
        private final Anchors anchors;

        Naming(Anchors anchors) {
            this.anchors = anchors;
        }

        private void check(X509Certificate[] chain, Check check) throws CertificateException {
            try {
                check.by(anchors.of(chain));
            } catch (CertificateException e) {
                throw new CertificateException(
                        "the certificate of " + chain[0].getSubjectX500Principal() + ", issued by "
                                + chain[chain.length - 1].getIssuerX500Principal() + ", is not trusted: "
                                + e.getMessage(),
                        e);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain, manager -> manager.checkServerTrusted(chain, authType));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            check(chain, manager -> manager.checkServerTrusted(chain, authType, socket));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            check(chain, manager -> manager.checkServerTrusted(chain, authType, engine));
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw noServer();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw noServer();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw noServer();
        }

        private static CertificateException noServer() {
            return new CertificateException("this is for clients only");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
