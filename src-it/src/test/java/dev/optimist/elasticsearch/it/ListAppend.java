package dev.optimist.elasticsearch.it;

import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.AttemptsExhaustedException;
import dev.optimist.elasticsearch.DocumentToken;
import dev.optimist.elasticsearch.Internals;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.ServerUnavailableException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.it.history.ListAppendChecker;
import dev.optimist.elasticsearch.it.history.Verdict;
import dev.optimist.elasticsearch.testkit.Fault;
import dev.optimist.elasticsearch.testkit.FaultPlan;
import dev.optimist.elasticsearch.testkit.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Writers append ids to lists in documents, each id once, while a proxy or something else does harm. What the calls have
 * said is then held against what the documents hold.
 */
final class ListAppend {
    private static final int PROGRESS = 2_500;
    private static final int IDS_A_DOCUMENT = 500;

    /** The document. */
    record Ids(List<String> ids) {
        Ids and(String id) {
            List<String> more = new ArrayList<>(ids);
            more.add(id);
            return new Ids(more);
        }
    }

    /**
     * What came out.
     *
     * @param faults how many were injected
     * @param kinds of how many kinds
     * @param arrived requests that came to the proxy
     * @param begun requests that the client has begun
     * @param recovered calls that found their own write
     * @param reasons of unknown outcomes
     */
    record Outcome(
            Verdict verdict,
            long faults,
            int kinds,
            long arrived,
            long begun,
            int recovered,
            List<String> reasons,
            Map<String, Integer> failures,
            Duration took) {

        /** Returns how many outcomes nobody could know, by the rule of the ledger. */
        long undecidable() {
            return reasons.stream()
                    .filter(r -> !r.contains("deadline of") && !r.contains("attempts were used up"))
                    .count();
        }

        @Override
        public String toString() {
            return "operations=" + verdict.operations() + " faults=" + faults + " kinds=" + kinds + " lost="
                    + verdict.lost() + " twice=" + verdict.twice() + " phantom=" + verdict.phantom() + " disorder="
                    + verdict.disorder() + " unknown=" + verdict.unknown() + " undecidable=" + undecidable()
                    + " recovered=" + recovered + " arrived=" + arrived + " begun=" + begun + " failed=" + failures
                    + " in " + took.toMillis() / 1000.0 + " s";
        }
    }

    private final Rest rest;
    private final String index;
    private final int documents;
    private final ListAppendChecker checker;
    private final Queue<String> reasons = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> failures = new ConcurrentSkipListMap<>();
    private final AtomicInteger recovered = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();

    /** Makes the documents, empty. */
    ListAppend(Rest rest, String index, int documents) {
        this(rest, index, documents, false);
    }

    /** The same where operations may share a write. */
    ListAppend(Rest rest, String index, int documents, boolean shared) {
        this.checker = new ListAppendChecker(shared);
        this.rest = rest;
        this.index = index;
        this.documents = documents;
        for (int i = 0; i < documents; i++) {
            rest.put("/" + index + "/_create/" + i, "{\"ids\":[]}").ok();
        }
    }

    /** Appends one id. */
    interface Append {
        ModificationResult<Ids> append(String document, String id);
    }

    /** Which document a writer appends to next. */
    interface Choice {
        int document(int writer, int operation, Random random);
    }

    /** So many writers append so many ids in all, each to a document of its choice. */
    void append(VersionedDocuments<Ids> lists, int writers, int operations, long seed) {
        append(
                (document, id) -> lists.readModifyWrite(document, ids -> ids.and(id)),
                writers,
                operations,
                () -> true,
                seed,
                (writer, operation, random) -> random.nextInt(documents));
    }

    /**
     * The same as long as {@code goOn} says so, each writer to documents of its own: to one of them after the other, so that
     * lists stay short.
     */
    void appendToOwn(VersionedDocuments<Ids> lists, int writers, BooleanSupplier goOn) {
        append(
                (document, id) -> lists.readModifyWrite(document, ids -> ids.and(id)),
                writers,
                Integer.MAX_VALUE,
                goOn,
                0,
                (writer, operation, random) ->
                        writer + writers * (operation / (IDS_A_DOCUMENT * writers) % (documents / writers)));
    }

    void append(Append append, int writers, int operations, BooleanSupplier goOn, long seed, Choice choice) {
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                int writer = w;
                Random random = new Random(seed + w);
                running.add(threads.submit(() -> {
                    int next;
                    while (goOn.getAsBoolean() && (next = begun.incrementAndGet()) <= operations) {
                        if (next % PROGRESS == 0) {
                            System.out.println("  " + next + " appended");
                        }
                        String document = Integer.toString(choice.document(writer, next, random));
                        appendOne(append, document, writer + "-" + next);
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void appendOne(Append append, String document, String id) {
        try {
            ModificationResult<Ids> result = append.append(document, id);
            if (result.recovered()) {
                recovered.incrementAndGet();
            }
            Ids now = Objects.requireNonNull(result.source());
            DocumentToken token = Objects.requireNonNull(result.token());
            checker.acknowledged(document, id, token.seqNo(), token.primaryTerm(), now.ids(), result.recovered());
        } catch (OutcomeUnknownException e) {
            reasons.add(String.valueOf(e.getMessage()));
            checker.unknown(document, id);
        } catch (AttemptsExhaustedException | ServerUnavailableException | RequestRejectedException e) {
            failures.merge(e.getClass().getSimpleName(), 1, Integer::sum);
            checker.notApplied(document, id);
        }
    }

    /** Holds what was said against what is there. */
    Outcome check(FaultProxy proxy, VersionedClient client, long startNanos) {
        Map<Fault, Long> injected = proxy.injected();
        return outcome(
                injected.values().stream().mapToLong(Long::longValue).sum(),
                (int) injected.values().stream().filter(n -> n > 0).count(),
                proxy.reads() + proxy.writes(),
                Internals.requests(client),
                startNanos);
    }

    Outcome outcome(long faults, int kinds, long arrived, long sent, long startNanos) {
        Map<String, List<String>> lists = new TreeMap<>();
        for (int i = 0; i < documents; i++) {
            List<String> ids = new ArrayList<>();
            for (JsonNode id : rest.get("/" + index + "/_doc/" + i).body().at("/_source/ids")) {
                ids.add(id.textValue());
            }
            lists.put(Integer.toString(i), ids);
        }
        return new Outcome(
                checker.check(lists),
                faults,
                kinds,
                arrived,
                sent,
                recovered.get(),
                List.copyOf(reasons),
                Map.copyOf(failures),
                Duration.ofNanos(System.nanoTime() - startNanos));
    }

    /** Waits until what the proxy holds back has reached the server, as nothing tells. */
    static void awaitLate(FaultPlan plan, Duration late) {
        System.out.println("  waiting " + late.toSeconds() + " s for late requests of " + plan);
        try {
            TimeUnit.MILLISECONDS.sleep(late.toMillis() + 1000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
