package dev.optimist.elasticsearch.testkit;

import dev.optimist.elasticsearch.testkit.FaultPlan.Draw;
import dev.optimist.elasticsearch.testkit.FaultPlan.Draws;
import dev.optimist.elasticsearch.testkit.FaultProxy.Sent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived at a proxy, and what was drawn for it: one lock for both, so that the n-th request is the one that gets
 * the n-th draw. Thread-safe.
 */
final class Journal {
    private final List<Sent> requests = new ArrayList<>();
    private final Map<Fault, Long> injected = new EnumMap<>(Fault.class);
    private long reads;
    private Draws draws = FaultPlan.none().begin();

    synchronized void plan(FaultPlan plan) {
        draws = plan.begin();
    }

    synchronized @Nullable Draw arrived(String method, String path) {
        boolean read = isRead(method, path);
        Draw draw = draws.next(read);
        requests.add(new Sent(method, path, read, draw == null ? null : draw.fault()));
        if (read) {
            reads++;
        }
        if (draw != null) {
            injected.merge(draw.fault(), 1L, Long::sum);
        }
        return draw;
    }

    private static boolean isRead(String method, String path) {
        if (method.equals("GET") || method.equals("HEAD")) {
            return true;
        }
        int query = path.indexOf('?');
        String plain = query < 0 ? path : path.substring(0, query);
        return plain.contains("/_mget") || plain.contains("/_search");
    }

    synchronized List<Sent> requests() {
        return List.copyOf(requests);
    }

    synchronized List<String> lines(boolean read) {
        return requests.stream().filter(r -> r.read() == read).map(Sent::line).toList();
    }

    synchronized long count(boolean read) {
        return read ? reads : requests.size() - reads;
    }

    synchronized Map<Fault, Long> injected() {
        return Map.copyOf(injected);
    }

    synchronized void forget() {
        requests.clear();
        injected.clear();
        reads = 0;
    }
}
