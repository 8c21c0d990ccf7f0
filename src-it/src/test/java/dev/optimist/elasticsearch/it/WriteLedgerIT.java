package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.Modification;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteLedger;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The write ledger, where nothing goes wrong. */
class WriteLedgerIT extends BothFacesTest {
    private Documents<Counter> ledgered;

    @BeforeEach
    void turnOn() {
        ledgered = documents.with(o -> o.writeLedger(WriteLedger.standard()));
        ledgered.putLedgerMapping();
    }

    @Test
    void staysInTheDocumentAndOutOfTheClass() {
        ledgered.create("1", new Counter(1));
        ModificationResult<Counter> result = ledgered.readModifyWrite("1", c -> c.plus(1));
        assertThat(result.source()).isEqualTo(new Counter(2));
        assertThat(result.recovered()).isFalse();
        assertThat(ledgered.get("1").orElseThrow().source()).isEqualTo(new Counter(2));
        assertThat(stored("1").at("/_source/n").intValue()).isEqualTo(2);
        assertThat(stored("1").at("/_source/optimist_ledger/n").intValue()).isEqualTo(2);
        assertThat(stored("1").at("/_source/optimist_ledger/writes"))
                .as("the second write takes the place of the first, whose caller knows")
                .hasSize(1);
    }

    @Test
    void isNotIndexed() {
        ledgered.create("1", new Counter(1));
        assertThat(rest.get("/" + index + "/_mapping").body().findValue("optimist_ledger"))
                .hasToString("{\"type\":\"object\",\"enabled\":false}");
        ledgered.putLedgerMapping(); // a second time does nothing
    }

    @Test
    void theSameWriteIdIsAppliedOnce() {
        ledgered.create("1", new Counter(1));
        AtomicInteger calls = new AtomicInteger();
        ModificationResult<Counter> first = ledgered.readModifyWrite("1", "order 7", c -> {
            calls.incrementAndGet();
            return c.plus(1);
        });
        ledgered.readModifyWrite("1", c -> c.plus(10));
        try (VersionedClient restarted = VersionedClient.connect(server.url())) {
            ModificationResult<Counter> second = typed(restarted.documents(index, Counter.class))
                    .with(o -> o.writeLedger(WriteLedger.standard()))
                    .readModifyWrite("1", "order 7", c -> {
                        calls.incrementAndGet();
                        return c.plus(1);
                    });
            assertThat(first.recovered()).isFalse();
            assertThat(second.recovered()).isTrue();
            assertThat(second.source()).isEqualTo(new Counter(12));
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void aWriteIdAlsoCreatesOnce() {
        for (int i = 0; i < 2; i++) {
            ModificationResult<Counter> result = ledgered.readModifyWriteOptional(
                    "1",
                    "first",
                    c -> Modification.index(c.map(there -> there.plus(1)).orElse(new Counter(1))));
            assertThat(result.recovered()).isEqualTo(i == 1);
            assertThat(result.source()).isEqualTo(new Counter(1));
        }
    }

    @Test
    void keepsAsManyAsItHasRoomForAndSaysWhatItDropped() {
        Documents<Counter> two = // of its callers' ids, and the one that every write has
                ledgered.with(o -> o.writeLedger(WriteLedger.standard().withSize(3)));
        two.create("1", new Counter(0));
        for (int i = 1; i <= 3; i++) {
            two.readModifyWrite("1", "order " + i, c -> c.plus(1));
        }
        assertThat(stored("1").at("/_source/optimist_ledger/writes").toString())
                .startsWith("[\"3:order 2\",\"4:order 3\",\"4:");
        assertThat(stored("1").at("/_source/optimist_ledger/dropped").intValue())
                .isEqualTo(2);
    }

    @Test
    void createOfAnExistingDocumentIsAConflictAndSendsNothing() {
        ledgered.create("1", new Counter(1));
        leavesUnchanged("1", () -> {
            VersionConflictException e =
                    catchThrowableOfType(VersionConflictException.class, () -> ledgered.create("1", new Counter(2)));
            assertThat(e.kind()).isEqualTo(VersionConflictException.Kind.EXISTS);
            assertThat(e.currentVersion()).hasValue(1);
        });
    }

    @Test
    void anEqualDocumentIsNotWritten() {
        ledgered.create("1", new Counter(1));
        leavesUnchanged(
                "1",
                () -> assertThat(ledgered.readModifyWrite("1", c -> c).result()).isEqualTo(Result.NoOp));
    }

    @Test
    void aDocumentFromBeforeGetsOneAndAnIndexBeginsANewOne() {
        documents.create("1", new Counter(1));
        ledgered.readModifyWrite("1", c -> c.plus(1));
        assertThat(stored("1").at("/_source/optimist_ledger/n").intValue()).isEqualTo(1);
        String born = stored("1").at("/_source/optimist_ledger/born").textValue();
        ledgered.index(
                "1",
                new Counter(7),
                WriteCondition.unchangedSince(ledgered.get("1").orElseThrow()));
        assertThat(stored("1").at("/_source/optimist_ledger/n").intValue()).isEqualTo(1);
        assertThat(stored("1").at("/_source/optimist_ledger/born").textValue()).isNotEqualTo(born);
    }

    @Test
    void aStrictMappingSaysWhatToAdd() {
        index = newIndex("{\"dynamic\":\"strict\",\"properties\":{\"n\":{\"type\":\"integer\"}}}");
        Documents<Counter> strict = documents(index, Counter.class).with(o -> o.writeLedger(WriteLedger.standard()));
        assertThatThrownBy(() -> strict.create("1", new Counter(1)))
                .isInstanceOf(RequestRejectedException.class)
                .hasMessageContaining("putLedgerMapping")
                .hasMessageContaining("\"optimist_ledger\": {\"type\": \"object\", \"enabled\": false}");
        assertThat(stored("1").path("found").booleanValue()).isFalse();
        strict.putLedgerMapping();
        strict.create("1", new Counter(1));
    }

    @Test
    void aFieldThatHoldsSomethingElseIsRefused() {
        rest.put("/" + index + "/_doc/1", "{\"n\":1,\"optimist_ledger\":{\"mine\":true}}")
                .ok();
        leavesUnchanged(
                "1",
                () -> assertThatThrownBy(() -> ledgered.readModifyWrite("1", c -> c.plus(1)))
                        .isInstanceOf(RequestRejectedException.class)
                        .hasMessageContaining("optimist_ledger"));
    }

    @Test
    void aWriteIdNeedsTheLedger() {
        assertThatThrownBy(() -> documents.readModifyWrite("1", "order 7", c -> c.plus(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("writeId");
        assertThatThrownBy(() -> counters.with(
                                o -> o.writeLedger(WriteLedger.standard().withSize(1)))
                        .readModifyWrite("1", "order 7", c -> c.plus(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("writeId")
                .hasMessageContaining("at least 2");
        assertThatThrownBy(documents::putLedgerMapping).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void twoNamesOfOneDocumentDoNotTakeEachOthersPlace() {
        String alias = index + "-alias";
        rest.put("/" + index + "/_alias/" + alias, "{}").ok();
        Documents<Counter> byAlias = documents(alias, Counter.class).with(o -> o.writeLedger(WriteLedger.standard()));
        ledgered.create("1", new Counter(0));
        ledgered.readModifyWrite("1", c -> {
            if (c.n() == 0) {
                byAlias.readModifyWrite("1", other -> other.plus(10)); // while this call is under way
            }
            return c.plus(1);
        });
        assertThat(ledgered.get("1").orElseThrow().source()).isEqualTo(new Counter(11));
        assertThat(stored("1").at("/_source/optimist_ledger/writes"))
                .as("one of each call")
                .hasSize(2);
    }
}
