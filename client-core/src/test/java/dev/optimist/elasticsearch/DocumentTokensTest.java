package dev.optimist.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.optimist.elasticsearch.InvalidTokenException.Reason;
import dev.optimist.elasticsearch.internal.DialectException;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a server that is told which indices it has; the same on a real one: TokensIT. */
class DocumentTokensTest {
    private static final DocumentToken TOKEN = new DocumentToken("i", "i-1", "1", null, 3, 7, 2);
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);

    private final ScriptedDialect server = new ScriptedDialect();
    private VersionedDocuments<String> documents;
    private DocumentTokens tokens;

    @BeforeEach
    void tokens() {
        server.uuids = Map.of("i-1", "uuid-1", "i-2", "uuid-2");
        documents = MemoryServer.client(server, String.class, 1).documents();
        tokens = documents.tokens();
    }

    private void refused(Reason reason, @Nullable String encoded) {
        refused(tokens, "1", reason, encoded);
    }

    private static void refused(DocumentTokens by, String id, Reason reason, @Nullable String encoded) {
        InvalidTokenException e = catchThrowableOfType(InvalidTokenException.class, () -> by.parse(id, encoded));
        assertThat(e).isNotNull();
        assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
    }

    private static void noMatch(DocumentTokens by, Reason reason, @Nullable String header) {
        InvalidTokenException e = catchThrowableOfType(InvalidTokenException.class, () -> by.ifMatch("1", header));
        assertThat(e).isNotNull();
        assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
    }

    @Test
    void comesBackAsItWas() {
        String encoded = tokens.encode(TOKEN);
        assertThat(encoded).matches("[A-Za-z0-9_-]{80,130}");
        assertThat(tokens.parse("1", encoded)).isEqualTo(TOKEN);
        assertThat(tokens.encode(tokens.parse("1", encoded))).isEqualTo(encoded);
        String longest = "é€".repeat(102) + "ab"; // 512 bytes
        DocumentToken strange = new DocumentToken(
                "i", "i-2", longest, "r \u0000\uD83D\uDE00", Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(tokens.parse(longest, tokens.encode(strange))).isEqualTo(strange);
        DocumentTokens signed = tokens.signedWith(KEY);
        assertThat(signed.parse("1", signed.encode(TOKEN))).isEqualTo(TOKEN);
    }

    @Test
    void isOfOneDocumentOfOneIndexAndRouting() {
        String encoded = tokens.encode(TOKEN);
        refused(tokens, "2", Reason.OTHER_ID, encoded);
        refused(documents.with(o -> o.routing("r")).tokens(), "1", Reason.OTHER_ROUTING, encoded);
        DocumentTokens ofJ = new DocumentTokens(documents.client().incarnations(), "j", null, new TokenFormat());
        refused(ofJ, "1", Reason.OTHER_INDEX, encoded);
        assertThatIllegalArgumentException().isThrownBy(() -> ofJ.encode(TOKEN)).withMessageContaining("index");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> documents.with(o -> o.routing("r")).tokens().encode(TOKEN))
                .withMessageContaining("routing");
        assertThat(server.sends).as("asked for the first encode").isEqualTo(1);
    }

    @Test
    void isOfOneIncarnationWhichIsAskedForEachTime() {
        String encoded = tokens.encode(TOKEN);
        assertThat(tokens.encode(TOKEN)).isEqualTo(encoded);
        assertThat(server.sends).as("once").isEqualTo(1);
        server.uuids = Map.of("i-1", "uuid-3", "i-2", "uuid-2");
        String outOfDate = tokens.encode(TOKEN);
        refused(Reason.OTHER_INCARNATION, encoded);
        refused(Reason.OTHER_INCARNATION, outOfDate);
        assertThat(tokens.parse("1", tokens.encode(TOKEN)))
                .as("of the new one, which parse has asked for")
                .isEqualTo(TOKEN);
    }

    /** Who encodes and never parses, too, learns of a new index. */
    @Test
    void whatWasAskedForIsKeptForTenSeconds() {
        AtomicLong nanos = new AtomicLong();
        Pace pace = new Pace(nanos::get, millis -> {}, bound -> bound);
        Exchange exchange = new Exchange(server, Duration.ofSeconds(1), new RetryBudget(1), pace);
        DocumentTokens timed = new DocumentTokens(new Incarnations(exchange), "i", null, new TokenFormat());
        String first = timed.encode(TOKEN);
        server.uuids = Map.of("i-1", "uuid-3");
        nanos.addAndGet(Incarnations.KEPT.toNanos());
        assertThat(timed.encode(TOKEN)).isEqualTo(first);
        nanos.incrementAndGet();
        String second = timed.encode(TOKEN);
        assertThat(server.sends).isEqualTo(2);
        assertThat(timed.parse("1", second)).isEqualTo(TOKEN);
    }

    @Test
    void anAliasThatHasMovedOnIsAnotherIndex() {
        String encoded = tokens.encode(TOKEN);
        server.uuids = Map.of("i-2", "uuid-2");
        refused(Reason.OTHER_INDEX, encoded);
        noMatch(tokens, Reason.OTHER_INDEX, "\"" + encoded + "\"");
        InvalidTokenException e = catchThrowableOfType(InvalidTokenException.class, () -> tokens.encode(TOKEN));
        assertThat(e.reason()).isEqualTo(Reason.OTHER_INDEX);
        assertThat(e).hasMessageContaining("alias that was switched");
    }

    @Test
    void aTokenThatNoWriteCanDependOnHasNoText() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokens.encode(new DocumentToken("i", "i-1", "1", null, 1, -2, 0)))
                .withMessageContaining("if_seq_no");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokens.encode(new DocumentToken("i", "i-1", "1", "r".repeat(7000), 1, 1, 1)))
                .withMessageContaining("routing has 7000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokens.encode(new DocumentToken("i", "i-1", "1", "r".repeat(70_000), 1, 1, 1)))
                .withMessageContaining("too long");
    }

    @Test
    void junkAndWhatWasChangedIsRefused() {
        String encoded = tokens.encode(TOKEN);
        for (String junk : Arrays.asList(
                null,
                "",
                " ",
                "null",
                "AAAA",
                "%00",
                "\uD83D\uDE00",
                encoded + "=",
                encoded + "\n",
                " " + encoded,
                "\"" + encoded + "\"",
                "A".repeat(8193),
                "A".repeat(100_000))) {
            refused(Reason.MALFORMED, junk);
        }
        refused(Reason.TAMPERED, encoded + "A");
        refused(Reason.TAMPERED, "A".repeat(100));
        refused(Reason.TAMPERED, encoded.substring(4));
        refused(Reason.TAMPERED, (encoded.startsWith("A") ? "B" : "A") + encoded.substring(1));
    }

    @Test
    void whoHasNoKeyCanMakeNone() {
        DocumentTokens signed = tokens.signedWith(KEY);
        byte[] another = KEY.clone();
        another[31]++;
        refused(signed, "1", Reason.TAMPERED, tokens.encode(TOKEN));
        refused(signed, "1", Reason.TAMPERED, tokens.signedWith(another).encode(TOKEN));
        refused(Reason.TAMPERED, signed.encode(TOKEN));
        another[31]--;
        assertThat(signed.parse("1", tokens.signedWith(another).encode(TOKEN))).isEqualTo(TOKEN);
        another[31]++;
        assertThat(signed.parse("1", signed.encode(TOKEN))).as("copied").isEqualTo(TOKEN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokens.signedWith(new byte[31]))
                .withMessageContaining("at least 32 bytes");
    }

    @Test
    void withoutTheRightToReadTheUuidItSaysWhichIsMissing() {
        String encoded = tokens.encode(TOKEN);
        server.fail(new DialectException(
                new Failure(Outcome.PERMANENT, 403, "security_exception", "unauthorized", null, null)));
        RequestRejectedException e =
                catchThrowableOfType(RequestRejectedException.class, () -> tokens.parse("1", encoded));
        assertThat(e).hasMessageContaining("view_index_metadata").hasMessageContaining("unauthorized");
        assertThat(e.status()).hasValue(403);
    }

    @Test
    void ifMatchIsTheConditionOfTheNewestTagThatIsOne() {
        DocumentToken older = new DocumentToken("i", "i-1", "1", null, 2, 9, 1);
        String etag = tokens.etag(TOKEN);
        assertThat(etag).isEqualTo("\"" + tokens.encode(TOKEN) + "\"");
        for (String header : new String[] {
            etag,
            " " + etag + ",",
            "\"x\"," + etag,
            tokens.etag(older) + ", " + etag,
            etag + ", " + tokens.etag(older),
            "W/" + tokens.etag(TOKEN) + "," + etag
        }) {
            int before = server.sends;
            assertThat(tokens.ifMatch("1", header)).as(header).isEqualTo(WriteCondition.unchangedSince(TOKEN));
            assertThat(server.sends).as("asked once, however many there are").isEqualTo(before + 1);
        }
    }

    @Test
    void whatDoesNotMatchIsTold() {
        String etag = tokens.etag(TOKEN);
        noMatch(tokens, Reason.UNCONDITIONAL, null);
        noMatch(tokens, Reason.UNCONDITIONAL, "");
        noMatch(tokens, Reason.UNCONDITIONAL, " * ");
        noMatch(tokens, Reason.WEAK, "W/" + etag);
        noMatch(tokens, Reason.MALFORMED, tokens.encode(TOKEN));
        noMatch(tokens, Reason.MALFORMED, etag + ", *");
        noMatch(tokens, Reason.MALFORMED, "\"x\"");
        noMatch(tokens, Reason.OTHER_ID, tokens.etag(new DocumentToken("i", "i-1", "2", null, 3, 7, 2)));
        DocumentToken inAnother = new DocumentToken("i", "i-2", "1", null, 3, 7, 2);
        noMatch(tokens, Reason.OTHER_INDEX, etag + "," + tokens.etag(inAnother));
        InvalidTokenException several = catchThrowableOfType(
                InvalidTokenException.class, () -> tokens.ifMatch("1", "W/" + etag + ", \"x\", \"y\""));
        assertThat(several.reason()).isEqualTo(Reason.WEAK);
        assertThat(several.getSuppressed()).hasSize(2);
    }

    @Test
    void aStateThatTheClientHasIsNotModified() {
        String etag = tokens.etag(TOKEN);
        String other = tokens.etag(new DocumentToken("i", "i-1", "1", null, 4, 8, 2));
        for (String header : new String[] {etag, "W/" + etag, other + ", " + etag, "*", " * "}) {
            assertThat(tokens.isNotModified(TOKEN, header)).as(header).isTrue();
        }
        for (String header : new String[] {null, "", "x", other, "W/" + other, etag + "x", etag + ", *"}) {
            assertThat(tokens.isNotModified(TOKEN, header))
                    .as(Objects.toString(header))
                    .isFalse();
        }
    }

    @Test
    void saysNothingOfItsKey() {
        assertThat(tokens.signedWith(KEY)).hasToString("DocumentTokens[i]");
    }
}
