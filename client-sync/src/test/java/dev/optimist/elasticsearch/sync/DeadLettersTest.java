package dev.optimist.elasticsearch.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersTest {
    private static final ExternalOperation<Price> INDEX =
            ExternalOperation.index("1\n", new Price("Öl", new BigDecimal("100.00000000000000000001")), 7);
    private static final ExternalOperation<Price> ROUTED = ExternalOperation.index(
                    "2", new Price("a\nb", new BigDecimal("1.50")), Long.MAX_VALUE - 1)
            .withRouting("r");
    private static final ExternalOperation<Price> DELETE = ExternalOperation.delete("3", 0);

    @TempDir
    Path folder;

    private Path file;
    private DeadLetters letters;

    record Price(String name, BigDecimal amount) {}

    /** No mapper can make JSON of it. */
    record Broken(String name) {
        @SuppressWarnings("unused")
        public String getFail() {
            throw new IllegalStateException("no value");
        }
    }

    @BeforeEach
    void nameFile() {
        file = folder.resolve("dead.jsonl");
        letters = DeadLetters.inFile(file, new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT));
    }

    @Test
    void whatWasAddedIsReplayedAsItWas() throws Exception {
        add(letters, INDEX, ROUTED, DELETE);
        assertThat(Files.readAllLines(file)).hasSize(3);
        assertThat(Files.readAllLines(file).get(0))
                .contains("\"outcome\":\"REJECTED\"", "\"reason\":\"because\"", "\"version\":7");
        ScriptedChanges<Price> changes = new ScriptedChanges<>();
        letters.replay(Price.class).read(null, changes);
        assertThat(changes.operations).containsExactly(INDEX, ROUTED, DELETE);
        assertThat(changes.positions).last().isEqualTo(Long.toString(Files.size(file)));
    }

    @Test
    void replayGoesOnAtAPosition() throws Exception {
        add(letters, INDEX, ROUTED);
        ScriptedChanges<Price> changes = new ScriptedChanges<>();
        letters.replay(Price.class).read(null, changes);
        add(letters, DELETE);
        ScriptedChanges<Price> next = new ScriptedChanges<>();
        letters.replay(Price.class).read(changes.positions.get(0), next);
        assertThat(next.operations).containsExactly(ROUTED, DELETE);
        assertThatThrownBy(() -> letters.replay(Price.class).read("99999999", next))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the position 99999999 is not one in");
    }

    @Test
    void halfALineOfAProcessThatWasKilledIsTakenAway() throws Exception {
        add(letters, INDEX);
        Files.writeString(file, "{\"id\":\"4".repeat(3_000), StandardOpenOption.APPEND);
        ScriptedChanges<Price> changes = new ScriptedChanges<>();
        letters.replay(Price.class).read(null, changes);
        assertThat(changes.operations).containsExactly(INDEX);
        add(letters, DELETE);
        letters.replay(Price.class).read(changes.positions.get(0), changes);
        assertThat(changes.operations).containsExactly(INDEX, DELETE);
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    @Test
    void aFileWithNothingButHalfALineIsEmptied() throws Exception {
        Files.writeString(file, "{\"id\"");
        add(letters, DELETE);
        assertThat(Files.readAllLines(file)).hasSize(1);
    }

    @Test
    void aLineThatIsNoDeadLetterIsSaid() throws Exception {
        Files.writeString(file, "{\"id\":\"1\"}\n");
        assertThatThrownBy(() -> letters.replay(Price.class).read(null, new ScriptedChanges<>()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("dead.jsonl holds no dead letter at byte 0");
    }

    @Test
    void aDocumentThatIsNoJsonIsListedAndNeverTakenForADelete() throws Exception {
        add(letters, ExternalOperation.index("0", new Broken("x"), 1));
        add(letters, DELETE);
        assertThat(Files.readAllLines(file).get(0)).contains("document_error", "no value");
        ScriptedChanges<Price> changes = new ScriptedChanges<>();
        assertThatThrownBy(() -> letters.replay(Price.class).read(null, changes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1 operations without their documents, the first at byte 0");
        assertThat(changes.operations).containsExactly(DELETE);
    }

    @Test
    void onlyOneJobCanAdd() throws Exception {
        DeadLetterFile first = letters.open();
        assertThatThrownBy(letters::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another job has the dead letters");
        first.close();
        letters.open().close();
    }

    private static void add(DeadLetters to, ExternalOperation<?>... operations) throws IOException {
        try (DeadLetterFile open = to.open()) {
            for (ExternalOperation<?> operation : operations) {
                open.add(Letter.of(new ExternalResult<>(operation, Outcome.REJECTED, -1, "because", 400, 1, null)));
            }
        }
    }
}
