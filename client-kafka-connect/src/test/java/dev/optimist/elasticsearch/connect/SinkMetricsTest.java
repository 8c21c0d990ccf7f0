package dev.optimist.elasticsearch.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.optimist.elasticsearch.ExternalResult.Outcome;
import java.lang.reflect.Proxy;
import java.util.List;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.junit.jupiter.api.Test;

class SinkMetricsTest {
    @Test
    void countsAreShown() {
        TaskContext context = new TaskContext(null);
        Outcomes outcomes = new Outcomes();
        SinkMetrics.register(context, outcomes);
        outcomes.records.add(7);
        outcomes.count(Outcome.APPLIED);
        outcomes.count(Outcome.SUPERSEDED);
        outcomes.count(Outcome.DUPLICATE);
        outcomes.deadLettered.increment();
        outcomes.skipped.increment();
        outcomes.handedOver.increment();
        assertThat(context.metric("records")).isEqualTo(7);
        for (String one :
                List.of("applied", "superseded", "duplicates", "dead-lettered", "skipped", "handed-over", "open")) {
            assertThat(context.metric(one)).as(one).isEqualTo(1);
        }
        assertThat(context.metric("sent-again")).isZero();
    }

    /** A worker before 4.1, which cannot be had together with the API that this is compiled against. */
    @Test
    void aWorkerWithoutMetricsOfPluginsIsEnough() {
        SinkTaskContext old = (SinkTaskContext) Proxy.newProxyInstance(
                SinkTaskContext.class.getClassLoader(),
                new Class<?>[] {SinkTaskContext.class},
                (proxy, method, values) -> {
                    throw new NoSuchMethodError(method.getName());
                });
        assertThatCode(() -> SinkMetrics.register(old, new Outcomes())).doesNotThrowAnyException();
    }
}
