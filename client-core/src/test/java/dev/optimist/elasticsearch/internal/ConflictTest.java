package dev.optimist.elasticsearch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.optimist.elasticsearch.DocumentToken;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.internal.Write.Operation;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reasons are lines that real servers answered, as they were recorded. */
class ConflictTest {
    private static final WriteCondition SEQ_NO = WriteCondition.ifSeqNo(0, 1);
    private static final WriteCondition SINCE =
            WriteCondition.unchangedSince(new DocumentToken("t", "i", "1", null, 1, 3, 4));
    private static final WriteCondition VERSION = WriteCondition.version(1);
    private static final WriteCondition EXTERNAL = WriteCondition.external(10);
    private static final WriteCondition GTE = WriteCondition.externalGte(9);
    private static final WriteCondition NONE = WriteCondition.none();
    private static final String NEW_WORDS = "[1]: the document is not what you take it for";

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void readsWhatServersSaid(String servers, String reason, Write write, Conflict expected) {
        assertThat(Conflict.parse(reason, write.operation(), write.condition())).isEqualTo(expected);
    }

    static Stream<Arguments> readsWhatServersSaid() {
        return Stream.of(
                seqNos(
                        "8.19, 9.5",
                        "[7]: version conflict, required seqNo [0], primary term [1]. current document has seqNo [1]"
                                + " and primary term [1]",
                        Kind.STALE,
                        0,
                        1,
                        1L,
                        1L),
                seqNos(
                        "8.19, 9.5",
                        "[7]: version conflict, required seqNo [2], primary term [2]. current document has seqNo [2]"
                                + " and primary term [1]",
                        Kind.STALE,
                        2,
                        2,
                        2L,
                        1L),
                seqNos(
                        "8.19, 9.5",
                        "[never]: version conflict, required seqNo [1], primary term [1]. but no document was found",
                        Kind.ABSENT,
                        1,
                        1,
                        null,
                        null),
                versions(
                        "8.19, 9.5",
                        "[1]: version conflict, document already exists (current version [2])",
                        Operation.CREATE,
                        NONE,
                        Kind.EXISTS,
                        null,
                        2L),
                versions(
                        "5.6, 6.8",
                        "[blog][b1]: version conflict, document already exists (current version [2])",
                        Operation.CREATE,
                        NONE,
                        Kind.EXISTS,
                        null,
                        2L),
                versions(
                        "8.19, 9.5",
                        "[2]: version conflict, current version [12] is higher or equal to the one provided [11]",
                        Operation.INDEX,
                        EXTERNAL,
                        Kind.EXTERNAL,
                        11L,
                        12L),
                versions(
                        "8.19, 9.5",
                        "[8]: version conflict, current version [9223372036854775807] is higher or equal to the one"
                                + " provided [9223372036854775807]",
                        Operation.INDEX,
                        EXTERNAL,
                        Kind.EXTERNAL,
                        Long.MAX_VALUE,
                        Long.MAX_VALUE),
                versions(
                        "5.6, 6.8",
                        "[blog][b2]: version conflict, current version [5] is higher or equal to the one provided [4]",
                        Operation.DELETE,
                        EXTERNAL,
                        Kind.EXTERNAL,
                        4L,
                        5L),
                versions(
                        "8.19, 9.5",
                        "[2]: version conflict, current version [10] is higher than the one provided [9]",
                        Operation.INDEX,
                        GTE,
                        Kind.EXTERNAL,
                        9L,
                        10L),
                versions(
                        "5.6, 6.8",
                        "[blog][1]: version conflict, current version [2] is different than the one provided [1]",
                        Operation.INDEX,
                        VERSION,
                        Kind.STALE,
                        1L,
                        2L),
                versions(
                        "5.6, 6.8, absent",
                        "[blog][9]: version conflict, current version [-1] is different than the one provided [1]",
                        Operation.INDEX,
                        VERSION,
                        Kind.ABSENT,
                        1L,
                        null),
                versions(
                        "2.4",
                        "[blog][1]: version conflict, current [2], provided [1]",
                        Operation.INDEX,
                        VERSION,
                        Kind.STALE,
                        1L,
                        2L),
                versions(
                        "2.4, absent",
                        "[blog][9]: version conflict, current [-1], provided [1]",
                        Operation.INDEX,
                        VERSION,
                        Kind.ABSENT,
                        1L,
                        null),
                // 2.x has the same words for external versions: what was sent decides
                versions(
                        "2.4, external",
                        "[blog][2]: version conflict, current [10], provided [10]",
                        Operation.INDEX,
                        EXTERNAL,
                        Kind.EXTERNAL,
                        10L,
                        10L),
                versions(
                        "2.4, external_gte",
                        "[blog][2]: version conflict, current [10], provided [9]",
                        Operation.INDEX,
                        GTE,
                        Kind.EXTERNAL,
                        9L,
                        10L));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource
    void newWordsFallBackToWhatWasSent(Operation operation, WriteCondition condition, Conflict expected) {
        assertThat(Conflict.parse(NEW_WORDS, operation, condition)).isEqualTo(expected);
    }

    static Stream<Arguments> newWordsFallBackToWhatWasSent() {
        return Stream.of(
                arguments(Operation.CREATE, NONE, conflict(Kind.EXISTS, null, null, null)),
                arguments(Operation.INDEX, EXTERNAL, conflict(Kind.EXTERNAL, null, null, 10L)),
                arguments(Operation.DELETE, GTE, conflict(Kind.EXTERNAL, null, null, 9L)),
                arguments(Operation.INDEX, VERSION, conflict(Kind.STALE, null, null, 1L)),
                arguments(Operation.DELETE, SEQ_NO, conflict(Kind.STALE, 0L, 1L, null)),
                arguments(Operation.INDEX, SINCE, conflict(Kind.STALE, 3L, 4L, null)),
                arguments(Operation.INDEX, NONE, conflict(Kind.STALE, null, null, null)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "required seqNo [7], primary term [7]. but no document was found",
                "document already exists (current version [7])",
                "version conflict, current version [7] is higher than the one provided [7]",
                "current version [99999999999999999999] is different than the one provided [7]",
                "current [7], provided [7]"
            })
    void wordsInAnIdAreNotTheServers(String id) {
        // an id can hold anything, and comes first in the text
        String seqNo =
                "[" + id + "]: version conflict, required seqNo [0], primary term [1]. but no document was found";
        assertThat(Conflict.parse(seqNo, Operation.INDEX, SEQ_NO))
                .isEqualTo(new Conflict(Kind.ABSENT, seqNo, 0L, 1L, null, null, null, null));
        String exists = "[" + id + "]: version conflict, document already exists (current version [2])";
        assertThat(Conflict.parse(exists, Operation.CREATE, NONE))
                .isEqualTo(new Conflict(Kind.EXISTS, exists, null, null, null, null, null, 2L));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void readsAnyNumbers(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            long a = number(random);
            long b = number(random);
            long c = number(random);
            long d = number(random);
            String stale = "[x]: version conflict, required seqNo [" + a + "], primary term [" + b
                    + "]. current document has seqNo [" + c + "] and primary term [" + d + "]";
            assertThat(Conflict.parse(stale, Operation.INDEX, SEQ_NO))
                    .isEqualTo(new Conflict(Kind.STALE, stale, a, b, null, c, d, null));
            String external = "[x]: version conflict, current version [" + a
                    + "] is higher or equal to the one provided [" + b + "]";
            assertThat(Conflict.parse(external, Operation.INDEX, EXTERNAL))
                    .isEqualTo(new Conflict(Kind.EXTERNAL, external, null, null, b, null, null, a));
            if (a != -1) {
                String ours = Conflict.differentVersion("x", a, b).reason();
                assertThat(Conflict.parse(ours, Operation.INDEX, VERSION))
                        .isEqualTo(Conflict.differentVersion("x", a, b));
            }
            String absent = Conflict.differentVersion("x", null, b).reason();
            assertThat(Conflict.parse(absent, Operation.INDEX, VERSION))
                    .isEqualTo(Conflict.differentVersion("x", null, b));
        }
    }

    /** Of any length, and the ends now and then. */
    private static long number(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> Long.MAX_VALUE;
            case 1 -> Long.MIN_VALUE;
            default -> random.nextLong() >> random.nextInt(64);
        };
    }

    private static Arguments seqNos(
            String servers,
            String reason,
            Kind kind,
            long seqNo,
            long term,
            @Nullable Long now,
            @Nullable Long termNow) {
        return arguments(
                servers,
                reason,
                write(Operation.INDEX, SEQ_NO),
                new Conflict(kind, reason, seqNo, term, null, now, termNow, null));
    }

    private static Arguments versions(
            String servers,
            String reason,
            Operation operation,
            WriteCondition condition,
            Kind kind,
            @Nullable Long required,
            @Nullable Long current) {
        return arguments(
                servers,
                reason,
                write(operation, condition),
                new Conflict(kind, reason, null, null, required, null, null, current));
    }

    private static Conflict conflict(
            Kind kind, @Nullable Long seqNo, @Nullable Long primaryTerm, @Nullable Long version) {
        return new Conflict(kind, NEW_WORDS, seqNo, primaryTerm, version, null, null, null);
    }

    private static Write write(Operation operation, WriteCondition condition) {
        return new Write(operation, new Address("i", "1", null), condition, Write.Parameters.DEFAULT, null);
    }
}
