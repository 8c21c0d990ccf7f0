package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.Network;
import org.testcontainers.elasticsearch.ElasticsearchContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/** A cluster of containers. */
final class ContainerBackend implements ElasticsearchServer.Backend, NodeFaults {
    private static final String REPOSITORY = "docker.elastic.co/elasticsearch/elasticsearch";

    /** In the folder of the configuration; not the one that the image itself puts certificates into. */
    private static final String FOLDER = "testkit/";

    private static final String CONFIG = "/usr/share/elasticsearch/config/";

    private final List<ContainerNode> nodes = new ArrayList<>();
    private final List<String> urls = new ArrayList<>();
    private final Lock lock = new ReentrantLock();
    private final ServerVersion version;
    private final ServerOptions options;
    private final @Nullable Security security;
    private final @Nullable Network network;
    private final Duration limit;
    private @Nullable Path certificate;
    private boolean closed;

    private ContainerBackend(ServerVersion version, ServerOptions options) throws IOException {
        this.version = version;
        this.options = options;
        this.limit = options.startTimeout();
        this.security = security(version, options);
        this.network = options.nodes() == 1 ? null : Network.newNetwork();
    }

    /**
     * Returns what a node cannot do by itself: one that the image has given a certificate shares it with no other, unless the
     * others are enrolled one by one, and before 8 the image gives none.
     */
    private static @Nullable Security security(ServerVersion version, ServerOptions options) throws IOException {
        String password = options.password();
        boolean byItself = options.nodes() == 1 && version.major() >= 8;
        return password == null || byItself ? null : Security.of(password, DockerEngine.host());
    }

    /** Returns why there can be no container here, if so. */
    static Optional<String> obstacle(ServerVersion version) {
        return DockerEngine.obstacle(image(version));
    }

    private static String image(ServerVersion version) {
        return REPOSITORY + ":" + version.number();
    }

    static ContainerBackend start(ServerVersion version, ServerOptions options) {
        try {
            ContainerBackend backend = new ContainerBackend(version, options);
            try {
                backend.startNodes();
                return backend;
            } catch (IOException | RuntimeException e) {
                String log = backend.nodes.isEmpty() ? "" : tail(backend.nodes.get(0));
                backend.close();
                throw new ServerStartException("The container " + image(version) + " did not start: " + e + log, e);
            }
        } catch (IOException e) {
            throw new ServerStartException("The container " + image(version) + " cannot be prepared: " + e, e);
        }
    }

    private static String tail(ContainerNode node) {
        return ". The end of its log:\n" + node.logTail();
    }

    private void startNodes() throws IOException {
        List<String> names = IntStream.rangeClosed(1, options.nodes())
                .mapToObj(i -> "node-" + i)
                .toList();
        List<Integer> ports = NodeSettings.freePorts(names.size());
        for (int i = 0; i < names.size(); i++) {
            nodes.add(new ContainerNode(names.get(i), container(names.get(i), names), ports.get(i)));
        }
        Startables.deepStart(nodes.stream().map(ContainerNode::container)).join();
        for (ContainerNode node : nodes) {
            urls.add((options.password() == null ? "http://" : "https://")
                    + node.container().getHttpHostAddress());
        }
        if (options.password() != null) {
            certificate = certificate(nodes.get(0).container());
        }
        long end = System.nanoTime() + limit.toNanos();
        for (int i = 0; i < nodes.size(); i++) {
            Health health = health(i);
            while (!health.hasNodes(nodes.size())) {
                check(nodes.get(i), end);
            }
        }
    }

    private ElasticsearchContainer container(String name, List<String> names) {
        ElasticsearchContainer node = new ElasticsearchContainer(DockerImageName.parse(image(version)))
                .withEnv("ES_JAVA_OPTS", String.join(" ", options.javaOptions()))
                .withEnv("node.name", name)
                .withEnv("cluster.routing.allocation.disk.threshold_enabled", "false")
                .withEnv("cluster.info.update.interval", "24h") // NodeSettings says why
                .withStartupTimeout(limit);
        String password = options.password();
        if (password == null) {
            node.withEnv("xpack.security.enabled", "false");
        } else {
            node.withPassword(password);
        }
        if (security != null) {
            security.settings(FOLDER).forEach(node::withEnv);
            security.files()
                    .forEach((file, pem) -> node.withCopyToContainer(Transferable.of(pem), CONFIG + FOLDER + file));
            node.withCertPath(CONFIG + FOLDER + Security.CERTIFICATE);
        }
        if (network != null) {
            String all = String.join(",", names);
            node.withNetwork(network)
                    .withNetworkAliases(name)
                    .withEnv("discovery.type", "multi-node")
                    .withEnv("discovery.seed_hosts", all)
                    .withEnv("cluster.initial_master_nodes", all)
                    .withEnv("node.store.allow_mmap", "false"); // else the host has to raise vm.max_map_count
        }
        options.settings().forEach(node::withEnv);
        return node;
    }

    private static Path certificate(ElasticsearchContainer node) throws IOException {
        byte[] pem = node.caCertAsBytes().orElseThrow(() -> new IOException("the container has no CA certificate"));
        Path file = Files.createTempFile("optimist-certificate-", ".pem");
        file.toFile().deleteOnExit();
        return Files.write(file, pem);
    }

    private Health health(int number) {
        String password = options.password();
        Path trusted = certificate;
        try {
            return trusted == null
                    ? new Health(urls.get(number), null, null)
                    : new Health(urls.get(number), Security.trust(Files.readAllBytes(trusted)), password);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void check(ContainerNode node, long end) {
        if (!node.isRunning()) {
            throw new ServerStartException(version.title() + " (" + node.name() + ") has ended" + tail(node), null);
        }
        if (System.nanoTime() > end) {
            throw new ServerStartException(
                    version.title() + " (" + node.name() + ") was not ready within " + limit.toMillis() / 1000.0 + " s"
                            + tail(node),
                    null);
        }
        Health.pause();
    }

    @Override
    public void kill(int node) {
        withNode(node, ContainerNode::kill);
    }

    @Override
    public void restart(int number) {
        withNode(number, node -> {
            node.restart();
            long end = System.nanoTime() + limit.toNanos();
            Health health = health(number);
            while (health.processId().isEmpty()) {
                check(node, end);
            }
        });
    }

    @Override
    public void pause(int node) {
        withNode(node, ContainerNode::pause);
    }

    @Override
    public void resume(int node) {
        withNode(node, ContainerNode::resume);
    }

    private void withNode(int number, Consumer<ContainerNode> fault) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("The server is closed");
            }
            fault.accept(nodes.get(number));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<String> urls() {
        return List.copyOf(urls);
    }

    @Override
    public @Nullable Path caCertificate() {
        return certificate;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            nodes.forEach(node -> node.container().stop());
            if (network != null) {
                network.close();
            }
            if (certificate != null) {
                Files.deleteIfExists(certificate);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }
}
