package dev.optimist.elasticsearch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.transport.rest5_client.low_level.Node;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneNodeTest {
    private static final HttpHost A = new HttpHost("http", "a", 9200);
    private static final HttpHost B = new HttpHost("http", "b", 9200);
    private static final HttpHost C = new HttpHost("http", "c", 9200);

    private long nanos = Long.MAX_VALUE - 1; // overflows at once, as System.nanoTime may
    private final OneNode nodes = new OneNode(() -> nanos);

    @Test
    void takesThemInTurn() {
        assertThat(chosen(6, A, B, C)).containsExactly(A, B, C, A, B, C);
    }

    @Test
    void keepsTheOnlyOneAndNoneOfNone() {
        assertThat(chosen(2, A)).containsExactly(A, A);
        List<Node> none = new ArrayList<>();
        nodes.select(none);
        assertThat(none).isEmpty();
    }

    @Test
    void leavesOutWhatDidNotAnswerForTenSeconds() {
        nodes.leaveOut(B);
        assertThat(chosen(4, A, B, C)).containsOnly(A, C);
        pass(OneNode.LEFT_OUT.minusNanos(1));
        assertThat(chosen(4, A, B, C)).containsOnly(A, C);
        pass(Duration.ofNanos(1));
        assertThat(chosen(3, A, B, C)).containsExactlyInAnyOrder(A, B, C);
        assertThat(OneNode.LEFT_OUT).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void asksAllIfAllAreLeftOut() {
        Stream.of(A, B, C).forEach(nodes::leaveOut);
        assertThat(chosen(3, A, B, C)).containsExactlyInAnyOrder(A, B, C);
        nodes.leaveOut(A);
        assertThat(chosen(2, A)).as("the others are out for Rest5Client").containsExactly(A, A);
    }

    @Test
    void doingItAgainTakesTenSecondsAgain() {
        nodes.leaveOut(B);
        pass(Duration.ofSeconds(9));
        nodes.leaveOut(B);
        pass(Duration.ofSeconds(9));
        assertThat(chosen(4, A, B)).containsOnly(A);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void knowsANodeThatWasNamedWithoutItsPort(String scheme) {
        HttpHost named = new HttpHost(scheme, "b", -1);
        nodes.leaveOut(new HttpHost(scheme, "b", scheme.equals("http") ? 80 : 443)); // as a route has it
        assertThat(chosen(4, A, named)).containsOnly(A);
        assertThat(chosen(4, A, new HttpHost(scheme, "b", 9200))).contains(new HttpHost(scheme, "b", 9200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void leavesOutANodeThatIsNamedWithoutItsPort(String scheme) {
        HttpHost known = new HttpHost(scheme, "b", scheme.equals("http") ? 80 : 443);
        nodes.leaveOut(new HttpHost(scheme, "b", -1));
        assertThat(chosen(4, A, known)).containsOnly(A);
    }

    @Test
    void goesOnAfterMoreRequestsThanAnIntCounts() throws Exception {
        Field turn = OneNode.class.getDeclaredField("turn");
        turn.setAccessible(true);
        ((AtomicInteger) turn.get(nodes)).set(Integer.MAX_VALUE - 1);
        assertThat(chosen(4, A, B)).containsExactly(A, B, A, B);
    }

    private List<HttpHost> chosen(int times, HttpHost... hosts) {
        List<HttpHost> chosen = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            List<Node> left = new ArrayList<>(Stream.of(hosts).map(Node::new).toList());
            nodes.select(left);
            assertThat(left).hasSize(1);
            chosen.add(left.get(0).getHost());
        }
        return chosen;
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }
}
