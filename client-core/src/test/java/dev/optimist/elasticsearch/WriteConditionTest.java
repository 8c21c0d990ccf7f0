package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.optimist.elasticsearch.WriteCondition.IfSeqNo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WriteConditionTest {
    private static final DocumentToken TOKEN = new DocumentToken("alias", "index-1", "1", null, 3, 2, 1);

    @ParameterizedTest
    @CsvSource({"-2, 0", "-2, 1", "-1, 1", "0, 0", "0, -1", "5, 0"})
    void refusesATokenThatElasticsearchMayTakeForNoCondition(long seqNo, long primaryTerm) {
        // -2 and 0 are answered 200, and the document is overwritten
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WriteCondition.ifSeqNo(seqNo, primaryTerm))
                .withMessageContaining(seqNo < 0 ? "if_seq_no" : "if_primary_term");
        DocumentToken token = new DocumentToken("alias", "index-1", "1", null, 3, seqNo, primaryTerm);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WriteCondition.unchangedSince(token))
                .withMessageContaining("if_seq_no");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WriteCondition.unchangedSince(new VersionedDocument<>(token, "source")))
                .withMessageContaining("if_seq_no");
        assertThat(token.hasSeqNo()).isFalse();
    }

    @Test
    void takesTheFirstAndTheLastSequenceNumber() {
        assertThat(WriteCondition.ifSeqNo(0, 1)).isEqualTo(new IfSeqNo(0, 1));
        assertThat(WriteCondition.ifSeqNo(Long.MAX_VALUE, Long.MAX_VALUE))
                .isEqualTo(new IfSeqNo(Long.MAX_VALUE, Long.MAX_VALUE));
    }

    @Test
    void isTheSameSinceADocumentAndItsToken() {
        assertThat(WriteCondition.unchangedSince(new VersionedDocument<>(TOKEN, "source")))
                .isEqualTo(WriteCondition.unchangedSince(TOKEN));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, Long.MAX_VALUE})
    void refusesVersionsOutOfBounds(long version) {
        // Long.MAX_VALUE is accepted by Elasticsearch, and the next write wraps it to a negative number
        refused("version (version_type=external) ", () -> WriteCondition.external(version));
        refused("version (version_type=external_gte) ", () -> WriteCondition.externalGte(version));
        refused("version ", () -> WriteCondition.version(version));
    }

    @Test
    void versionZeroIsForExternalVersionsOnly() {
        refused("version ", () -> WriteCondition.version(0));
        assertThat(WriteCondition.external(0)).isEqualTo(new WriteCondition.External(0));
        assertThat(WriteCondition.externalGte(0)).isEqualTo(new WriteCondition.ExternalGte(0));
    }

    @Test
    void takesTheGreatestVersion() {
        long greatest = Long.MAX_VALUE - 1;
        assertThat(WriteCondition.external(greatest)).isEqualTo(new WriteCondition.External(greatest));
        assertThat(WriteCondition.externalGte(greatest)).isEqualTo(new WriteCondition.ExternalGte(greatest));
        assertThat(WriteCondition.version(greatest)).isEqualTo(new WriteCondition.Version(greatest));
    }

    @Test
    @SuppressWarnings("NullAway") // what callers without null checks do
    void namesWhatIsNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> WriteCondition.unchangedSince((DocumentToken) null))
                .withMessage("token");
        assertThatNullPointerException()
                .isThrownBy(() -> WriteCondition.unchangedSince((VersionedDocument<?>) null))
                .withMessage("read");
    }

    @Test
    void survivesSerialization() throws Exception {
        for (WriteCondition condition : new WriteCondition[] {
            WriteCondition.unchangedSince(TOKEN), WriteCondition.external(3), WriteCondition.none()
        }) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(condition);
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                assertThat(in.readObject()).isEqualTo(condition);
            }
        }
    }

    private static void refused(String parameter, Runnable call) {
        assertThatIllegalArgumentException().isThrownBy(call::run).withMessageStartingWith(parameter);
    }
}
