package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import dev.optimist.elasticsearch.Contention;
import dev.optimist.elasticsearch.Internals;
import dev.optimist.elasticsearch.Internals.Mutant;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.it.ListAppend.Ids;
import dev.optimist.elasticsearch.it.ListAppend.Outcome;
import dev.optimist.elasticsearch.testkit.Fault;
import dev.optimist.elasticsearch.testkit.FaultPlan;
import dev.optimist.elasticsearch.testkit.FaultProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every update exactly once, whatever the network does: sixteen writers through a proxy that harms every tenth write. And
 * with a guard taken out, the same check fails.
 */
@Tag("outcomes")
class OutcomesIT extends ServerTest {
    /** Another one each time; {@code -Doptimist.seed} repeats one. */
    private static final long SEED = Long.getLong("optimist.seed", System.nanoTime());

    private static final int WRITERS = 16;
    private static final Duration LATE = Duration.ofSeconds(20);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(1);

    /** Those that make a client without a time-out of its own wait for a minute. */
    private static final Set<Fault> SILENT = EnumSet.of(Fault.HOLD, Fault.LATE);

    private static @Nullable Outcome whole;
    private static int mutants;
    private static int caught;

    @BeforeAll
    static void sayTheSeed() {
        System.out.println("outcomes: seed " + SEED + " (repeat with -Doptimist.seed=" + SEED + ")");
    }

    private static final String TOGETHER = "calls that go together";

    /** The line of the profile {@code outcomes}. */
    @AfterAll
    static void summarize() throws IOException {
        if (whole == null) {
            return; // it has failed, or was not chosen
        }
        String line = "outcomes: operations=" + whole.verdict().operations() + " faults=" + whole.faults() + " kinds="
                + whole.kinds() + " lost=" + whole.verdict().lost() + " twice="
                + (whole.verdict().twice() + whole.verdict().phantom()) + " disorder="
                + whole.verdict().disorder() + " unknown=" + whole.verdict().unknown() + " undecidable="
                + whole.undecidable() + " mutants-caught=" + caught + "/" + mutants;
        Files.writeString(Path.of("target/outcomes.txt"), line + "\n");
    }

    @Test
    void everyUpdateIsAppliedExactlyOnce() {
        FaultPlan plan =
                FaultPlan.seeded(SEED, 0.09, EnumSet.allOf(Fault.class)).withLateAfter(LATE);
        Outcome outcome = run("strict transport and ledger", plan, 8, 10_000, o -> o);
        whole = outcome;
        assertThat(outcome.verdict().operations()).isGreaterThanOrEqualTo(10_000);
        assertThat(outcome.faults()).isGreaterThanOrEqualTo(800);
        assertThat(outcome.kinds()).isGreaterThanOrEqualTo(9);
        assertThat(outcome.verdict().correct()).as(outcome.verdict().toString()).isTrue();
        assertThat(outcome.verdict().unknown()).isLessThan(outcome.verdict().operations() / 200);
        assertThat(outcome.undecidable())
                .as(outcome.reasons().toString())
                .isEqualTo(outcome.verdict().unknown());
        assertThat(outcome.begun()).as("sends counted at the proxy").isEqualTo(outcome.arrived());
        assertThat(outcome.recovered()).as("lost answers that were found").isPositive();
    }

    /** Calls of one client share their writes, so that fewer are sent and a fault is one of many calls. */
    @Test
    void everyUpdateOfCallsThatGoTogetherIsAppliedExactlyOnce() {
        FaultPlan plan = FaultPlan.seeded(SEED, 0.2, EnumSet.allOf(Fault.class)).withLateAfter(LATE);
        Outcome outcome = run(TOGETHER, plan, 8, 5_000, lists -> lists.with(o -> o.contention(Contention.COMBINE)));
        assertThat(outcome.verdict().operations()).isGreaterThanOrEqualTo(5_000);
        assertThat(outcome.faults()).isGreaterThanOrEqualTo(100);
        assertThat(outcome.kinds()).isGreaterThanOrEqualTo(9);
        assertThat(outcome.verdict().correct()).as(outcome.verdict().toString()).isTrue();
        assertThat(outcome.verdict().unknown()).isLessThan(outcome.verdict().operations() / 200);
        assertThat(outcome.begun()).as("sends counted at the proxy").isEqualTo(outcome.arrived());
        assertThat(outcome.recovered()).as("lost answers that were found").isPositive();
    }

    @ParameterizedTest
    @EnumSource(Mutant.class)
    void isMissedWhenAGuardIsTakenOut(Mutant mutant) {
        mutants++;
        FaultPlan plan = FaultPlan.seeded(SEED, 0.2, EnumSet.complementOf(EnumSet.of(Fault.LATE)));
        Outcome outcome = run(mutant.toString(), plan, 2, 1_500, lists -> {
            int size = mutant == Mutant.DROPPED_IDS_IGNORED ? 1 : 64;
            return Internals.without(
                    lists.with(o -> o.writeLedger(WriteLedger.standard().withSize(size))), mutant);
        });
        assertThat(outcome.verdict().correct()).as(outcome.toString()).isFalse();
        caught++;
    }

    @ElasticsearchJava9
    @Since(
            value = "7.14",
            openSearch = false,
            because = "elasticsearch-java's own transport takes no answer without X-Elastic-Product")
    @Test
    void isMissedWhenTheStrictTransportIsTakenOut() throws IOException {
        mutants++;
        Outcome outcome = runWithDefaultClient(lists -> lists.with(o -> o.writeLedger(null)));
        assertThat(outcome.verdict().twice())
                .as("conflicts with itself, taken for those of others: " + outcome)
                .isPositive();
        assertThat(outcome.verdict().unknown())
                .as("lost answers that were not sent again are told: " + outcome)
                .isPositive();
        assertThat(outcome.arrived()).as("sent again behind our back").isGreaterThan(outcome.begun());
        caught++;
    }

    @ElasticsearchJava9
    @Since(
            value = "7.14",
            openSearch = false,
            because = "elasticsearch-java's own transport takes no answer without X-Elastic-Product")
    @Test
    void theLedgerFindsItAlsoThroughTheDefaultTransport() throws IOException {
        Outcome outcome = runWithDefaultClient(lists -> lists);
        assertThat(outcome.verdict().correct()).as(outcome.verdict().toString()).isTrue();
        assertThat(outcome.arrived()).as("sent again behind our back").isGreaterThan(outcome.begun());
    }

    private Outcome runWithDefaultClient(UnaryOperator<VersionedDocuments<Ids>> change) throws IOException {
        long start = System.nanoTime();
        FaultPlan plan = FaultPlan.seeded(SEED, 0.1, EnumSet.complementOf(EnumSet.copyOf(SILENT)));
        try (FaultProxy proxy = FaultProxy.before(server.url());
                ElasticsearchClient theirs = DefaultTransport.plainJson(proxy.url());
                VersionedClient through = VersionedClient.of(theirs)) {
            return run("elasticsearch-java's default transport", proxy, through, plan, 4, 1_500, change, start);
        }
    }

    private Outcome run(
            String what, FaultPlan plan, int documents, int operations, UnaryOperator<VersionedDocuments<Ids>> change) {
        long start = System.nanoTime();
        try (FaultProxy proxy = FaultProxy.before(server.url());
                VersionedClient through =
                        VersionedClient.connect(o -> o.hosts(proxy.url()).requestTimeout(REQUEST_TIMEOUT))) {
            return run(what, proxy, through, plan, documents, operations, change, start);
        }
    }

    private Outcome run(
            String what,
            FaultProxy proxy,
            VersionedClient through,
            FaultPlan plan,
            int documents,
            int operations,
            UnaryOperator<VersionedDocuments<Ids>> change,
            long start) {
        System.out.println("outcomes: " + what + ": " + operations + " operations, " + plan);
        typed(client.documents(index, Ids.class))
                .with(o -> o.writeLedger(WriteLedger.standard()))
                .putLedgerMapping();
        ListAppend lists = new ListAppend(rest, index, documents, what.equals(TOGETHER));
        proxy.plan(plan);
        VersionedDocuments<Ids> theirs = typed(through.documents(index, Ids.class))
                .with(o -> o.writeLedger(WriteLedger.standard()).contention(Contention.NONE));
        lists.append(change.apply(theirs), WRITERS, operations, SEED);
        if (proxy.injected().getOrDefault(Fault.LATE, 0L) > 0) {
            ListAppend.awaitLate(plan, LATE);
        }
        Outcome outcome = lists.check(proxy, through, start);
        System.out.println("outcomes: " + what + ": " + outcome);
        outcome.reasons().stream().limit(5).forEach(r -> System.out.println("  unknown: " + r));
        outcome.verdict().explanations().stream().limit(5).forEach(e -> System.out.println("  " + e));
        return outcome;
    }
}
