package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.Contention;
import dev.optimist.elasticsearch.Internals;
import dev.optimist.elasticsearch.Internals.Mutant;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.it.history.CasRegister;
import dev.optimist.elasticsearch.it.history.CasRegister.Increment;
import dev.optimist.elasticsearch.it.history.CasRegister.Read;
import dev.optimist.elasticsearch.it.history.History;
import dev.optimist.elasticsearch.it.history.LinearizabilityChecker;
import dev.optimist.elasticsearch.it.history.LinearizabilityChecker.Result;
import dev.optimist.elasticsearch.testkit.Fault;
import dev.optimist.elasticsearch.testkit.FaultPlan;
import dev.optimist.elasticsearch.testkit.FaultProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What concurrent callers of one counter saw can be put into one order, in which each call takes effect while it ran. */
@Tag("outcomes")
class LinearizabilityIT extends ServerTest {
    private static final long SEED = Long.getLong("optimist.seed", System.nanoTime());
    private static final int WRITERS = 8;
    private static final int DOCUMENTS = 4;
    private static final int OPERATIONS = 200; // of each writer

    @ParameterizedTest
    @EnumSource(Contention.class)
    void everyHistoryHasAnOrder(Contention contention) throws Exception {
        List<Result<CasRegister.Operation>> results =
                run("ledger " + contention, 0.08, lists -> lists.with(o -> o.contention(contention)));
        assertThat(results).hasSize(DOCUMENTS).allMatch(Result::linearizable);
    }

    @Test
    void comparingContentHasNone() throws Exception {
        List<Result<CasRegister.Operation>> results = run(
                "content comparison",
                0.3,
                counters -> Internals.without(
                        counters.with(o -> o.contention(Contention.NONE)), Mutant.CONTENT_COMPARISON));
        assertThat(results).anyMatch(r -> r.outcome() == LinearizabilityChecker.Outcome.NOT_LINEARIZABLE);
    }

    private List<Result<CasRegister.Operation>> run(
            String what, double share, UnaryOperator<VersionedDocuments<Counter>> change) throws Exception {
        FaultPlan plan = FaultPlan.seeded(SEED, share, EnumSet.complementOf(EnumSet.of(Fault.LATE)));
        System.out.println("linearizability: " + what + ", " + plan + " (repeat with -Doptimist.seed=" + SEED + ")");
        History<CasRegister.Operation> history = new History<>(CasRegister.Operation.class);
        try (FaultProxy proxy = FaultProxy.before(server.url());
                VersionedClient through =
                        VersionedClient.connect(o -> o.hosts(proxy.url()).requestTimeout(Duration.ofSeconds(1)))) {
            VersionedDocuments<Counter> documents =
                    typed(through.documents(index, Counter.class)).with(o -> o.writeLedger(WriteLedger.standard()));
            documents.putLedgerMapping();
            for (int i = 0; i < DOCUMENTS; i++) {
                documents.create(Integer.toString(i), new Counter(0));
            }
            proxy.plan(plan);
            inParallel(change.apply(documents), history);
        }
        List<Result<CasRegister.Operation>> results =
                new ArrayList<>(new LinearizabilityChecker<>(CasRegister.holding(0))
                        .check(history)
                        .values());
        if (!results.stream().allMatch(Result::linearizable)) {
            Path dump = Path.of("target/history-" + what.replace(' ', '-') + ".jsonl");
            history.dump(dump);
            System.out.println("linearizability: the history is in " + dump);
        }
        results.forEach(r -> System.out.println("linearizability: " + what + ": " + r.document() + ": " + r.outcome()
                + " after " + r.states() + " states"));
        return results;
    }

    private static void inParallel(VersionedDocuments<Counter> counters, History<CasRegister.Operation> history)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int w = 0; w < WRITERS; w++) {
                Random random = new Random(SEED + w);
                running.add(threads.submit(() -> {
                    for (int i = 0; i < OPERATIONS; i++) {
                        one(counters, history, Integer.toString(random.nextInt(DOCUMENTS)), random.nextInt(4) == 0);
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void one(
            VersionedDocuments<Counter> counters, History<CasRegister.Operation> history, String id, boolean read) {
        long called = history.tick();
        if (read) {
            long n = counters.get(id).orElseThrow().source().n();
            history.add(id, called, history.tick(), new Read(n));
            return;
        }
        try {
            AtomicLong made = new AtomicLong();
            ModificationResult<Counter> result = counters.readModifyWrite(id, c -> {
                Counter next = c.plus(1);
                made.set(next.n()); // by the last run of the function; what is returned, others may have added to
                return next;
            });
            // one that was found again may be an earlier one than that of the last run
            history.add(id, called, history.tick(), new Increment(1, result.recovered() ? null : made.get()));
        } catch (OutcomeUnknownException e) {
            history.addUnknown(id, called, Increment.unknown());
        }
    }
}
