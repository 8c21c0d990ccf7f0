package dev.optimist.elasticsearch.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version of this library, which the build writes. */
final class ConnectorVersion {
    private static final String FILE = "/optimist-kafka-connect.properties";

    private ConnectorVersion() {}

    static String get() {
        try (InputStream file =
                Objects.requireNonNull(ConnectorVersion.class.getResourceAsStream(FILE), "no " + FILE)) {
            Properties properties = new Properties();
            properties.load(file);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
