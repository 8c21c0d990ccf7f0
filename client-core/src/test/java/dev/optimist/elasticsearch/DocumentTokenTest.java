package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;

class DocumentTokenTest {

    @Test
    void hasASeqNoFromTheFirstOperationOn() {
        assertThat(token(0, 1).hasSeqNo()).isTrue();
        assertThat(token(Long.MAX_VALUE, Long.MAX_VALUE).hasSeqNo()).isTrue();
    }

    @Test
    void hasNoneWhereTheIndexKeepsNone() {
        assertThat(token(-2, 0).hasSeqNo()).isFalse(); // as Elasticsearch answers then
        assertThat(token(-1, 1).hasSeqNo()).isFalse();
        assertThat(token(0, 0).hasSeqNo()).isFalse();
    }

    @Test
    void takesNumbersAsElasticsearchGaveThem() {
        assertThat(token(-2, 0).seqNo()).isEqualTo(-2);
        // what a write makes of an external Long.MAX_VALUE
        assertThat(new DocumentToken("t", "i", "1", null, Long.MIN_VALUE, 0, 1).version())
                .isEqualTo(Long.MIN_VALUE);
    }

    @Test
    @SuppressWarnings("NullAway") // what callers without null checks do
    void namesWhatIsMissing() {
        assertThatNullPointerException()
                .isThrownBy(() -> new DocumentToken(null, "i", "1", null, 1, 0, 1))
                .withMessage("target");
        assertThatNullPointerException()
                .isThrownBy(() -> new DocumentToken("t", null, "1", null, 1, 0, 1))
                .withMessage("index");
        assertThatNullPointerException()
                .isThrownBy(() -> new DocumentToken("t", "i", null, null, 1, 0, 1))
                .withMessage("id");
    }

    private static DocumentToken token(long seqNo, long primaryTerm) {
        return new DocumentToken("t", "i", "1", null, 1, seqNo, primaryTerm);
    }
}
