package dev.optimist.elasticsearch.internal;

import co.elastic.clients.transport.rest5_client.low_level.Node;
import co.elastic.clients.transport.rest5_client.low_level.NodeSelector;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/**
 * Leaves exactly one node, in turn, so that Rest5Client has none to go on to; and says which, whatever Rest5Client thinks of
 * it.
 *
 * <p>Rest5Client leaves a node out for a minute and longer after an exception or a 502, 503 or 504, and does not see a request
 * that we gave up waiting for. While the node of a primary hangs, the others answer 503: by Rest5Client's book the one that
 * hangs would be the only good one. So the book is kept here, of both: a node is left out for 10 s, and twice as long each
 * time that it fails again without an answer in between, up to a minute. If all are left out, the one is asked whose time is
 * over first.
 */
final class OneNode implements NodeSelector {
    static final Duration LEFT_OUT = Duration.ofSeconds(10);
    static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int DOUBLINGS = 3; // more than the longest

    private final List<HttpHost> hosts;
    private final AtomicInteger turn = new AtomicInteger();
    private final ConcurrentMap<HttpHost, Absence> leftOut = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    /** Chosen, but not among the nodes that Rest5Client showed first, which are good by its book; it then shows the others. */
    @SuppressWarnings("ThreadLocalUsage") // of this client's hosts, and for no longer than the choice
    private final ThreadLocal<@Nullable HttpHost> notShown = new ThreadLocal<>();

    /** How often in a row, and until when. */
    private record Absence(int times, long until) {
        boolean isOver(long now) {
            return until - now <= 0;
        }
    }

    OneNode(List<URI> hosts, LongSupplier nanoTime) {
        this.hosts = hosts.stream().map(HttpHost::create).map(OneNode::withPort).toList();
        this.nanoTime = nanoTime;
    }

    /** It did not answer, or that it cannot. */
    void leaveOut(HttpHost host) {
        long now = nanoTime.getAsLong();
        leftOut.compute(withPort(host), (same, before) -> {
            // requests that fail together have failed once
            int times = before == null ? 1 : before.isOver(now) ? before.times() + 1 : before.times();
            Duration time = LEFT_OUT.multipliedBy(1L << Math.min(times - 1, DOUBLINGS));
            return new Absence(times, now + (time.compareTo(LONGEST) < 0 ? time : LONGEST).toNanos());
        });
    }

    /** It answers. */
    void takeIn(HttpHost host) {
        if (!leftOut.isEmpty()) {
            leftOut.remove(withPort(host));
        }
    }

    @Override
    public void select(Iterable<Node> nodes) {
        HttpHost before = notShown.get();
        HttpHost chosen = before == null ? next() : before;
        boolean shown = false;
        for (Iterator<Node> each = nodes.iterator(); each.hasNext(); ) {
            boolean isIt = withPort(each.next().getHost()).equals(chosen);
            if (!isIt || shown) {
                each.remove();
            }
            shown |= isIt;
        }
        if (shown) {
            notShown.remove();
        } else {
            notShown.set(chosen);
        }
    }

    private HttpHost next() {
        long now = nanoTime.getAsLong();
        List<HttpHost> fit = leftOut.isEmpty()
                ? hosts
                : hosts.stream().filter(host -> timeLeft(host, now) <= 0).toList();
        return fit.isEmpty()
                ? hosts.stream()
                        .min(Comparator.comparingLong(host -> timeLeft(host, now)))
                        .orElseThrow()
                : fit.get(Math.floorMod(turn.getAndIncrement(), fit.size()));
    }

    private long timeLeft(HttpHost host, long now) {
        Absence absence = leftOut.get(host);
        return absence == null ? 0 : absence.until() - now;
    }

    /** A node is named as the user did, a connection by the port that it goes to. */
    private static HttpHost withPort(HttpHost host) {
        return RoutingSupport.normalize(host, DefaultSchemePortResolver.INSTANCE);
    }

    @Override
    public String toString() {
        return "one node a request, in turn";
    }
}
