package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.Modification;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.testkit.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A call ended without an outcome and is made again by its write id, by whomever: applied once. */
class WriteIdIT extends LossyTest {
    private static final String ORDER = "order 7";

    @BeforeEach
    void aDocument() {
        other.create("1", new Counter(1));
    }

    @Test
    void theCallersOwnIdIsInTheExceptionAndAppliesItOnce() {
        OutcomeUnknownException e = unknown(() -> hurried(lossy).readModifyWrite("1", ORDER, c -> {
            proxy.freeze();
            return increment(c);
        }));
        assertThat(e).hasMessageContaining("the deadline of 1000 ms was reached");
        assertThat(e.writeId()).hasValue(ORDER);
        assertThat(n("1")).as("it is still in the network").isEqualTo(1);
        proxy.unfreeze();

        onceMore(lossy, ORDER);
        onceMore(lossy, ORDER);
        assertThat(n("1")).isEqualTo(2);
    }

    @Test
    void afterARestartToo() {
        OutcomeUnknownException e = unknown(() -> hurried(lossy).readModifyWrite("1", ORDER, c -> {
            proxy.freeze();
            return increment(c);
        }));
        behindProxy.close();
        proxy.unfreeze();
        try (VersionedClient restarted = VersionedClient.connect(server.url())) {
            onceMore(
                    typed(restarted.documents(index, Counter.class)).with(o -> o.writeLedger(WriteLedger.standard())),
                    e.writeId().orElseThrow());
        }
        assertThat(n("1")).isEqualTo(2);
    }

    @Test
    void aGeneratedIdDoesItAsWell() {
        OutcomeUnknownException e = cutOff(lossy, "1");
        proxy.unfreeze();
        onceMore(lossy, e.writeId().orElseThrow());
        assertThat(n("1")).isEqualTo(2);
    }

    /** Later writes of the same client settle its earlier ones, but not this. */
    @Test
    void aGeneratedIdStaysThroughFurtherWritesOfItsClient() {
        OutcomeUnknownException e = cutOff(lossy, "1");
        proxy.unfreeze();
        await(() -> n("1") == 2);
        for (int i = 0; i < 3; i++) {
            lossy.readModifyWrite("1", c -> c.plus(100));
        }
        assertThat(writeIds("1").toString()).contains(e.writeId().orElseThrow());
        ModificationResult<Counter> result =
                lossy.readModifyWrite("1", e.writeId().orElseThrow(), this::increment);
        applies(result, 302, true);
        assertThat(runs).hasValue(1);
        assertThat(n("1")).isEqualTo(302);
    }

    /** The write was never applied, and others came: the id is not there, so it is applied now. */
    @Test
    void anIdThatWasNeverAppliedIsAppliedNow() {
        harm(Fault.HALF_REQUEST);
        OutcomeUnknownException e = unknown(() -> between(lossy, () -> {
                    update("1", 70);
                    update("1", 80);
                })
                .readModifyWrite("1", this::increment));
        applies(lossy.readModifyWrite("1", e.writeId().orElseThrow(), this::increment), 81, false);
        assertThat(runs).hasValue(2);
    }

    @Test
    void aLostAnswerOfACallByIdIsFoundAtOnce() {
        harm(Fault.RESET_AFTER);
        applies(lossy.readModifyWrite("1", ORDER, this::increment), 2, true);
        harm(Fault.RESET_AFTER);
        applies(lossy.readModifyWrite("1", ORDER, this::increment), 2, true);
        assertThat(runs).hasValue(1);
        assertThat(n("1")).isEqualTo(2);
    }

    @Test
    void theIdIsForgottenWithADelete() {
        lossy.readModifyWrite("1", ORDER, this::increment);
        lossy.readModifyWriteOptional("1", c -> Modification.delete());
        ModificationResult<Counter> again =
                lossy.readModifyWriteOptional("1", ORDER, c -> Modification.index(increment(new Counter(0))));
        applies(again, 1, false);
        assertThat(runs).hasValue(2);
    }

    @Test
    void threadsWithTheSameIdAtOnceApplyItOnce() throws Exception {
        int threads = 4;
        int rounds = 25;
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        int recovered = 0;
        // with the usual time-out: a writer whose answer comes after it finds his own write, and is recovered, too
        try (VersionedClient patient = VersionedClient.connect(server.url())) {
            VersionedDocuments<Counter> third =
                    typed(patient.documents(index, Counter.class)).with(o -> o.writeLedger(WriteLedger.standard()));
            for (int round = 0; round < rounds; round++) {
                String order = "order " + round;
                List<Future<ModificationResult<Counter>>> all = new ArrayList<>();
                for (int t = 0; t < threads; t++) {
                    VersionedDocuments<Counter> mine = t % 2 == 0 ? third : other;
                    all.add(pool.submit(() -> {
                        together.await();
                        return mine.readModifyWrite("1", order, this::increment);
                    }));
                }
                for (Future<ModificationResult<Counter>> each : all) {
                    recovered += each.get().recovered() ? 1 : 0;
                }
                assertThat(n("1")).isEqualTo(2 + round);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(recovered).isEqualTo(rounds * (threads - 1));
    }

    /** What was in the network may be applied before this call or lose to it. */
    private void onceMore(VersionedDocuments<Counter> documents, String writeId) {
        ModificationResult<Counter> result = documents.readModifyWrite("1", writeId, this::increment);
        assertThat(result.source()).isEqualTo(new Counter(2));
    }
}
