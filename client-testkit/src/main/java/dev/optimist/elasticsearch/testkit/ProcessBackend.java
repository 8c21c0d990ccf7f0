package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A cluster of child processes. */
final class ProcessBackend implements ElasticsearchServer.Backend {
    private final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();
    private final List<String> urls = new CopyOnWriteArrayList<>();
    private final List<Long> pids = new CopyOnWriteArrayList<>();
    private final Thread atExit = new Thread(this::stop, "stop Elasticsearch");
    private final @Nullable Security security;
    private @Nullable Path certificate;

    private ProcessBackend(@Nullable Security security) {
        this.security = security;
    }

    static ProcessBackend start(ServerVersion version, ServerOptions options) {
        JavaHome java = version.java(options.javaHomes())
                .orElseThrow(() -> new ServerStartException(
                        "Elasticsearch " + version.number() + " needs a Java of " + version.leastJava() + " or later"
                                + (version.major() == 7 ? " and at most 21" : "")
                                + ", and there is none that fits. Found: "
                                + JavaHome.list(options.javaHomes())
                                + ". Point JAVA_HOME, ES_JAVA_HOME or JAVA21_HOME to one, or choose another version by"
                                + " optimist.testkit.version",
                        null));
        Path home = Distribution.home(version.number(), options.cache());
        String password = options.password();
        ProcessBackend backend = new ProcessBackend(password == null ? null : new Security(password));
        Runtime.getRuntime().addShutdownHook(backend.atExit);
        try {
            backend.startNodes(home, java, options);
            backend.awaitCluster(version, options);
            backend.certificate = backend.security == null ? null : Security.certificate(backend.nodes.get(0));
            return backend;
        } catch (IOException e) {
            backend.close();
            throw new ServerStartException("Elasticsearch " + version.number() + " cannot be started: " + e, e);
        } catch (RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    private void startNodes(Path home, JavaHome java, ServerOptions options) throws IOException {
        List<String> names = IntStream.rangeClosed(1, options.nodes())
                .mapToObj(i -> "node-" + i)
                .toList();
        List<Integer> ports = names.size() == 1 ? List.of() : freePorts(names.size());
        for (int i = 0; i < names.size(); i++) {
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("cluster.name", "optimist-" + ProcessHandle.current().pid());
            settings.put("network.host", "127.0.0.1");
            settings.put("http.port", "0");
            settings.put("node.portsfile", "true");
            settings.put("xpack.security.enabled", "false"); // unless Security says otherwise
            // disks of build machines are nearly full, and then no shard would be given to a node
            settings.put("cluster.routing.allocation.disk.threshold_enabled", "false");
            if (names.size() == 1) {
                settings.put("discovery.type", "single-node");
                settings.put("transport.port", "0");
            } else {
                settings.put(
                        "discovery.seed_hosts",
                        ports.stream().map(p -> "127.0.0.1:" + p).collect(Collectors.joining(", ", "[", "]")));
                settings.put("transport.port", ports.get(i).toString());
                settings.put("cluster.initial_master_nodes", "[" + String.join(", ", names) + "]");
            }
            settings.putAll(options.settings());
            nodes.add(NodeProcess.start(names.get(i), home, java, options.javaOptions(), settings, security));
        }
    }

    /** Held open together, so that they differ. */
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
                ports.add(sockets.get(i).getLocalPort());
            }
            return ports;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private void awaitCluster(ServerVersion version, ServerOptions options) throws IOException {
        Duration limit = options.startTimeout();
        long end = System.nanoTime() + limit.toNanos();
        for (NodeProcess node : nodes) {
            String address = node.httpAddress();
            while (address == null) {
                check(version, node, end, limit);
                address = node.httpAddress();
            }
            urls.add((security == null ? "http://" : "https://") + address);
        }
        for (int i = 0; i < nodes.size(); i++) {
            Health health = security == null
                    ? new Health(urls.get(i), null, null)
                    : new Health(urls.get(i), Security.trust(Security.certificate(nodes.get(i))), security.password());
            while (!health.hasNodes(nodes.size())) {
                check(version, nodes.get(i), end, limit);
            }
            pids.add(health.processId());
        }
    }

    private static void check(ServerVersion version, NodeProcess node, long end, Duration limit) {
        if (!node.isAlive()) {
            throw new ServerStartException(
                    "Elasticsearch " + version.number() + " (" + node.name() + ") ended with status "
                            + node.exitStatus() + " while it was starting. The end of its log:\n" + node.logTail(),
                    null);
        }
        if (System.nanoTime() > end) {
            throw new ServerStartException(
                    "Elasticsearch " + version.number() + " (" + node.name() + ") was not ready within "
                            + limit.toMillis() / 1000.0 + " s. The end of its log:\n" + node.logTail(),
                    null);
        }
        Health.pause();
    }

    @Override
    public List<String> urls() {
        return List.copyOf(urls);
    }

    @Override
    public @Nullable Path caCertificate() {
        return certificate;
    }

    /** Returns the process ids of the servers themselves, not of what started them. */
    List<Long> pids() {
        return List.copyOf(pids);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException atExitAlready) {
            return; // it is being stopped
        }
        stop();
    }

    private synchronized void stop() {
        nodes.parallelStream().forEach(NodeProcess::close);
        nodes.clear();
        pids.clear();
    }
}
