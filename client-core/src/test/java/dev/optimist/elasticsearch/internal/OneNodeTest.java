package dev.optimist.elasticsearch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.transport.rest5_client.low_level.Node;
import java.lang.reflect.Field;
import java.net.URI;
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
    private OneNode nodes = of(A, B, C);

    private OneNode of(HttpHost... hosts) {
        return new OneNode(
                Stream.of(hosts).map(HttpHost::toURI).map(URI::create).toList(), () -> nanos);
    }

    @Test
    void takesThemInTurn() {
        assertThat(chosen(6, A, B, C)).containsExactly(A, B, C, A, B, C);
    }

    @Test
    void keepsTheOnlyOne() {
        nodes = of(A);
        assertThat(chosen(2, A)).containsExactly(A, A);
        nodes.leaveOut(A);
        assertThat(chosen(2, A)).containsExactly(A, A);
    }

    @Test
    void leavesOutWhatFailedForTenSeconds() {
        nodes.leaveOut(B);
        assertThat(chosen(4, A, B, C)).containsOnly(A, C);
        pass(OneNode.LEFT_OUT.minusNanos(1));
        assertThat(chosen(4, A, B, C)).containsOnly(A, C);
        pass(Duration.ofNanos(1));
        assertThat(chosen(3, A, B, C)).containsExactlyInAnyOrder(A, B, C);
        assertThat(OneNode.LEFT_OUT).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void leavesOutWhatFailsAgainTwiceAsLongUpToAMinute() {
        for (int seconds : new int[] {10, 20, 40, 60, 60, 60}) {
            nodes.leaveOut(B);
            pass(Duration.ofSeconds(seconds).minusNanos(1));
            assertThat(chosen(4, A, B, C)).as("%s s", seconds).containsOnly(A, C);
            pass(Duration.ofNanos(1));
            assertThat(chosen(3, A, B, C)).contains(B);
        }
    }

    @Test
    void whatFailsTogetherHasFailedOnce() {
        for (int i = 0; i < 5; i++) {
            nodes.leaveOut(B);
        }
        pass(Duration.ofSeconds(10));
        assertThat(chosen(3, A, B, C)).contains(B);
    }

    @Test
    void takesInWhatAnswersAtOnceAndForgetsHowOftenItFailed() {
        nodes.leaveOut(B);
        pass(Duration.ofSeconds(10));
        nodes.leaveOut(B);
        nodes.takeIn(B);
        assertThat(chosen(3, A, B, C)).contains(B);
        nodes.leaveOut(B);
        assertThat(chosen(4, A, B, C)).containsOnly(A, C);
        pass(Duration.ofSeconds(10));
        assertThat(chosen(3, A, B, C)).contains(B);
    }

    @Test
    void ifAllAreLeftOutAsksTheOneWhoseTimeIsOverFirst() {
        for (HttpHost host : List.of(C, A, B)) {
            nodes.leaveOut(host);
            pass(Duration.ofSeconds(1));
        }
        assertThat(chosen(2, A, B, C)).containsExactly(C, C);
        nodes.leaveOut(C);
        assertThat(chosen(2, A, B, C)).containsExactly(A, A);
    }

    /** Where the node of a primary hangs, and the others answer 503 for that. */
    @Test
    void takesOneThatRest5ClientDoesNotShowBeforeOneThatHangs() {
        nodes.leaveOut(A);
        nodes.leaveOut(B);
        nodes.leaveOut(C);
        nodes.takeIn(B);
        assertThat(chosen(4, A)).containsOnly(B);
        nodes.takeIn(C);
        assertThat(chosen(4, A)).containsOnly(B, C);
        assertThat(chosen(4)).containsOnly(B, C);
    }

    @Test
    void doingItAgainTakesTenSecondsAgain() {
        nodes.leaveOut(B);
        pass(Duration.ofSeconds(9));
        nodes.leaveOut(B);
        pass(Duration.ofSeconds(9));
        assertThat(chosen(4, A, B, C)).containsOnly(A, C);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void knowsANodeThatWasNamedWithoutItsPort(String scheme) {
        HttpHost named = new HttpHost(scheme, "b", -1);
        nodes = of(A, named);
        nodes.leaveOut(new HttpHost(scheme, "b", scheme.equals("http") ? 80 : 443)); // as a route has it
        assertThat(chosen(4, A, named)).containsOnly(A);
        nodes.takeIn(named);
        assertThat(chosen(4, A, named)).contains(named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void leavesOutANodeThatIsNamedWithoutItsPort(String scheme) {
        HttpHost known = new HttpHost(scheme, "b", scheme.equals("http") ? 80 : 443);
        nodes = of(A, known);
        nodes.leaveOut(new HttpHost(scheme, "b", -1));
        assertThat(chosen(4, A, known)).containsOnly(A);
    }

    @Test
    void goesOnAfterMoreRequestsThanAnIntCounts() throws Exception {
        Field turn = OneNode.class.getDeclaredField("turn");
        turn.setAccessible(true);
        nodes = of(A, B);
        ((AtomicInteger) turn.get(nodes)).set(Integer.MAX_VALUE - 1);
        assertThat(chosen(4, A, B)).containsExactly(A, B, A, B);
    }

    /** As Rest5Client asks: with those that are good by its book, if there are any, and if it gets none with the others. */
    private List<HttpHost> chosen(int times, HttpHost... good) {
        List<HttpHost> chosen = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            List<Node> left = new ArrayList<>(Stream.of(good).map(Node::new).toList());
            if (!left.isEmpty()) {
                nodes.select(left);
            }
            if (left.isEmpty()) {
                left.addAll(Stream.of(A, B, C)
                        .filter(host -> !List.of(good).contains(host))
                        .map(Node::new)
                        .toList());
                nodes.select(left);
            }
            assertThat(left).hasSize(1);
            chosen.add(left.get(0).getHost());
        }
        return chosen;
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }
}
