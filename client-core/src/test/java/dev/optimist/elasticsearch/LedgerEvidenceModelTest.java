package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.Evidence.Finding;
import dev.optimist.elasticsearch.Evidence.Pending;
import dev.optimist.elasticsearch.Evidence.Verdict;
import dev.optimist.elasticsearch.internal.Ledger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of one document, in which a write is applied or not while everybody else goes on, and then is judged.
 * Wrong verdicts would be a write that is applied twice, or lost.
 */
class LedgerEvidenceModelTest {
    private static final int HISTORIES = 5_000;

    private enum Who {
        /** Everybody has the ledger on, and nobody deletes. */
        LEDGER_ONLY,
        /** The same, and room for all. */
        LEDGER_WITH_ROOM,
        /** Anybody does anything. */
        ANYBODY,
        /** The same, and the server does not remember the version of what was deleted. */
        ANYBODY_AND_DELETES_ARE_FORGOTTEN;

        boolean isAnybody() {
            return this == ANYBODY || this == ANYBODY_AND_DELETES_ARE_FORGOTTEN;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void isNeverWrong(long seed) {
        Map<Finding, Integer> applied = new EnumMap<>(Finding.class);
        Map<Finding, Integer> not = new EnumMap<>(Finding.class);
        for (int i = 0; i < HISTORIES; i++) {
            History history = new History(new Random(seed * HISTORIES + i), Who.ANYBODY);
            Verdict verdict = history.run();
            assertThat(verdict.finding())
                    .as("seed %d, history %d: %s", seed, i, history.log)
                    .isNotEqualTo(history.isApplied ? Finding.NOT_APPLIED : Finding.APPLIED);
            // "as absent as it was" is no token: a create that was applied and then deleted looks like this too
            assertThat(verdict.finding() == Finding.OPEN && history.isApplied && history.isFenced)
                    .as("sent again though applied: seed %d, history %d: %s", seed, i, history.log)
                    .isFalse();
            (history.isApplied ? applied : not).merge(verdict.finding(), 1, Integer::sum);
        }
        // the histories are worth something: each verdict is given, and often
        assertThat(applied.get(Finding.APPLIED)).isGreaterThan(HISTORIES / 20);
        assertThat(applied.get(Finding.UNDECIDABLE)).isGreaterThan(HISTORIES / 20);
        assertThat(not.get(Finding.NOT_APPLIED)).isGreaterThan(HISTORIES / 20);
        assertThat(not.get(Finding.OPEN)).isGreaterThan(HISTORIES / 100);
        assertThat(not.get(Finding.UNDECIDABLE)).isGreaterThan(HISTORIES / 20);
    }

    /** As after index.gc_deletes or a restart: versions begin at 1 again. Where there was a ledger, that is noticed. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {9, 10})
    void isNeverWrongThoughDeletesAreForgotten(long seed) {
        int judged = 0;
        for (int i = 0; i < HISTORIES; i++) {
            History history = new History(new Random(seed * HISTORIES + i), Who.ANYBODY_AND_DELETES_ARE_FORGOTTEN);
            Verdict verdict = history.run();
            if (history.hadLedger) {
                judged++;
                assertThat(verdict.finding())
                        .as("seed %d, history %d: %s", seed, i, history.log)
                        .isNotIn(
                                history.isApplied
                                        ? List.of(Finding.NOT_APPLIED, Finding.OPEN)
                                        : List.of(Finding.APPLIED));
            }
        }
        assertThat(judged).isGreaterThan(HISTORIES / 4);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {5, 6})
    void alwaysKnowsAmongItsOwnWithRoomEnough(long seed) {
        for (int i = 0; i < HISTORIES; i++) {
            History history = new History(new Random(seed * HISTORIES + i), Who.LEDGER_WITH_ROOM);
            Verdict verdict = history.run();
            assertThat(verdict.finding())
                    .as("seed %d, history %d: %s: %s", seed, i, history.log, verdict.why())
                    .isIn(history.isApplied ? List.of(Finding.APPLIED) : List.of(Finding.NOT_APPLIED, Finding.OPEN));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {7, 8})
    void isOnlyShortOfRoomAmongItsOwn(long seed) {
        int undecidable = 0;
        for (int i = 0; i < HISTORIES; i++) {
            History history = new History(new Random(seed * HISTORIES + i), Who.LEDGER_ONLY);
            Verdict verdict = history.run();
            if (verdict.finding() == Finding.UNDECIDABLE) {
                undecidable++;
                assertThat(verdict.why())
                        .as("seed %d, history %d: %s", seed, i, history.log)
                        .contains("want of room");
            } else {
                assertThat(verdict.finding() == Finding.APPLIED).isEqualTo(history.isApplied);
            }
        }
        assertThat(undecidable).isBetween(1, HISTORIES / 2);
    }

    /** One document, with version and sequence number as Elasticsearch counts them. */
    private static final class History {
        final List<String> log = new ArrayList<>();
        boolean isApplied;
        boolean isFenced;
        boolean hadLedger;
        private final Random random;
        private final Who who;
        private final int size;
        /** Each with its own slots, some with calls under way that are settled by nobody. */
        private final List<WriteIds> sessions = List.of(new WriteIds(), new WriteIds(), new WriteIds());

        private long version; // goes on through deletes, while Elasticsearch remembers them
        private long seqNo = -1;
        private boolean exists;
        private @Nullable Ledger ledger;

        History(Random random, Who who) {
            this.random = random;
            this.who = who;
            this.size = who == Who.LEDGER_WITH_ROOM ? 64 : 1 + random.nextInt(5);
        }

        Verdict run() {
            for (int i = random.nextInt(6); i > 0; i--) {
                step();
            }
            State on = read();
            isFenced = on.token() != null;
            hadLedger = on.ledger() != null;
            WriteIds.Lease me = sessions.get(0).lease("1");
            boolean delete = who.isAnybody() && exists && random.nextInt(10) == 0;
            // of all writes with one token at most one is applied: it is ours, or ours never is
            isApplied = random.nextBoolean();
            if (isApplied) {
                if (delete) {
                    delete();
                } else {
                    write(me);
                }
                log.add("^ ours");
            }
            for (int i = random.nextInt(8); i > 0; i--) {
                step();
            }
            OptimistException lost =
                    new OutcomeUnknownException("lost", "i", "1", "index", WriteCondition.none(), null, null);
            return new LedgerEvidence().judge(new Pending(on, on, delete ? null : new byte[0], lost), read(), me.id());
        }

        private void step() {
            int what = who.isAnybody() ? random.nextInt(12) : 0;
            if (what < 9) {
                WriteIds.Lease lease =
                        sessions.get(random.nextInt(sessions.size())).lease("1");
                write(lease);
                if (who == Who.LEDGER_WITH_ROOM || random.nextInt(4) > 0) {
                    lease.end(random.nextInt(8) == 0);
                }
            } else if (what == 9 && exists) {
                changed("partial update");
            } else if (what == 10) {
                exists = true;
                ledger = null;
                changed("whole document without the ledger");
            } else if (exists) {
                delete();
            }
        }

        private void write(WriteIds.Lease lease) {
            ledger = Ledger.after(
                    ledger, lease.id(), lease.settled(), who.isAnybody() ? 1 + random.nextInt(size) : size);
            exists = true;
            changed("write " + lease.id());
        }

        private void delete() {
            exists = false;
            ledger = null;
            changed("delete");
            if (who == Who.ANYBODY_AND_DELETES_ARE_FORGOTTEN && random.nextBoolean()) {
                version = 0;
            }
        }

        private void changed(String what) {
            version++;
            seqNo++;
            log.add(what + " → v" + version + " " + ledger);
        }

        private State read() {
            return exists
                    ? new State("i", new DocumentToken("i", "i", "1", null, version, seqNo, 1), new byte[0], ledger)
                    : new State("i", null, new byte[0], null);
        }
    }
}
