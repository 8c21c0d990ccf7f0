package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.InvalidTokenException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A token and the incarnation of its index as text and back: the fields one after the other, then the first 16 bytes of their
 * SHA-256, or HMAC-SHA256 if there is a key, in Base64 for URLs. One state has one text, and nothing else is read as it.
 */
final class TokenFormat {
    /** A header line of many servers is at most as long; {@code _id}, names and numbers take 1400 at most. */
    static final int MAX_LENGTH = 8192;

    static final int MIN_KEY_BYTES = 32;
    private static final int CHECK_BYTES = 16;
    private static final byte CHECKED = 1;
    private static final byte SIGNED = 2;
    private static final String HMAC = "HmacSHA256";

    private final @Nullable SecretKeySpec key;

    /** Without a key. */
    TokenFormat() {
        this.key = null;
    }

    TokenFormat(byte[] key) {
        if (Bounds.notNull("key", key).length < MIN_KEY_BYTES) {
            throw new IllegalArgumentException("key must have at least " + MIN_KEY_BYTES + " bytes, has " + key.length);
        }
        this.key = new SecretKeySpec(key, HMAC);
    }

    /** What a text says. */
    record Decoded(DocumentToken token, String uuid) {}

    String encode(DocumentToken token, String uuid) {
        byte[] body = body(token, uuid);
        byte[] all = Arrays.copyOf(body, body.length + CHECK_BYTES);
        System.arraycopy(check(body), 0, all, body.length, CHECK_BYTES);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(all);
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "token: takes " + text.length() + " characters, more than " + MAX_LENGTH + "; routing has "
                            + (token.routing() == null ? 0 : token.routing().length()));
        }
        return text;
    }

    private byte[] body(DocumentToken token, String uuid) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(key == null ? CHECKED : SIGNED);
            out.writeUTF(token.target());
            out.writeUTF(token.index());
            out.writeUTF(uuid);
            out.writeUTF(token.id());
            out.writeBoolean(token.routing() != null);
            if (token.routing() != null) {
                out.writeUTF(token.routing());
            }
            out.writeLong(token.version());
            out.writeLong(token.seqNo());
            out.writeLong(token.primaryTerm());
        } catch (IOException e) { // into memory; but writeUTF takes 64 kB only
            throw new IllegalArgumentException("token: a name in it is too long: " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #encode} has written with the same key.
     *
     * @throws InvalidTokenException of reason {@code MALFORMED} or {@code TAMPERED} if it is anything else
     */
    Decoded decode(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > MAX_LENGTH) {
            throw malformed(text == null || text.isEmpty() ? "it is empty" : "it is too long", null);
        }
        byte[] all;
        try {
            all = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw malformed("it is not Base64 for URLs", e);
        }
        int length = all.length - CHECK_BYTES;
        // the decoder takes padding and stray bits, too, with which one token would have several texts
        if (length < 1
                || !Base64.getUrlEncoder().withoutPadding().encodeToString(all).equals(text)) {
            throw malformed("it is cut, or padded", null);
        }
        byte[] body = Arrays.copyOf(all, length);
        byte[] check = Arrays.copyOfRange(all, length, all.length);
        if (!MessageDigest.isEqual(check, check(body))) {
            throw new InvalidTokenException(
                    Reason.TAMPERED,
                    "the token was changed since it was made"
                            + (key == null ? ", or signed with a key" : ", or not signed with this key"));
        }
        return read(body);
    }

    private Decoded read(byte[] body) {
        Decoded decoded;
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
            if (in.readByte() != (key == null ? CHECKED : SIGNED)) {
                throw malformed("it is of a version that is not known here", null);
            }
            String target = in.readUTF();
            String index = in.readUTF();
            String uuid = in.readUTF();
            String id = in.readUTF();
            String routing = in.readBoolean() ? in.readUTF() : null;
            decoded = new Decoded(
                    new DocumentToken(target, index, id, routing, in.readLong(), in.readLong(), in.readLong()), uuid);
        } catch (IOException e) {
            throw malformed("it does not hold what a token holds", e);
        }
        if (!decoded.token.hasSeqNo() || !Arrays.equals(body, body(decoded.token, decoded.uuid))) {
            throw malformed("it does not hold what a token holds", null);
        }
        return decoded;
    }

    private byte[] check(byte[] body) {
        try {
            byte[] whole;
            if (key == null) {
                whole = MessageDigest.getInstance("SHA-256").digest(body);
            } else {
                Mac mac = Mac.getInstance(HMAC);
                mac.init(key);
                whole = mac.doFinal(body);
            }
            return Arrays.copyOf(whole, CHECK_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static InvalidTokenException malformed(String why, @Nullable Throwable cause) {
        return new InvalidTokenException(Reason.MALFORMED, "not a token: " + why, cause);
    }
}
