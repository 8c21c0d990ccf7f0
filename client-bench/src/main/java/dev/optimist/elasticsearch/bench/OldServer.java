package dev.optimist.elasticsearch.bench;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Elasticsearch 6.8, the last of which Maven Central has a distribution with scripts in it, as a local process. What the
 * testkit starts, from 7.17 on, is for integration tests and has none.
 */
final class OldServer implements AutoCloseable {
    private static final long NANOS_TO_START = TimeUnit.MINUTES.toNanos(3);
    private static final int SECONDS_TO_END = 30;
    private static final int MILLIS_TO_LOOK_AGAIN = 200;

    private static final String SETTINGS = """
            network.host: 127.0.0.1
            http.port: 0
            node.portsfile: true
            transport.tcp.port: 0
            discovery.type: single-node
            xpack.security.enabled: false
            xpack.ml.enabled: false
            xpack.monitoring.enabled: false
            xpack.watcher.enabled: false
            cluster.routing.allocation.disk.threshold_enabled: false
            """;

    private final Path folder;
    private final Process process;
    private final Thread atExit;

    private OldServer(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
        this.atExit = new Thread(process::destroy, "stop Elasticsearch 6.8");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Starts it on the Java of this JVM, with the heap that the other server has.
     *
     * @param home the distribution, which is not written to
     * @param parent of a new folder for all that it writes
     */
    static OldServer start(Path home, Path parent) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(parent, "elasticsearch-").toRealPath();
        Path config = Files.createDirectory(folder.resolve("config"));
        for (String file : List.of("jvm.options", "log4j2.properties")) {
            Files.copy(home.resolve("config").resolve(file), config.resolve(file));
        }
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Files.writeString(
                config.resolve("elasticsearch.yml"),
                SETTINGS + "path.data: " + folder.resolve("data") + "\npath.logs: " + folder.resolve("logs") + "\n");
        String program = home.resolve("bin/elasticsearch").toString();
        boolean root = "root".equals(System.getProperty("user.name")); // as which it refuses to run
        ProcessBuilder builder = new ProcessBuilder(
                        root
                                ? List.of("unshare", "--user", "--map-user=1000", "--map-group=1000", program)
                                : List.of(program))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out.log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "JAVA_HOME", System.getProperty("java.home"),
                        "ES_PATH_CONF", config.toString(),
                        "ES_TMPDIR", temporary.toString(),
                        "ES_JAVA_OPTS", "-Xms1g -Xmx1g -XX:-AlwaysPreTouch"));
        OldServer server = new OldServer(folder, builder.start());
        try {
            server.await();
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void await() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - begun > NANOS_TO_START) {
                throw new IOException("Elasticsearch 6.8 does not start: see " + folder.resolve("out.log"));
            }
            TimeUnit.MILLISECONDS.sleep(MILLIS_TO_LOOK_AGAIN);
        }
    }

    private boolean isReady() throws IOException {
        if (!Files.exists(ports())) {
            return false;
        }
        HttpURLConnection health = (HttpURLConnection)
                URI.create(url() + "/_cluster/health").toURL().openConnection();
        return health.getResponseCode() == HttpURLConnection.HTTP_OK;
    }

    private Path ports() {
        return folder.resolve("logs/http.ports");
    }

    String url() throws IOException {
        return "http://" + Files.readAllLines(ports()).get(0);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
