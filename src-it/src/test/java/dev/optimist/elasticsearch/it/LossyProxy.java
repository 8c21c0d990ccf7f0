package dev.optimist.elasticsearch.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.netcrusher.core.reactor.NioReactor;
import org.netcrusher.tcp.TcpCrusher;
import org.netcrusher.tcp.TcpCrusherBuilder;

/** Stands between a client and the real server, sees every request, loses answers and falls silent on demand. */
final class LossyProxy implements AutoCloseable {
    private static final Pattern REQUEST_LINE = Pattern.compile("^(GET|HEAD|PUT|POST|DELETE) (\\S+) HTTP/1\\.1\r\n");

    private final ExecutorService closer = Executors.newSingleThreadExecutor();
    private final NioReactor reactor;
    private final TcpCrusher crusher;
    private final String url;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger toLose = new AtomicInteger();
    private final Set<InetSocketAddress> losing = ConcurrentHashMap.newKeySet();

    LossyProxy(String serverUrl) {
        URI server = URI.create(serverUrl);
        try {
            int port = freePort();
            url = "http://127.0.0.1:" + port;
            reactor = new NioReactor();
            crusher = TcpCrusherBuilder.builder()
                    .withReactor(reactor)
                    .withBindAddress("127.0.0.1", port)
                    .withConnectAddress(server.getHost(), server.getPort())
                    .withLingerMs(0) // a reset, as of a host that is gone: after an orderly end nobody sends again
                    .withOutgoingTransformFilterFactory(client -> bytes -> request(client, bytes))
                    .withIncomingTransformFilterFactory(client -> bytes -> answer(client, bytes))
                    .buildAndOpen();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    String url() {
        return url;
    }

    /** The answers to the next so many writes do not arrive: the server has acted, and the connection breaks. */
    void loseAnswersToWrites(int count) {
        toLose.set(count);
    }

    /** From now on no byte gets through, in no direction, though connections stay open. */
    void freeze() {
        crusher.freeze();
    }

    void unfreeze() {
        if (crusher.isFrozen()) {
            crusher.unfreeze();
        }
    }

    /** Returns method and path of every request so far that was no read. */
    List<String> writes() {
        return requests.stream().filter(line -> !isRead(line)).toList();
    }

    List<String> reads() {
        return requests.stream().filter(LossyProxy::isRead).toList();
    }

    void forget() {
        requests.clear();
    }

    private static boolean isRead(String request) {
        return request.startsWith("GET") || request.contains("/_mget");
    }

    private void request(InetSocketAddress client, ByteBuffer bytes) {
        // a body may come in pieces of its own; only a head begins like this
        Matcher line = REQUEST_LINE.matcher(StandardCharsets.ISO_8859_1.decode(bytes.duplicate()));
        if (!line.find()) {
            return;
        }
        String request = line.group(1) + " " + line.group(2);
        requests.add(request);
        if (!isRead(request) && toLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            losing.add(client);
        }
    }

    private void answer(InetSocketAddress client, ByteBuffer bytes) {
        if (losing.contains(client)) {
            bytes.position(bytes.limit());
            closer.execute(() -> crusher.closeClient(client)); // which waits for the thread that we are on
        }
    }

    @Override
    public void close() {
        closer.shutdown();
        crusher.close();
        reactor.close();
    }
}
