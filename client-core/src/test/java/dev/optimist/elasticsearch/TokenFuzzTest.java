package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.optimist.elasticsearch.InvalidTokenException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What comes back from a browser may be anything. */
class TokenFuzzTest {
    private static final int TOKENS = 10_000;
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final ScriptedDialect server = new ScriptedDialect();
    private final DocumentTokens tokens =
            MemoryServer.client(server, String.class, 1).documents().tokens();
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    TokenFuzzTest() {
        server.uuids = Map.of("i-1", "uuid-1");
    }

    @Test
    void noMutatedTokenIsAccepted() {
        refusesAll(tokens);
    }

    @Test
    void norOneThatIsSigned() {
        byte[] key = new byte[32];
        random.nextBytes(key);
        refusesAll(tokens.signedWith(key));
    }

    private void refusesAll(DocumentTokens tokens) {
        Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);
        int accepted = 0;
        for (int i = 0; i < TOKENS; i++) {
            String good = tokens.encode(token());
            assertThat(tokens.parse("1", good)).isNotNull();
            String bad = mutated(good);
            Throwable thrown = catchThrowable(() -> tokens.parse("1", bad));
            if (thrown == null) {
                accepted++;
            } else {
                assertThat(thrown).as("seed %d, %s", seed, bad).isExactlyInstanceOf(InvalidTokenException.class);
                reasons.merge(((InvalidTokenException) thrown).reason(), 1, Integer::sum);
            }
        }
        System.out.printf("token fuzz: seed %d, %d mutated, %d accepted, %s%n", seed, TOKENS, accepted, reasons);
        assertThat(accepted).as("seed %d", seed).isZero();
        assertThat(reasons).containsOnlyKeys(Reason.MALFORMED, Reason.TAMPERED);
    }

    private DocumentToken token() {
        String routing = random.nextBoolean() ? null : "r".repeat(1 + random.nextInt(30));
        return new DocumentToken(
                "i", "i-1", "1", routing, random.nextLong(), random.nextLong() >>> 1, 1 + random.nextInt(9));
    }

    private String mutated(String good) {
        String bad;
        do {
            bad = good;
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                bad = mutatedOnce(bad);
            }
        } while (bad.equals(good));
        return bad;
    }

    private String mutatedOnce(String text) {
        if (text.isEmpty()) {
            return "A";
        }
        int at = random.nextInt(text.length());
        String before = text.substring(0, at);
        String after = text.substring(at + 1);
        char letter = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        return switch (random.nextInt(10)) {
            case 0, 1 -> before + letter + after;
            case 2 -> before + letter + text.substring(at);
            case 3 -> before + after;
            case 4 -> before;
            case 5 -> before + (char) random.nextInt(0x10000) + after;
            case 6 -> text + "=".repeat(1 + random.nextInt(2));
            case 7 -> after + before;
            case 8 -> bits(text);
            default -> text.substring(0, text.length() - 1) + letter; // whose last bits may not count
        };
    }

    /** Changes bytes, and not characters. */
    private String bits(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            bytes = text.getBytes(StandardCharsets.UTF_8);
        }
        if (bytes.length > 0) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Who knows the format, and there is no key, can give any bytes the right checksum: none of them breaks the parser. */
    @Test
    void whateverIsInsideIsATokenOrRefused() {
        TokenFormat format = new TokenFormat();
        byte[] good = bytes(format.encode(token(), "uuid-1"));
        Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);
        int accepted = 0;
        for (int i = 0; i < TOKENS; i++) {
            byte[] body = Arrays.copyOf(good, good.length - 16);
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt();
            }
            if (random.nextInt(4) == 0) {
                body = Arrays.copyOf(body, random.nextInt(body.length + 8));
            }
            String forged = forged(body);
            Throwable thrown = catchThrowable(() -> {
                DocumentToken parsed = tokens.parse("1", forged);
                assertThat(tokens.encode(parsed)).isEqualTo(forged);
            });
            if (thrown == null) {
                accepted++;
            } else {
                assertThat(thrown).as("seed %d, %s", seed, forged).isExactlyInstanceOf(InvalidTokenException.class);
                reasons.merge(((InvalidTokenException) thrown).reason(), 1, Integer::sum);
            }
        }
        System.out.printf("forged without a key: seed %d, %d, %d accepted, %s%n", seed, TOKENS, accepted, reasons);
        assertThat(accepted).as("numbers can be forged, as the javadoc says").isPositive();
    }

    private static byte[] bytes(String text) {
        return Base64.getUrlDecoder().decode(text);
    }

    private static String forged(byte[] body) {
        try {
            byte[] check = MessageDigest.getInstance("SHA-256").digest(body);
            byte[] all = Arrays.copyOf(body, body.length + 16);
            System.arraycopy(check, 0, all, body.length, 16);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
