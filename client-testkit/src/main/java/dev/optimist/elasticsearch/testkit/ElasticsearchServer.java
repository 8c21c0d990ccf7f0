package dev.optimist.elasticsearch.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running Elasticsearch or OpenSearch, of one node or more, listening on loopback only. It ends when it is closed and at the latest
 * with this JVM, however that ends, and leaves nothing behind but the unpacked distribution in the cache. (A container that
 * outlives a killed JVM is removed by Testcontainers' Ryuk, unless that is switched off: then it stays. With an engine on another
 * machine it listens there.)
 *
 * <pre>{@code
 * try (ElasticsearchServer server = ElasticsearchServer.start(o -> o.version("8.19.21"))) {
 *     VersionedClient client = VersionedClient.connect(server.url());
 * }
 * }</pre>
 *
 * <p>By default ({@code auto}) it is a container where a Docker engine answers and has the image or can pull it, else a
 * local process; see the package's description for how to choose, and which. Thread-safe.
 */
public final class ElasticsearchServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ElasticsearchServer.class);

    /** In what form it runs. */
    public enum Kind {
        /** By Testcontainers. */
        CONTAINER,
        /** As child processes of this JVM. */
        PROCESS,
        /** It was there before. */
        ADDRESS
    }

    /** What a form has to offer. */
    interface Backend extends AutoCloseable {
        List<String> urls();

        @Nullable
        Path caCertificate();

        @Override
        void close();
    }

    private final Kind kind;
    private final ServerVersion version;
    private final Backend backend;
    private final String description;

    ElasticsearchServer(Kind kind, ServerVersion version, Backend backend, String description) {
        this.kind = kind;
        this.version = version;
        this.backend = backend;
        this.description = description;
    }

    /**
     * Starts one with the settings of the system properties and environment variables, and waits until it answers.
     *
     * @throws ServerStartException if it cannot be started, saying why
     */
    public static ElasticsearchServer start() {
        return start(options -> {});
    }

    /**
     * Starts one and waits until it answers.
     *
     * @param options says what kind
     * @throws ServerStartException if it cannot be started, saying why
     * @throws IllegalArgumentException if an option is out of its bounds
     */
    public static ElasticsearchServer start(Consumer<ServerOptions> options) {
        ServerOptions set = new ServerOptions();
        options.accept(set);
        ElasticsearchServer server = Starter.start(set);
        LOG.info("{}", server);
        return server;
    }

    /** Returns the address of the first node, such as {@code http://127.0.0.1:37121}. */
    public String url() {
        return urls().get(0);
    }

    /** Returns the addresses of all nodes, those that were killed too; they stay the same. */
    public List<String> urls() {
        return backend.urls();
    }

    /** Returns the version as one chooses it, such as {@code 9.5.3} or {@code opensearch-3.6.0}. */
    public String version() {
        return version.name();
    }

    /** Returns the first number of the version, such as 9, or 3 of OpenSearch 3.6.0; see {@link #isOpenSearch}. */
    public int major() {
        return version.major();
    }

    /** Returns whether it is OpenSearch. */
    public boolean isOpenSearch() {
        return version.product() == Product.OPENSEARCH;
    }

    /** Returns in what form it runs. */
    public Kind kind() {
        return kind;
    }

    /** Returns the certificate, in PEM form, that a client has to trust if security is on; empty if it is off. */
    public Optional<Path> caCertificate() {
        return Optional.ofNullable(backend.caCertificate());
    }

    /**
     * Returns the process ids of the nodes, in the order of {@link #urls}, if they are processes. A node that was killed
     * keeps the one that it had, until it is restarted.
     */
    public List<Long> pids() {
        return backend instanceof ProcessBackend processes ? processes.pids() : List.of();
    }

    /**
     * Returns the name that a node has in the cluster, as in the column {@code node} of {@code _cat/shards}: {@code node-1}
     * for the first, which is number 0.
     *
     * @param node from 0, as in {@link #urls}
     * @throws IllegalArgumentException if there is no such node
     * @throws IllegalStateException if it is a server that was there before: its names are its own
     */
    public String nodeName(int node) {
        if (kind == Kind.ADDRESS) {
            throw new IllegalStateException("The names of the nodes are known of a server that the testkit has started,"
                    + " not of this one: " + description);
        }
        if (node < 0 || node >= urls().size()) {
            throw new IllegalArgumentException("node must be 0 to " + (urls().size() - 1) + ", is " + node);
        }
        return "node-" + (node + 1);
    }

    /**
     * Kills a node by SIGKILL, as a machine that fails would, and waits until it is gone. Its data stay, and
     * {@link #restart} finds them. One that was killed already stays so; a paused one can be killed.
     *
     * @param node from 0, as in {@link #urls}
     * @throws IllegalArgumentException if there is no such node
     * @throws IllegalStateException if it is a server that was there before or is closed, or the thread is interrupted
     */
    public void kill(int node) {
        faults(node).kill(node);
    }

    /**
     * Starts a node again that was killed or that runs, with the name, data, settings and address that it had, and waits
     * until it answers, for the {@linkplain ServerOptions#startTimeout start timeout} at most. The cluster need not have
     * taken it back by then; {@code _cluster/health?wait_for_nodes=} says when it has. One that runs is ended in order
     * first, by SIGTERM, and a paused one goes on for that.
     *
     * @param node from 0, as in {@link #urls}
     * @throws ServerStartException if it does not start, saying why
     * @throws IllegalArgumentException if there is no such node
     * @throws IllegalStateException if it is a server that was there before or is closed; or if it is a container of an engine
     *     on another machine, which would come back at another address
     */
    public void restart(int node) {
        faults(node).restart(node);
    }

    /**
     * Stops a node, a process by SIGSTOP and a container by {@code docker pause}, as a machine that hangs would: it accepts
     * connections and answers nothing, until it is {@linkplain #resume resumed}. A second time does nothing.
     *
     * @param node from 0, as in {@link #urls}
     * @throws IllegalArgumentException if there is no such node
     * @throws IllegalStateException if it is a server that was there before or is closed, or the node was killed
     */
    public void pause(int node) {
        faults(node).pause(node);
    }

    /**
     * Lets a paused node go on, by SIGCONT or {@code docker unpause}; one that is not paused does so anyway.
     *
     * @param node from 0, as in {@link #urls}
     * @throws IllegalArgumentException if there is no such node
     * @throws IllegalStateException if it is a server that was there before or is closed, or the node was killed
     */
    public void resume(int node) {
        faults(node).resume(node);
    }

    private NodeFaults faults(int node) {
        nodeName(node); // is there such a node, and is it ours
        if (!(backend instanceof NodeFaults faults)) {
            throw new IllegalStateException("Its nodes cannot be killed, paused or restarted: " + description);
        }
        return faults;
    }

    /** Returns what runs where and why, in one line. */
    public String description() {
        return description;
    }

    /** Stops it and waits until it has; a second time does nothing. */
    @Override
    public void close() {
        backend.close();
    }

    @Override
    public String toString() {
        return description;
    }
}
