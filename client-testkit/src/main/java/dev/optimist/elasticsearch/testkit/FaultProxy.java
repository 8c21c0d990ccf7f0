package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between a client and a server, writes down each request that arrives, and does to it what a {@link FaultPlan}
 * says. All else passes as the bytes that came.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.before(server.url());
 *         VersionedClient client = VersionedClient.connect(proxy.url())) {
 *     proxy.plan(FaultPlan.next(1, Fault.RESET_AFTER));
 *     // the next write is applied, and the client does not learn of it
 * }
 * }</pre>
 *
 * <p>A read is a GET, a HEAD, or a request with {@code /_mget} or {@code /_search} in its path; all else is a write.
 *
 * <p>It speaks plain HTTP/1.1, with bodies of a {@code Content-Length} or in chunks. It passes a message on when it has all of
 * it, in memory, up to 1 GB: it is not for streams. {@code Expect: 100-continue}, pipelining, upgrades and https are not
 * supported. There is one connection to the server for each one of a client, made with its first request that gets through.
 * The proxy ends or resets a connection only while it owes an answer on it; where client or server end theirs, it passes that
 * on, to the server always as an orderly end. If the server cannot be reached, the client's connection is reset.
 *
 * <p>It is our own for the reasons in {@code docs/adr/0008-fault-proxy.md}.
 *
 * <p>Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FaultProxy.class);
    private static final int BACKLOG = 512;
    private static final long PAUSE_MILLIS = 100;
    private static final byte[] LOOPBACK = {127, 0, 0, 1}; // the same on machines that prefer IPv6

    private final InetSocketAddress server;
    private final ServerSocket socket;
    private final Gate gate = new Gate();
    private final Journal journal = new Journal();
    private final Set<FaultConnection> connections = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new ArrayList<>(); // of the acceptor alone, until that has ended
    private final Thread acceptor;

    /**
     * A request that has arrived.
     *
     * @param path with its query, as it came
     * @param fault what was done to it, or null
     */
    public record Sent(
            String method,
            String path,
            boolean read,
            @Nullable Fault fault) {
        /** Returns method and path, such as {@code PUT /index/_doc/1?routing=a}. */
        public String line() {
            return method + " " + path;
        }
    }

    private FaultProxy(InetSocketAddress server, ServerSocket socket) {
        this.server = server;
        this.socket = socket;
        this.acceptor = daemon("", this::accept);
    }

    /**
     * Starts a proxy on a free port of 127.0.0.1.
     *
     * @param serverUrl such as {@code http://localhost:9200}; a path is ignored
     * @throws IllegalArgumentException if it is no http address with a host
     * @throws UncheckedIOException if there is no port
     */
    public static FaultProxy before(String serverUrl) {
        URI server = URI.create(serverUrl);
        String host = server.getHost();
        if (!"http".equalsIgnoreCase(server.getScheme()) || host == null) {
            throw new IllegalArgumentException("serverUrl must be an http address, is " + serverUrl);
        }
        int port = server.getPort() < 0 ? 80 : server.getPort();
        try {
            ServerSocket socket = new ServerSocket(0, BACKLOG, InetAddress.getByAddress(LOOPBACK));
            FaultProxy proxy = new FaultProxy(new InetSocketAddress(host, port), socket);
            proxy.acceptor.start();
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the address for the client. */
    public String url() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    /** Does this from the next request on, whatever was planned before. What is under way goes on. */
    public void plan(FaultPlan plan) {
        journal.plan(plan);
    }

    /** Returns what has arrived with a complete head, in this order; a copy. */
    public List<Sent> requests() {
        return journal.requests();
    }

    /** Returns how many writes have arrived with a complete head, whatever became of them. */
    public long writes() {
        return journal.count(false);
    }

    /** Returns how many reads have arrived with a complete head, whatever became of them. */
    public long reads() {
        return journal.count(true);
    }

    /** Returns {@link Sent#line} of the writes that have arrived; a copy. */
    public List<String> writeLines() {
        return journal.lines(false);
    }

    /** Returns {@link Sent#line} of the reads that have arrived; a copy. */
    public List<String> readLines() {
        return journal.lines(true);
    }

    /** Returns how many requests got which fault; a kind that none got is left out. */
    public Map<Fault, Long> injected() {
        return journal.injected();
    }

    /** Forgets requests and counts. The plan goes on. */
    public void forget() {
        journal.forget();
    }

    /**
     * From now on no byte gets through, in no direction, and no end of a connection does, though connections stay open and
     * are accepted. What arrives is still written down, and is passed on after {@link #unfreeze}, as by a network that was
     * cut for a while. Returns when nothing is being written, or after a second where a receiver does not take it.
     */
    public void freeze() {
        gate.freeze();
    }

    /** Lets all through again; nothing happens if it was not frozen. */
    public void unfreeze() {
        gate.unfreeze();
    }

    /**
     * Ends all connections and waits for the proxy's threads to end, unless interrupted. What is still held, delayed or
     * frozen is lost. A second call does nothing.
     */
    @Override
    public void close() {
        gate.end();
        try {
            socket.close();
            connections.forEach(FaultConnection::end); // first, so that all ends even if the caller is interrupted
            acceptor.join();
            connections.forEach(FaultConnection::end);
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (!gate.isGone()) {
            try {
                serve(socket.accept());
            } catch (IOException e) {
                // no more descriptors, say, or the proxy is closed
                LOG.debug("{} did not take a connection", url(), e);
                gate.pause(PAUSE_MILLIS);
            }
        }
    }

    private void serve(Socket client) {
        String name = "-" + client.getPort();
        FaultConnection connection =
                new FaultConnection(client, server, gate, journal, answers -> daemon(name + "-answers", answers));
        connections.add(connection);
        threads.removeIf(thread -> !thread.isAlive());
        Thread thread = daemon(name, () -> {
            try {
                connection.run();
            } finally {
                connections.remove(connection);
            }
        });
        threads.add(thread);
        thread.start();
    }

    private Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, "fault-proxy-" + socket.getLocalPort() + name);
        thread.setDaemon(true);
        return thread;
    }
}
