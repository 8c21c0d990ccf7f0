package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A cluster of child processes. */
final class ProcessBackend implements ElasticsearchServer.Backend, NodeFaults {
    private final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();
    private final List<String> urls = new CopyOnWriteArrayList<>();
    private final List<ProcessHandle> servers = new CopyOnWriteArrayList<>();
    /** Held while one node is seen to; not for {@link #stop}, which must not wait for a start. */
    private final Lock faults = new ReentrantLock();

    private final ServerVersion version;
    private final Duration limit;
    private final Thread atExit = new Thread(this::stop, "stop Elasticsearch");
    private final @Nullable Security security;
    private @Nullable Path certificate;

    private ProcessBackend(ServerVersion version, Duration limit, @Nullable Security security) {
        this.version = version;
        this.limit = limit;
        this.security = security;
    }

    static ProcessBackend start(ServerVersion version, ServerOptions options) {
        Generation generation = version.generation();
        JavaHome java = generation
                .java(options.javaHomes())
                .orElseThrow(() -> new ServerStartException(
                        version.title() + " needs " + generation.javaNeeded()
                                + ", and there is none that fits. Found: "
                                + JavaHome.list(options.javaHomes())
                                + ". Point JAVA_HOME, ES_JAVA_HOME or JAVA21_HOME to one, or choose another version by"
                                + " optimist.testkit.version",
                        null));
        Path home = Distribution.home(version, options.cache());
        ProcessBackend backend = new ProcessBackend(version, options.startTimeout(), security(version, options));
        Runtime.getRuntime().addShutdownHook(backend.atExit);
        try {
            backend.startNodes(new Installation(generation, home, java), options);
            backend.awaitCluster();
            backend.certificate = backend.security == null
                    ? null
                    : backend.nodes.get(0).folder().resolve("config/" + Security.CERTIFICATE);
            return backend;
        } catch (IOException e) {
            backend.close();
            throw new ServerStartException(version.title() + " cannot be started: " + e, e);
        } catch (RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    private static @Nullable Security security(ServerVersion version, ServerOptions options) {
        String password = options.password();
        try {
            return password == null ? null : Security.of(password, "localhost");
        } catch (IOException e) {
            throw new ServerStartException(version.title() + " cannot be given a certificate: " + e, e);
        }
    }

    private void startNodes(Installation installation, ServerOptions options) throws IOException {
        Map<String, Map<String, String>> all = NodeSettings.of(installation.generation(), options);
        for (Map.Entry<String, Map<String, String>> node : all.entrySet()) {
            nodes.add(NodeProcess.start(node.getKey(), installation, options.javaOptions(), node.getValue(), security));
        }
    }

    private void awaitCluster() throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        for (NodeProcess node : nodes) {
            String address = node.httpAddress();
            while (address == null) {
                check(node, end);
                address = node.httpAddress();
            }
            urls.add((security == null ? "http://" : "https://") + address);
        }
        for (int i = 0; i < nodes.size(); i++) {
            Health health = health(i);
            while (!health.hasNodes(nodes.size())) {
                check(nodes.get(i), end);
            }
            servers.add(process(health.processId().orElseThrow(() -> new IOException("a node does not tell its pid"))));
        }
    }

    private Health health(int number) {
        return Health.of(urls.get(number), security);
    }

    private static ProcessHandle process(long pid) throws IOException {
        return ProcessHandle.of(pid).orElseThrow(() -> new IOException("process " + pid + " is gone already"));
    }

    private void check(NodeProcess node, long end) {
        if (!node.isAlive()) {
            throw new ServerStartException(
                    version.title() + " (" + node.name() + ") ended with status " + node.exitStatus()
                            + " while it was starting. The end of its log:\n" + node.logTail(),
                    null);
        }
        if (System.nanoTime() > end) {
            throw new ServerStartException(
                    version.title() + " (" + node.name() + ") was not ready within " + limit.toMillis() / 1000.0
                            + " s. The end of its log:\n" + node.logTail(),
                    null);
        }
        Health.pause();
    }

    @Override
    public void kill(int number) {
        withNode(number, node -> ChildProcesses.kill(node.name(), servers.get(number)));
    }

    @Override
    public void restart(int number) {
        withNode(number, node -> {
            ProcessHandle before = servers.get(number);
            if (before.isAlive()) {
                ChildProcesses.signal("CONT", before); // else it would not heed the SIGTERM
            }
            node.restart(URI.create(urls.get(number)).getPort());
            long end = System.nanoTime() + limit.toNanos();
            Health health = health(number);
            // the one before answers for a while
            OptionalLong pid = health.processId();
            while (pid.isEmpty() || pid.getAsLong() == before.pid()) {
                check(node, end);
                pid = health.processId();
            }
            servers.set(number, process(pid.getAsLong()));
        });
    }

    @Override
    public void pause(int number) {
        withNode(number, node -> ChildProcesses.signal("STOP", running(number, node)));
    }

    @Override
    public void resume(int number) {
        withNode(number, node -> ChildProcesses.signal("CONT", running(number, node)));
    }

    private ProcessHandle running(int number, NodeProcess node) {
        ProcessHandle server = servers.get(number);
        if (!server.isAlive()) {
            throw new IllegalStateException(node.name() + " does not run");
        }
        return server;
    }

    private interface Fault {
        void on(NodeProcess node) throws IOException;
    }

    private void withNode(int number, Fault fault) {
        faults.lock();
        try {
            if (number >= nodes.size()) { // they are cleared
                throw new IllegalStateException("The server is closed");
            }
            fault.on(nodes.get(number));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            faults.unlock();
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

    /** Returns the process ids of the servers themselves, not of what started them. */
    List<Long> pids() {
        return servers.stream().map(ProcessHandle::pid).toList();
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
        servers.clear();
    }
}
