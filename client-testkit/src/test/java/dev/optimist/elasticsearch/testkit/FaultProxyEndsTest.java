package dev.optimist.elasticsearch.testkit;

import static dev.optimist.elasticsearch.testkit.Eventually.eventually;
import static dev.optimist.elasticsearch.testkit.RawClient.get;
import static dev.optimist.elasticsearch.testkit.RawClient.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In whatever state its connections are, a proxy that is closed ends them, and leaves no thread and no port. */
class FaultProxyEndsTest {
    @Test
    @Timeout(20)
    void closeLeavesNothing() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try (TinyServer server = new TinyServer()) {
            FaultProxy proxy = FaultProxy.before(server.url());
            clients.add(new RawClient(proxy.url())); // has sent nothing
            clients.add(new RawClient(proxy.url()).send("PUT /half HTTP/1.1\r\nContent-"));
            RawClient idle = new RawClient(proxy.url()).send(get("/"));
            idle.readUntil("seen .");
            clients.add(idle);
            clients.add(outstanding(proxy, Fault.HOLD, 1));
            clients.add(outstanding(proxy, Fault.LATE, 2));
            eventually("what is held was answered", Duration.ofSeconds(10), () -> server.seen.size() == 2);
            proxy.freeze();
            proxy.plan(FaultPlan.none());
            clients.add(new RawClient(proxy.url()).send(put("/frozen", "a")));
            eventually("all have arrived", Duration.ofSeconds(10), () -> proxy.writes() == 3);
            assertThat(threadsOf(proxy)).isGreaterThanOrEqualTo(1 + clients.size());

            proxy.close();

            assertThat(threadsOf(proxy)).isZero();
            for (RawClient client : clients) {
                assertThat(client.readToEnd()).isIn(RawClient.END, RawClient.RESET);
                client.close();
            }
            assertThat(server.seen).as("what was late or frozen is lost").hasSize(2);
            assertThatThrownBy(() -> new RawClient(proxy.url())).isInstanceOf(ConnectException.class);
            proxy.close();
        }
    }

    private static RawClient outstanding(FaultProxy proxy, Fault fault, long writes) throws Exception {
        proxy.plan(FaultPlan.next(1, fault));
        RawClient client = new RawClient(proxy.url()).send(put("/" + fault, "a"));
        eventually("it has arrived", Duration.ofSeconds(10), () -> proxy.writes() == writes);
        return client;
    }

    /** Threads of this proxy, the acceptor among them. */
    static long threadsOf(FaultProxy proxy) {
        String name = "fault-proxy-" + URI.create(proxy.url()).getPort();
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().equals(name) || t.getName().startsWith(name + "-"))
                .count();
    }
}
