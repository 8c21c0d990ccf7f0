package dev.optimist.elasticsearch.internal;

import co.elastic.clients.transport.rest5_client.low_level.Node;
import co.elastic.clients.transport.rest5_client.low_level.NodeSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.HttpHost;

/**
 * Leaves exactly one node, in turn, so that Rest5Client has none to go on to.
 *
 * <p>Rest5Client itself leaves a node out for a minute and longer after an exception or a 502, 503 or 504. What it does
 * not see is a request that we gave up waiting for; such a node is left out here, for a shorter time, as it may only have
 * been slow. If all are left out, all are asked.
 */
final class OneNode implements NodeSelector {
    static final Duration LEFT_OUT = Duration.ofSeconds(10);

    private final AtomicInteger turn = new AtomicInteger();
    private final ConcurrentMap<HttpHost, Long> leftOutUntil = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    OneNode(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void leaveOut(HttpHost host) {
        leftOutUntil.put(withPort(host), nanoTime.getAsLong() + LEFT_OUT.toNanos());
    }

    @Override
    public void select(Iterable<Node> nodes) {
        List<Integer> all = new ArrayList<>(); // positions
        List<Integer> fit = new ArrayList<>();
        for (Node node : nodes) {
            if (isFit(node.getHost())) {
                fit.add(all.size());
            }
            all.add(all.size());
        }
        if (all.isEmpty()) {
            return;
        }
        List<Integer> candidates = fit.isEmpty() ? all : fit;
        int chosen = candidates.get(Math.floorMod(turn.getAndIncrement(), candidates.size()));
        Iterator<Node> each = nodes.iterator();
        for (int position = 0; each.hasNext(); position++) {
            each.next();
            if (position != chosen) {
                each.remove();
            }
        }
    }

    /** A node is named as the user did, a connection by the port that it goes to. */
    private static HttpHost withPort(HttpHost host) {
        return RoutingSupport.normalize(host, DefaultSchemePortResolver.INSTANCE);
    }

    private boolean isFit(HttpHost node) {
        HttpHost host = withPort(node);
        Long until = leftOutUntil.get(host);
        if (until == null) {
            return true;
        }
        boolean over = until - nanoTime.getAsLong() <= 0;
        if (over) {
            leftOutUntil.remove(host, until);
        }
        return over;
    }

    @Override
    public String toString() {
        return "one node a request, in turn";
    }
}
