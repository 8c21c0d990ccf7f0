package dev.optimist.elasticsearch.testkit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.PullResponseItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;
import org.testcontainers.elasticsearch.ElasticsearchContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/** A cluster of containers, by Testcontainers. */
final class ContainerBackend implements ElasticsearchServer.Backend {
    private static final String REPOSITORY = "docker.elastic.co/elasticsearch/elasticsearch";
    private static final int PULL_MINUTES = 10;

    private static final Logger LOG = LoggerFactory.getLogger(ContainerBackend.class);

    private final List<ElasticsearchContainer> nodes;
    private final List<String> urls;
    private final @Nullable Network network;
    private final @Nullable Path certificate;

    private ContainerBackend(
            List<ElasticsearchContainer> nodes,
            List<String> urls,
            @Nullable Network network,
            @Nullable Path certificate) {
        this.nodes = List.copyOf(nodes);
        this.urls = List.copyOf(urls);
        this.network = network;
        this.certificate = certificate;
    }

    /** Looked at once: where its own helper image, Ryuk, cannot be pulled, Testcontainers tries for minutes. */
    private static final class Engine {
        static final Optional<String> OBSTACLE = obstacle();

        private static Optional<String> obstacle() {
            try {
                boolean answers =
                        mayHaveEngine() && DockerClientFactory.instance().isDockerAvailable();
                if (answers) {
                    DockerClientFactory.instance().client(); // starts Ryuk
                    return Optional.empty();
                }
                return Optional.of("no Docker engine answers");
            } catch (RuntimeException e) { // Testcontainers throws many
                LOG.debug("no container", e);
                return Optional.of("Testcontainers cannot use the Docker engine: " + e.getMessage());
            }
        }
    }

    /** Returns why there can be no container here, if so. */
    static Optional<String> obstacle(ServerVersion version) {
        if (Engine.OBSTACLE.isPresent()) {
            return Engine.OBSTACLE;
        }
        String image = image(version);
        DockerClient docker = DockerClientFactory.lazyClient();
        try {
            docker.inspectImageCmd(image).exec();
            return Optional.empty();
        } catch (NotFoundException notThere) {
            return pull(docker, image) ? Optional.empty() : Optional.of("the image " + image + " cannot be pulled");
        } catch (RuntimeException e) { // docker-java has no one class for what can go wrong here
            return Optional.of("the Docker engine does not answer: " + e.getMessage());
        }
    }

    /** Testcontainers' own look for an engine logs an error where there is none, which is no error here. */
    private static boolean mayHaveEngine() {
        String home = System.getProperty("user.home");
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        return System.getenv("DOCKER_HOST") != null
                || Stream.of(
                                Path.of("/var/run/docker.sock"),
                                Path.of(home, ".docker", "run", "docker.sock"),
                                Path.of(home, ".testcontainers.properties"),
                                Path.of(runtime == null ? home : runtime, "docker.sock"))
                        .anyMatch(Files::exists);
    }

    private static boolean pull(DockerClient docker, String image) {
        try (ResultCallback.Adapter<PullResponseItem> pulling =
                docker.pullImageCmd(image).start()) {
            return pulling.awaitCompletion(PULL_MINUTES, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (IOException | RuntimeException refused) {
            return false;
        }
    }

    private static String image(ServerVersion version) {
        return REPOSITORY + ":" + version.number();
    }

    static ContainerBackend start(ServerVersion version, ServerOptions options) {
        List<String> names = IntStream.rangeClosed(1, options.nodes())
                .mapToObj(i -> "node-" + i)
                .toList();
        Network network = names.size() == 1 ? null : Network.newNetwork();
        List<ElasticsearchContainer> nodes = new ArrayList<>();
        try {
            for (String name : names) {
                nodes.add(node(version, options, name, names, network));
            }
            Startables.deepStart(nodes).join();
            boolean secure = options.password() != null;
            List<String> urls = nodes.stream()
                    .map(node -> (secure ? "https://" : "http://") + node.getHttpHostAddress())
                    .toList();
            awaitCluster(urls, options);
            return new ContainerBackend(nodes, urls, network, secure ? certificate(nodes.get(0)) : null);
        } catch (IOException | RuntimeException e) { // Testcontainers throws many
            String log = nodes.isEmpty() ? "" : tail(nodes.get(0));
            nodes.forEach(ElasticsearchContainer::stop);
            if (network != null) {
                network.close();
            }
            throw new ServerStartException("The container " + image(version) + " did not start: " + e + log, e);
        }
    }

    private static ElasticsearchContainer node(
            ServerVersion version, ServerOptions options, String name, List<String> names, @Nullable Network network) {
        ElasticsearchContainer node = new ElasticsearchContainer(DockerImageName.parse(image(version)))
                .withEnv("ES_JAVA_OPTS", String.join(" ", options.javaOptions()))
                .withEnv("node.name", name)
                .withEnv("cluster.routing.allocation.disk.threshold_enabled", "false")
                .withStartupTimeout(options.startTimeout())
                .withCreateContainerCmdModifier(ContainerBackend::publishOnLoopback);
        String password = options.password();
        if (password == null) {
            node.withEnv("xpack.security.enabled", "false");
        } else {
            node.withPassword(password);
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

    /** By default an engine publishes on all interfaces. If it is elsewhere, its loopback is of no use to us. */
    private static void publishOnLoopback(CreateContainerCmd command) {
        HostConfig host = command.getHostConfig();
        String engine = DockerClientFactory.instance().dockerHostIpAddress();
        if (host != null && (engine.equals("localhost") || engine.equals("127.0.0.1"))) {
            host.withPortBindings(
                    new PortBinding(Ports.Binding.bindIp("127.0.0.1"), ExposedPort.tcp(9200)),
                    new PortBinding(Ports.Binding.bindIp("127.0.0.1"), ExposedPort.tcp(9300)));
        }
    }

    private static Path certificate(ElasticsearchContainer node) throws IOException {
        byte[] pem = node.caCertAsBytes().orElseThrow(() -> new IOException("the container has no CA certificate"));
        Path file = Files.createTempFile("optimist-certificate-", ".pem");
        file.toFile().deleteOnExit();
        return Files.write(file, pem);
    }

    private static void awaitCluster(List<String> urls, ServerOptions options) {
        if (urls.size() == 1) {
            return; // Testcontainers has waited for its "started"
        }
        long end = System.nanoTime() + options.startTimeout().toNanos();
        for (String url : urls) {
            Health health = new Health(url, null, null);
            while (!health.hasNodes(urls.size())) {
                if (System.nanoTime() > end) {
                    throw new ServerStartException("The containers did not find each other in time", null);
                }
                Health.pause();
            }
        }
    }

    private static String tail(ElasticsearchContainer node) {
        try {
            String[] lines = node.getLogs().split("\n");
            int from = Math.max(0, lines.length - 20);
            return ". The end of its log:\n" + String.join("\n", List.of(lines).subList(from, lines.length));
        } catch (RuntimeException neverCreated) {
            return "";
        }
    }

    @Override
    public List<String> urls() {
        return urls;
    }

    @Override
    public @Nullable Path caCertificate() {
        return certificate;
    }

    @Override
    public void close() {
        nodes.forEach(ElasticsearchContainer::stop);
        if (network != null) {
            network.close();
        }
        if (certificate != null) {
            try {
                Files.deleteIfExists(certificate);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
