package dev.optimist.elasticsearch.connect;

import static dev.optimist.elasticsearch.connect.Records.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Which offsets may be committed when, and what becomes of records, whatever order outcomes come in: a real server cannot be
 * made to give them in that of the test, nor a dead-letter topic to wait.
 */
class RecordFlowTest {
    private static final TopicPartition FIRST = new TopicPartition(Records.TOPIC, 0);

    private final ScriptedWriters writers = new ScriptedWriters();
    private final ScriptedReporter reporter = new ScriptedReporter();
    private final Outcomes outcomes = new Outcomes();
    private RecordFlow flow = flow(reporter, 100);

    private RecordFlow flow(@Nullable ScriptedReporter reporter, int mostTracked, String... settings) {
        SinkConfig config = new SinkConfig(Converted.settings(settings));
        return new RecordFlow(
                config.converter(),
                writers,
                new DeadLetters(reporter, LetterSize.of(Converted.settings(settings)), outcomes),
                outcomes,
                Duration.ZERO,
                config.failsIfSuspicious(),
                mostTracked);
    }

    private static SinkRecord record(int partition, long offset) {
        return Records.of(partition, offset, "id-" + offset, offset, json("{'n':1}"));
    }

    private static SinkRecord bad(long offset) {
        return Records.of(0, offset, "id-" + offset, null, json("{'n':1}"));
    }

    private Map<Integer, Long> committable() {
        return committable(Long.MAX_VALUE);
    }

    private Map<Integer, Long> committable(long delivered) {
        Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
        for (int partition = 0; partition < 2; partition++) {
            ends.put(new TopicPartition(Records.TOPIC, partition), new OffsetAndMetadata(delivered));
        }
        Map<Integer, Long> offsets = new TreeMap<>();
        flow.committable(ends, Duration.ZERO).forEach((name, offset) -> offsets.put(name.partition(), offset.offset()));
        return offsets;
    }

    private List<Long> sent() {
        return writers.operations.stream().map(ExternalOperation::version).toList();
    }

    // offsets

    @Test
    void onlyOffsetsWhoseRecordsAndAllBeforeAreAcknowledged() throws Exception {
        flow.put(List.of(record(0, 10), record(1, 7), record(0, 11), record(0, 12)));
        assertThat(committable()).isEmpty();
        writers.end(2, Outcome.APPLIED);
        writers.end(3, Outcome.SUPERSEDED);
        assertThat(committable()).as("10 is still open").isEmpty();
        writers.end(1, Outcome.DUPLICATE);
        assertThat(committable()).containsExactly(Map.entry(1, 8L));
        writers.end(0, Outcome.APPLIED);
        assertThat(committable()).containsExactly(Map.entry(0, 13L), Map.entry(1, 8L));
    }

    @Test
    void gapsInOffsetsAreNothing() throws Exception {
        flow.put(List.of(record(0, 10), record(0, 20)));
        writers.end(0, Outcome.APPLIED);
        assertThat(committable()).containsExactly(Map.entry(0, 11L));
        writers.end(1, Outcome.APPLIED);
        assertThat(committable()).containsExactly(Map.entry(0, 21L));
    }

    @Test
    void outcomesOfARevokedPartitionAreNotOfItsNextOwner() throws Exception {
        flow.put(List.of(record(0, 10), record(0, 11), record(1, 5)));
        flow.close(List.of(FIRST));
        writers.end(0, Outcome.APPLIED);
        writers.end(1, Outcome.APPLIED);
        writers.end(2, Outcome.APPLIED);
        assertThat(committable()).containsExactly(Map.entry(1, 6L));
        flow.put(List.of(record(0, 4)));
        assertThat(committable()).as("4 is open").containsExactly(Map.entry(1, 6L));
        writers.end(3, Outcome.APPLIED);
        assertThat(committable()).containsExactly(Map.entry(0, 5L), Map.entry(1, 6L));
    }

    /** Its next owner reports it; twice would be one too many. */
    @Test
    void whatIsRefusedAfterItsPartitionWasRevokedIsItsNextOwners() throws Exception {
        flow.put(List.of(record(0, 10), record(0, 11)));
        flow.close(List.of(FIRST));
        writers.end(0, Outcome.REJECTED, 400);
        writers.end(1, Outcome.UNRESOLVED);
        flow.put(List.of());
        assertThat(reporter.records).isEmpty();
        assertThat(writers.operations).hasSize(2);
        assertThat(outcomes.handedOver.sum()).isEqualTo(2);
        assertThat(outcomes.open()).isZero();
    }

    /** As Connect does by itself when a commit has failed: neither closed nor opened. */
    @Test
    void aPartitionThatIsReadAnewBeginsAnew() throws Exception {
        flow.put(List.of(record(0, 10), record(0, 11), record(0, 12)));
        writers.end(0, Outcome.APPLIED);
        writers.end(1, Outcome.APPLIED);
        assertThat(committable()).containsExactly(Map.entry(0, 12L));
        flow.put(List.of(record(0, 10), record(0, 11)));
        writers.end(2, Outcome.APPLIED);
        assertThat(committable())
                .as("nothing of what is read anew is acknowledged")
                .isEmpty();
        writers.end(3, Outcome.DUPLICATE);
        assertThat(committable()).containsExactly(Map.entry(0, 11L));
    }

    // room

    @Test
    void whatWasTakenIsKnownWhenConnectDeliversItAgain() throws Exception {
        writers.room = 2;
        List<SinkRecord> records = List.of(record(0, 10), record(1, 11), record(0, 12), record(0, 13));
        assertThatThrownBy(() -> flow.put(records)).isInstanceOf(RetriableException.class);
        assertThatThrownBy(() -> flow.put(records)).isInstanceOf(RetriableException.class);
        writers.room = 1;
        assertThatThrownBy(() -> flow.put(records)).isInstanceOf(RetriableException.class);
        writers.room = 10;
        flow.put(records);
        assertThat(sent()).containsExactly(10L, 11L, 12L, 13L);
        assertThat(outcomes.records.sum()).isEqualTo(4);
        flow.put(List.of(record(0, 14)));
        assertThat(sent()).endsWith(14L);
    }

    /** Connect would say that the offset is invalid, and commit none. */
    @Test
    void ofADeliveryThatIsMadeAgainNothingIsCommittedYet() throws Exception {
        flow.put(List.of(record(0, 9)));
        writers.room = 2;
        assertThatThrownBy(() -> flow.put(List.of(record(0, 10), record(0, 11), record(0, 12))))
                .isInstanceOf(RetriableException.class);
        for (int i = 0; i < 3; i++) {
            writers.end(i, Outcome.APPLIED);
        }
        assertThat(committable(10)).containsExactly(Map.entry(0, 10L));
        assertThat(committable(13)).containsExactly(Map.entry(0, 12L));
    }

    /** Connect takes out of a delivery that it makes again what is of a partition that was revoked meanwhile. */
    @Test
    void whatIsRevokedBeforeConnectDeliversItAgainDoesNotCome() throws Exception {
        writers.room = 2;
        List<SinkRecord> records = List.of(record(0, 10), record(1, 11), record(0, 12), record(1, 13));
        assertThatThrownBy(() -> flow.put(records)).isInstanceOf(RetriableException.class);
        flow.close(List.of(FIRST));
        writers.room = 10;
        flow.put(List.of(records.get(1), records.get(3)));
        assertThat(sent()).containsExactly(10L, 11L, 13L);
        writers.end(1, Outcome.APPLIED);
        writers.end(2, Outcome.APPLIED);
        assertThat(committable()).containsExactly(Map.entry(1, 14L));
    }

    @Test
    void aRecordThatStandsInTheWayDoesNotLetOthersPileUp() throws Exception {
        flow = flow(reporter, 3);
        flow.put(List.of(record(0, 10), record(0, 11), record(0, 12)));
        writers.end(1, Outcome.APPLIED);
        writers.end(2, Outcome.APPLIED);
        assertThatThrownBy(() -> flow.put(List.of(record(0, 13)))).isInstanceOf(RetriableException.class);
        assertThat(writers.operations).hasSize(3);
        writers.end(0, Outcome.APPLIED);
        flow.put(List.of(record(0, 13)));
        assertThat(writers.operations).hasSize(4);
    }

    /** Connect is told, before anything of the delivery is taken, and nothing is lost. */
    @Test
    void whatElasticsearchDidNotTakeIsSentAgain() throws Exception {
        flow.put(List.of(record(0, 10), record(0, 11)));
        writers.end(0, Outcome.UNRESOLVED);
        writers.end(1, Outcome.APPLIED);
        List<SinkRecord> next = List.of(record(0, 12));
        assertThatThrownBy(() -> flow.put(next))
                .isInstanceOf(RetriableException.class)
                .hasMessageContaining("because");
        assertThat(sent()).containsExactly(10L, 11L, 10L);
        assertThat(committable()).isEmpty();
        flow.put(next);
        assertThat(sent()).containsExactly(10L, 11L, 10L, 12L);
        writers.end(2, Outcome.APPLIED);
        writers.end(3, Outcome.APPLIED);
        assertThat(committable()).containsExactly(Map.entry(0, 13L));
        assertThat(outcomes.open()).isZero();
    }

    /** The room that this makes would let in as much again with every delivery. */
    @Test
    void whatElasticsearchDidNotTakeDuringADeliveryLetsNothingNewIn() throws Exception {
        List<SinkRecord> records = List.of(record(0, 10), record(0, 11), record(0, 12), record(0, 13));
        writers.taken = () -> {
            if (writers.operations.size() == 2) {
                writers.end(0, Outcome.UNRESOLVED);
            }
        };
        assertThatThrownBy(() -> flow.put(records)).isInstanceOf(RetriableException.class);
        assertThat(sent()).containsExactly(10L, 11L);
        assertThatThrownBy(() -> flow.put(records))
                .isInstanceOf(RetriableException.class)
                .hasMessageContaining("because");
        flow.put(records);
        assertThat(sent()).containsExactly(10L, 11L, 10L, 12L, 13L);
        assertThat(outcomes.records.sum()).isEqualTo(4);
    }

    @Test
    void whatIsToBeSentAgainWaitsForRoom() throws Exception {
        flow.put(List.of(record(0, 10)));
        writers.end(0, Outcome.UNRESOLVED);
        writers.room = 0;
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> flow.put(List.of())).isInstanceOf(RetriableException.class);
        }
        writers.room = 1;
        assertThatThrownBy(() -> flow.put(List.of())).isInstanceOf(RetriableException.class);
        flow.put(List.of());
        assertThat(sent()).containsExactly(10L, 10L);
    }

    // bad records

    @Test
    void anOffsetIsPassedOnceTheReporterHasTheRecordForCertain() throws Exception {
        reporter.waits = true;
        flow.put(List.of(bad(10), record(0, 11)));
        writers.end(0, Outcome.REJECTED, 400);
        assertThat(committable()).isEmpty();
        assertThat(reporter.records).hasSize(2);
        reporter.take(1);
        assertThat(committable()).isEmpty();
        assertThat(outcomes.deadLettered.sum()).isLessThanOrEqualTo(1);
        reporter.take(0);
        assertThat(committable()).containsExactly(Map.entry(0, 12L));
        assertThat(outcomes.deadLettered.sum()).isEqualTo(2);
    }

    @Test
    void theReasonIsInHeaders() throws Exception {
        SinkRecord record = record(0, 10);
        record.headers().addString("own", "kept");
        flow.put(List.of(record, bad(11)));
        writers.end(0, Outcome.REJECTED, 413);
        flow.put(List.of());
        assertThat(reporter.header(1, "own")).isEqualTo("kept");
        assertThat(reporter.header(1, "optimist.outcome")).isEqualTo("REJECTED");
        assertThat(reporter.header(1, "optimist.reason")).isEqualTo("because");
        assertThat(reporter.header(1, "optimist.status")).isEqualTo("413");
        assertThat(reporter.header(1, "optimist.index")).isEqualTo("products");
        assertThat(reporter.header(1, "optimist.id")).isEqualTo("id-10");
        assertThat(reporter.header(1, "optimist.version")).isEqualTo("10");
        assertThat(reporter.records.get(1).value()).isEqualTo(record.value());
        assertThat(reporter.records.get(1).originalKafkaOffset()).isEqualTo(10);
        assertThat(reporter.header(0, "optimist.reason")).asString().contains("no version");
        assertThat(reporter.header(0, "optimist.id")).isEqualTo("id-11");
        assertThat(reporter.header(0, "optimist.version")).isNull();
        assertThat(record.headers().lastWithName("optimist.outcome"))
                .as("Connect's record")
                .isNull();
    }

    @Test
    void withoutAReporterTheTaskFailsAndSaysWhere() throws Exception {
        flow = flow(null, 100);
        assertThatThrownBy(() -> flow.put(List.of(bad(10))))
                .isInstanceOf(ConnectException.class)
                .isNotInstanceOf(RetriableException.class)
                .hasMessageContainingAll("shop", "partition 0", "offset 10", "no version");
        assertThat(committable()).isEmpty();
    }

    @Test
    void aReporterThatFailsFailsTheTask() throws Exception {
        reporter.waits = true;
        flow.put(List.of(bad(10)));
        reporter.fail(0);
        assertThatThrownBy(() -> flow.put(List.of()))
                .isInstanceOf(ConnectException.class)
                .hasMessageContainingAll("offset 10", "no version");
        ScriptedReporter refusing = new ScriptedReporter();
        refusing.refusal = new ConnectException("Tolerance exceeded in error handler");
        flow = flow(refusing, 100);
        assertThatThrownBy(() -> flow.put(List.of(bad(11))))
                .hasMessageContainingAll("offset 11", "no version")
                .hasRootCauseMessage("Tolerance exceeded in error handler");
    }

    /** Connect reads anew when a commit fails, and the task would go on. */
    @Test
    void whatIsFoundOutAtACommitFailsTheNextDelivery() throws Exception {
        flow = flow(null, 100);
        flow.put(List.of(record(0, 10), record(0, 11)));
        writers.end(0, Outcome.APPLIED);
        writers.end(1, Outcome.REJECTED, 400);
        assertThat(committable()).containsExactly(Map.entry(0, 11L));
        assertThatThrownBy(() -> flow.put(List.of()))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("offset 11");
        assertThat(committable()).containsExactly(Map.entry(0, 11L));
    }

    /** Connect would say that all is well, and nothing would be in the topic. */
    @Test
    void aRecordThatIsTooLargeForTheDeadLetterTopicFailsTheTask() throws Exception {
        String text = "x".repeat(1_100_000);
        for (Object value : new Object[] {json("{'s':'" + text + "'}"), Map.of("s", text)}) {
            flow = flow(reporter, 100, "errors.deadletterqueue.topic.name", "dead");
            assertThatThrownBy(() -> flow.put(List.of(Records.of(0, 10, "1", null, value))))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContainingAll("offset 10", "no version", "producer.override.max.request.size");
            assertThat(reporter.records).isEmpty();
            assertThat(committable()).isEmpty();
        }
        for (String[] settings : new String[][] {
            {}, {"errors.deadletterqueue.topic.name", "dead", "producer.override.max.request.size", "2000000"}
        }) {
            flow = flow(reporter, 100, settings);
            flow.put(List.of(Records.of(0, 10, "1", null, Map.of("s", text))));
        }
        assertThat(reporter.records).hasSize(2);
    }

    /** As a converter of headers wants them that takes bytes only. */
    @Test
    void theReasonIsInBytesIfItMustBe() throws Exception {
        reporter.refusesText = true;
        flow.put(List.of(bad(10)));
        assertThat(reporter.header(0, "optimist.outcome")).isEqualTo("REJECTED".getBytes(UTF_8));
    }

    /** With the value, or without headers: the record is not lost. */
    @Test
    void aValueThatCannotBeConvertedBackIsReportedAsConnectHasIt() throws Exception {
        reporter.refusesCopies = true;
        SinkRecord bad = bad(10);
        flow.put(List.of(bad));
        assertThat(reporter.records).containsExactly(bad);
        assertThat(committable()).containsExactly(Map.entry(0, 11L));
    }

    @Test
    void aPasswordThatWasChangedIsNotTheRecordsFault() throws Exception {
        for (int status : new int[] {401, 403}) {
            flow = flow(reporter, 100);
            int place = writers.operations.size();
            flow.put(List.of(record(0, 10)));
            writers.end(place, Outcome.REJECTED, status);
            assertThatThrownBy(() -> flow.put(List.of()))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContainingAll("status " + status, "because");
        }
        assertThat(reporter.records).isEmpty();
    }

    @Test
    void whatIsSuspiciousIsReportedOrFailsTheTask() throws Exception {
        flow.put(List.of(record(0, 10)));
        writers.end(0, Outcome.SUSPICIOUS);
        flow.put(List.of());
        assertThat(reporter.header(0, "optimist.outcome")).isEqualTo("SUSPICIOUS");
        flow = flow(reporter, 100, "errors.suspicious", "fail");
        flow.put(List.of(record(0, 10)));
        writers.end(1, Outcome.SUSPICIOUS);
        assertThatThrownBy(() -> flow.put(List.of()))
                .isInstanceOf(ConnectException.class)
                .hasMessageContainingAll("offset 10", "SUSPICIOUS");
    }

    @Test
    void eachIsAccountedFor() throws Exception {
        flow.put(List.of(record(0, 10), record(0, 11), record(0, 12), record(0, 13), bad(14)));
        writers.end(0, Outcome.APPLIED);
        writers.end(1, Outcome.SUPERSEDED);
        writers.end(2, Outcome.DUPLICATE);
        assertThat(outcomes.open()).as("13, and 14 until the reporter is asked").isEqualTo(2);
        writers.end(3, Outcome.REJECTED, 400);
        flow.put(List.of());
        assertThat(outcomes.open()).isZero();
        assertThat(outcomes.records.sum()).isEqualTo(5);
        assertThat(outcomes.deadLettered.sum()).isEqualTo(2);
        assertThat(flow.isOpen()).isFalse();
    }

    // Debezium's record after a delete

    private static SinkRecord event(long offset, long id, String op) {
        Struct row = Records.row(id, "a", 3);
        Struct value = Records.event(op, op.equals("d") ? row : null, op.equals("d") ? null : row, 100 + offset);
        return new SinkRecord(
                Records.TOPIC, 0, Records.KEY, new Struct(Records.KEY).put("id", id), Records.EVENT, value, offset);
    }

    private static SinkRecord nothing(long offset, long id) {
        return new SinkRecord(Records.TOPIC, 0, Records.KEY, new Struct(Records.KEY).put("id", id), null, null, offset);
    }

    @Test
    void theRecordThatDebeziumSendsAfterADeleteIsSkipped() throws Exception {
        flow = flow(reporter, 100, "version.from", "postgres-lsn");
        flow.put(List.of(event(10, 1, "d"), nothing(11, 1), event(12, 1, "c")));
        assertThat(sent()).containsExactly(110L, 112L);
        assertThat(outcomes.skipped.sum()).isEqualTo(1);
        assertThat(reporter.records).isEmpty();
    }

    @Test
    void anyOtherWithoutAValueAndAVersionIsABadRecord() throws Exception {
        flow = flow(reporter, 100, "version.from", "postgres-lsn");
        flow.put(List.of(nothing(9, 1), event(10, 1, "d"), nothing(11, 2), nothing(12, 1), event(13, 3, "c")));
        flow.put(List.of(nothing(14, 3)));
        assertThat(reporter.records).extracting(SinkRecord::kafkaOffset).containsExactly(9L, 11L, 12L, 14L);
        flow = flow(reporter, 100, "version.from", "postgres-lsn", "delete.null.value", "error");
        flow.put(List.of(event(20, 1, "d"), nothing(21, 1)));
        assertThat(reporter.records).hasSize(5);
    }

    /** Of a compacted topic, whose deletes are gone; and nobody waits for a record that may not come. */
    @Test
    void allWithoutAValueAndAVersionAreSkippedOnRequest() throws Exception {
        flow = flow(reporter, 100, "version.from", "postgres-lsn", "delete.null.value", "skip");
        flow.put(List.of(nothing(9, 1), event(10, 1, "d")));
        writers.end(0, Outcome.APPLIED);
        assertThat(committable()).containsExactly(Map.entry(0, 11L));
        assertThat(outcomes.skipped.sum()).isEqualTo(1);
        assertThat(reporter.records).isEmpty();
    }

    /** Whoever goes on there would not know that the record without a value goes with a delete. */
    @Test
    void aDeleteIsCommittedWithWhatComesAfterIt() throws Exception {
        flow = flow(reporter, 100, "version.from", "postgres-lsn");
        flow.put(List.of(event(9, 2, "c"), event(10, 1, "d")));
        writers.end(0, Outcome.APPLIED);
        writers.end(1, Outcome.APPLIED);
        assertThat(committable()).containsExactly(Map.entry(0, 10L));
        flow.put(List.of(nothing(11, 1)));
        assertThat(committable()).containsExactly(Map.entry(0, 12L));
        flow.put(List.of(event(12, 1, "d"), event(13, 2, "u")));
        writers.end(2, Outcome.APPLIED);
        assertThat(committable()).as("nothing without a value has come").containsExactly(Map.entry(0, 13L));
    }
}
