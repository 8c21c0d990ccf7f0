package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.Contention;
import dev.optimist.elasticsearch.Internals;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.it.ListAppend.Append;
import dev.optimist.elasticsearch.it.ListAppend.Ids;
import dev.optimist.elasticsearch.it.ListAppend.Outcome;
import dev.optimist.elasticsearch.testkit.Fault;
import dev.optimist.elasticsearch.testkit.FaultPlan;
import dev.optimist.elasticsearch.testkit.FaultProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How often an outcome cannot be known, by the size of the ledger and the number of writers to one document; once with ids
 * that take each other's place, as generated ones do, and once with an id of its own for every write, as the caller
 * supplies. Writes the table of docs/guarantees.md to {@code target/ledger-sizes.md}.
 */
@Tag("outcomes-long")
class LedgerSizesIT extends ServerTest {
    private static final long SEED = Long.getLong("optimist.seed", System.nanoTime());
    private static final int WRITERS = 16;
    private static final int[] SIZES = {4, 16, 64, 256};
    private static final int[] WRITERS_A_DOCUMENT = {1, 4, 16};

    /** Of each cell; 24 cells. */
    private static final int OPERATIONS = 4_200;

    /** Longer lists would be the main cost. */
    private static final int IDS_A_DOCUMENT = 600;

    private static final Duration LATE = Duration.ofSeconds(90);

    private record Cell(
            int size, int writers, boolean supplied, ListAppend lists, long faults, long begun, long start) {}

    @Test
    void nothingIsLostOrAppliedTwiceWhateverTheSize() throws IOException {
        System.out.println("ledger sizes: seed " + SEED + " (repeat with -Doptimist.seed=" + SEED + ")");
        List<Cell> cells = new ArrayList<>();
        long arrived;
        long begun;
        FaultPlan plan =
                FaultPlan.seeded(SEED, 0.09, EnumSet.allOf(Fault.class)).withLateAfter(LATE);
        try (FaultProxy proxy = FaultProxy.before(server.url());
                VersionedClient through =
                        VersionedClient.connect(o -> o.hosts(proxy.url()).requestTimeout(Duration.ofSeconds(1)))) {
            proxy.plan(plan);
            for (boolean supplied : new boolean[] {false, true}) {
                for (int size : SIZES) {
                    for (int writers : WRITERS_A_DOCUMENT) {
                        cells.add(run(proxy, through, size, writers, supplied));
                    }
                }
            }
            ListAppend.awaitLate(plan, LATE);
            arrived = proxy.reads() + proxy.writes();
            begun = Internals.requests(through);
        }
        report(cells);
        assertThat(arrived).as("requests at the proxy").isEqualTo(begun);
    }

    private Cell run(FaultProxy proxy, VersionedClient through, int size, int writers, boolean supplied) {
        long start = System.nanoTime();
        String name = newIndex("{}");
        VersionedDocuments<Ids> documents = typed(through.documents(name, Ids.class))
                .with(o -> o.writeLedger(WriteLedger.standard().withSize(size)).contention(Contention.NONE));
        typed(client.documents(name, Ids.class))
                .with(o -> o.writeLedger(WriteLedger.standard()))
                .putLedgerMapping();
        int groups = WRITERS / writers;
        int chapters = Math.max(1, OPERATIONS / groups / IDS_A_DOCUMENT);
        ListAppend lists = new ListAppend(rest, name, groups * chapters);
        long faults = faults(proxy);
        long begun = Internals.requests(through);
        Append append = supplied
                ? (document, id) -> documents.readModifyWrite(document, id, ids -> ids.and(id))
                : (document, id) -> documents.readModifyWrite(document, ids -> ids.and(id));
        lists.append(
                append,
                WRITERS,
                OPERATIONS,
                () -> true,
                SEED,
                (writer, operation, random) ->
                        writer % groups + groups * (int) ((long) (operation - 1) * chapters / OPERATIONS));
        Cell cell = new Cell(
                size, writers, supplied, lists, faults(proxy) - faults, Internals.requests(through) - begun, start);
        System.out.printf(
                Locale.ROOT,
                "ledger sizes: K=%d writers=%d %s done in %.1f s%n",
                size,
                writers,
                supplied ? "an id for each write" : "ids by session",
                (System.nanoTime() - start) / 1e9);
        return cell;
    }

    private static long faults(FaultProxy proxy) {
        return proxy.injected().values().stream().mapToLong(Long::longValue).sum();
    }

    private static void report(List<Cell> cells) throws IOException {
        StringBuilder table = new StringBuilder(
                "| ids | size K | writers a document | operations | faults | lost | twice"
                        + " | disorder | found again | unknown | unknown, % |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
        int operations = 0;
        List<String> wrong = new ArrayList<>();
        for (Cell cell : cells) {
            Outcome o = cell.lists.outcome(cell.faults, Fault.values().length, cell.begun, cell.begun, cell.start);
            operations += o.verdict().operations();
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d | %.2f |%n",
                    cell.supplied ? "one for each write" : "by session",
                    cell.size,
                    cell.writers,
                    o.verdict().operations(),
                    o.faults(),
                    o.verdict().lost(),
                    o.verdict().twice() + o.verdict().phantom(),
                    o.verdict().disorder(),
                    o.recovered(),
                    o.verdict().unknown(),
                    100.0 * o.verdict().unknown() / o.verdict().operations()));
            if (!o.verdict().correct()) {
                wrong.add(cell + ": " + o.verdict());
            }
        }
        Files.writeString(Path.of("target/ledger-sizes.md"), table.toString());
        System.out.println(table);
        assertThat(wrong).isEmpty();
        assertThat(operations).isGreaterThanOrEqualTo(100_000);
    }
}
