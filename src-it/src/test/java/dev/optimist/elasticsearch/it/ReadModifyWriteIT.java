package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch._types.Result;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.AttemptsExhaustedException;
import dev.optimist.elasticsearch.AttemptsExhaustedException.Limit;
import dev.optimist.elasticsearch.DocumentMissingException;
import dev.optimist.elasticsearch.Modification;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OptimistException;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.RetryPolicy;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionedDocument;
import io.github.resilience4j.retry.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReadModifyWriteIT extends BothFacesTest {
    @Test
    void saysWhatItDid() {
        documents.create("1", new Counter(1));
        ModificationResult<Counter> result = documents.readModifyWrite("1", c -> c.plus(1));
        assertThat(result.result()).isEqualTo(Result.Updated);
        assertThat(result.attempts()).isEqualTo(1);
        assertThat(result.source()).isEqualTo(new Counter(2));
        VersionedDocument<Counter> read = documents.get("1").orElseThrow();
        assertThat(result.document()).hasValue(read);
    }

    @Test
    void readsAgainAfterAConflict() {
        documents.create("1", new Counter(1));
        List<Counter> seen = new ArrayList<>();
        ModificationResult<Counter> result = documents.readModifyWrite("1", c -> {
            seen.add(c);
            if (seen.size() == 1) {
                overwrite("1", 100);
            }
            return c.plus(1);
        });
        assertThat(seen).containsExactly(new Counter(1), new Counter(100));
        assertThat(result.attempts()).isEqualTo(2);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(101);
    }

    @Test
    void doesNotWriteADocumentThatIsEqualAsJson() {
        rest.put("/" + index + "/_doc/1", "{ \"n\" :   1 }").ok();
        leavesUnchanged("1", () -> {
            ModificationResult<Counter> result = documents.readModifyWrite("1", c -> new Counter(c.n()));
            assertThat(result.result()).isEqualTo(Result.NoOp);
            assertThat(result.document()).hasValue(documents.get("1").orElseThrow());
        });
    }

    @Test
    void refusesToModifyWhatIsNotThere() {
        assertThatThrownBy(() -> documents.readModifyWrite("1", c -> c.plus(1)))
                .isInstanceOf(DocumentMissingException.class)
                .hasMessageContaining(index);
        assertThat(documents.get("1")).isEmpty();
    }

    @Test
    void createsWhatIsNotThere() {
        ModificationResult<Counter> created = firstOrNext("1");
        assertThat(created.result()).isEqualTo(Result.Created);
        assertThat(firstOrNext("1").result()).isEqualTo(Result.Updated);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(2);
    }

    @Test
    void createsOnceIfTwoCreateAtOnce() {
        AtomicInteger runs = new AtomicInteger();
        ModificationResult<Counter> result = documents.readModifyWriteOptional("1", current -> {
            if (runs.incrementAndGet() == 1) {
                overwrite("1", 10);
            }
            return Modification.index(current.map(c -> c.plus(1)).orElse(new Counter(1)));
        });
        assertThat(result.attempts()).isEqualTo(2);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(11);
    }

    @Test
    void deletesWhatItHasSeen() {
        documents.create("1", new Counter(1));
        AtomicInteger runs = new AtomicInteger();
        ModificationResult<Counter> result = documents.readModifyWriteOptional("1", current -> {
            if (runs.incrementAndGet() == 1) {
                overwrite("1", 10);
            }
            return Modification.delete();
        });
        assertThat(result.result()).isEqualTo(Result.Deleted);
        assertThat(result.attempts()).isEqualTo(2);
        assertThat(result.document()).isEmpty();
        assertThat(documents.get("1")).isEmpty();
    }

    @Test
    void isANoopIfThereIsNothingToDo() {
        assertThat(documents
                        .readModifyWriteOptional("1", c -> Modification.delete())
                        .result())
                .isEqualTo(Result.NoOp);
        assertThat(documents
                        .readModifyWriteOptional("1", c -> Modification.noop())
                        .document())
                .isEmpty();
        documents.create("1", new Counter(1));
        leavesUnchanged(
                "1",
                () -> assertThat(documents
                                .readModifyWriteOptional("1", c -> Modification.noop())
                                .document())
                        .hasValue(documents.get("1").orElseThrow()));
    }

    /** What the function did to the object before it changed its mind is not what is stored. */
    @Test
    void aNoopTellsWhatIsStored() {
        Documents<ObjectNode> nodes = documents(index, ObjectNode.class);
        documents.create("1", new Counter(1));
        ModificationResult<ObjectNode> result = nodes.readModifyWriteOptional("1", current -> {
            current.orElseThrow().put("n", 99);
            return Modification.noop();
        });
        assertThat(result.source()).isEqualTo(stored("1").path("_source"));
    }

    @Test
    void passesOnWhatTheFunctionThrows() {
        documents.create("1", new Counter(1));
        VersionConflictException fromElsewhere =
                catchThrowableOfType(VersionConflictException.class, () -> documents.create("1", new Counter(2)));
        for (Throwable thrown :
                List.of(new IllegalStateException("sold out"), new StackOverflowError(), fromElsewhere)) {
            AtomicInteger runs = new AtomicInteger();
            leavesUnchanged(
                    "1",
                    () -> assertThatThrownBy(() -> documents.readModifyWrite("1", c -> {
                                runs.incrementAndGet();
                                throw sneaky(thrown);
                            }))
                            .isSameAs(thrown));
            assertThat(runs).hasValue(1);
        }
    }

    @Test
    void refusesNullFromTheFunction() {
        documents.create("1", new Counter(1));
        leavesUnchanged("1", () -> {
            assertThatThrownBy(() -> documents.readModifyWrite("1", c -> null))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessageContaining("modifier returned null");
            assertThatThrownBy(() -> documents.readModifyWriteOptional("1", c -> null))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessageContaining("Modification.delete()");
        });
    }

    @Test
    void givesUpAfterItsAttempts() {
        documents.create("1", new Counter(0));
        Documents<Counter> thrice =
                documents.with(o -> o.retry(RetryPolicy.sharedDocument().withMaxAttempts(3)));
        AttemptsExhaustedException e = exhausted(thrice, c -> overwrite("1", c.n() + 100));
        assertThat(e.limit()).isEqualTo(Limit.ATTEMPTS);
        assertThat(e.attempts()).isEqualTo(3);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(300); // three foreign writes and none of ours
        // the last conflict is the cause, the earlier ones are suppressed in their order
        List<VersionConflictException> all = new ArrayList<>();
        for (Throwable suppressed : e.getSuppressed()) {
            all.add((VersionConflictException) suppressed);
        }
        all.add((VersionConflictException) e.getCause());
        assertThat(all).extracting(VersionConflictException::attempts).containsExactly(1, 2, 3);
        assertThat(all)
                .extracting(c -> (hasSequenceNumbers() ? c.requiredSeqNo() : c.requiredVersion()).getAsLong())
                .isSorted()
                .doesNotHaveDuplicates();
    }

    /** Which may come while a write is under way: then nobody knows of that one. */
    @Test
    void givesUpAtItsDeadline() {
        documents.create("1", new Counter(0));
        Duration deadline = Duration.ofMillis(300);
        Documents<Counter> soon = documents.with(
                o -> o.retry(RetryPolicy.sharedDocument().withMaxAttempts(1000).withDeadline(deadline)));
        long begun = System.nanoTime();
        OptimistException e = catchThrowableOfType(
                OptimistException.class,
                () -> soon.readModifyWrite("1", c -> {
                    overwrite("1", c.n() + 100);
                    return c.plus(1);
                }));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
        assertThat(e)
                .satisfiesAnyOf(
                        gaveUp -> assertThat(gaveUp)
                                .isInstanceOfSatisfying(
                                        AttemptsExhaustedException.class,
                                        x -> assertThat(x.limit()).isEqualTo(Limit.DEADLINE)),
                        unknown -> assertThat(unknown).isInstanceOf(OutcomeUnknownException.class));
    }

    @Test
    void sendsNothingAfterItsDeadline() {
        documents.create("1", new Counter(0));
        Documents<Counter> soon =
                documents.with(o -> o.retry(RetryPolicy.sharedDocument().withDeadline(Duration.ofMillis(200))));
        leavesUnchanged("1", () -> {
            AttemptsExhaustedException e = exhausted(soon, c -> {
                long end = System.nanoTime() + Duration.ofMillis(300).toNanos();
                while (System.nanoTime() < end) {
                    Thread.onSpinWait(); // a slow function
                }
            });
            assertThat(e.limit()).isEqualTo(Limit.DEADLINE);
            assertThat(e.attempts()).isEqualTo(1);
        });
    }

    @Test
    void showsItsAttemptsToResilience4j() {
        documents.create("1", new Counter(0));
        Retry retry = documents.unwrap(Retry.class);
        List<String> events = new ArrayList<>();
        retry.getEventPublisher().onEvent(e -> events.add(e.getEventType() + " " + e.getNumberOfRetryAttempts()));
        AtomicInteger runs = new AtomicInteger();
        documents.readModifyWrite("1", c -> {
            if (runs.incrementAndGet() <= 2) {
                overwrite("1", c.n() + 100);
            }
            return c.plus(1);
        });
        assertThat(events).containsExactly("RETRY 1", "RETRY 2", "SUCCESS 2");
        assertThat(retry.getMetrics().getNumberOfSuccessfulCallsWithRetryAttempt())
                .isEqualTo(1);
        assertThatThrownBy(() -> documents.unwrap(String.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("String");
    }

    private ModificationResult<Counter> firstOrNext(String id) {
        return documents.readModifyWriteOptional(
                id, current -> Modification.index(current.map(c -> c.plus(1)).orElse(new Counter(1))));
    }

    /** Somebody else writes, by whatever way. */
    private void overwrite(String id, int n) {
        rest.put("/" + index + "/_doc/" + id, "{\"n\":" + n + "}").ok();
    }

    private static AttemptsExhaustedException exhausted(Documents<Counter> documents, Consumer<Counter> meanwhile) {
        AttemptsExhaustedException e = catchThrowableOfType(
                AttemptsExhaustedException.class,
                () -> documents.readModifyWrite("1", c -> {
                    meanwhile.accept(c);
                    return c.plus(1);
                }));
        assertThat(e).as("attempts exhausted").isNotNull();
        return e;
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException sneaky(Throwable thrown) throws E {
        throw (E) thrown;
    }
}
