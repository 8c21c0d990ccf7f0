package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds where messages of HTTP/1.1 end, and changes nothing in them: a message is the bytes that came. It is held in memory
 * as a whole, as only then it can be halved or sent late.
 *
 * <p>Not thread-safe.
 */
final class HttpReader {
    private static final int USUAL = 8 * 1024;
    private static final int MOST_OF_A_HEAD = 1024 * 1024;
    private static final int MOST = 1024 * 1024 * 1024;

    private static final String CONTENT_LENGTH = "content-length:";
    private static final String TRANSFER_ENCODING = "transfer-encoding:";

    private final InputStream in;
    private byte[] buffer = new byte[USUAL];
    private int limit;
    private boolean reset;

    HttpReader(InputStream in) {
        this.in = in;
    }

    /** The first line and what says where the message ends; {@code length} is that of the head, with its empty line. */
    record Head(String firstLine, int length, long contentLength, boolean chunked) {
        private static Head of(byte[] bytes, int length) {
            String head = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
            int endOfFirst = head.indexOf("\r\n");
            long contentLength = -1;
            boolean chunked = false;
            for (int at = endOfFirst + 2; at < length - 2; at = head.indexOf("\r\n", at) + 2) {
                if (head.regionMatches(true, at, CONTENT_LENGTH, 0, CONTENT_LENGTH.length())) {
                    contentLength = number(value(head, at + CONTENT_LENGTH.length()), 10);
                } else if (head.regionMatches(true, at, TRANSFER_ENCODING, 0, TRANSFER_ENCODING.length())) {
                    String coding = value(head, at + TRANSFER_ENCODING.length());
                    chunked = coding.toLowerCase(Locale.ROOT).endsWith("chunked");
                }
            }
            return new Head(head.substring(0, endOfFirst), length, contentLength, chunked);
        }

        private static String value(String head, int begin) {
            return head.substring(begin, head.indexOf("\r\n", begin)).strip();
        }

        /** The word of the first line at this place, from 0: method and path of a request, or the status of an answer. */
        String word(int place) {
            String[] words = firstLine.split(" ", 3);
            return place < words.length ? words[place] : "";
        }
    }

    /** Returns the next head, or null if the stream ends before it does; {@link #rest()} then has what came of it. */
    @Nullable
    Head head() {
        int at = 0;
        while (true) {
            for (; at + 4 <= limit; at++) {
                if (isEmptyLine(at)) {
                    return Head.of(buffer, at + 4);
                }
            }
            if (limit > MOST_OF_A_HEAD || !fill()) {
                return null;
            }
        }
    }

    private boolean isEmptyLine(int at) {
        return buffer[at] == '\r' && buffer[at + 1] == '\n' && buffer[at + 2] == '\r' && buffer[at + 3] == '\n';
    }

    /** Returns the request with this head, head and body, or null if the stream ends before it does. */
    byte @Nullable [] request(Head head) throws IOException {
        int end = head.chunked() ? endOfChunks(head.length()) : end(head, Math.max(0, head.contentLength()));
        return end < 0 ? null : take(end);
    }

    /** Returns the answer with this head, head and body, or null if the stream ends before it does. */
    byte @Nullable [] answer(Head head, boolean toHead) throws IOException {
        String status = head.word(1);
        if (toHead || status.startsWith("1") || status.equals("204") || status.equals("304")) {
            return take(head.length());
        }
        if (!head.chunked() && head.contentLength() < 0) { // it goes on until the connection ends
            while (fill()) {
                // all of it
            }
            return reset ? null : rest();
        }
        return request(head);
    }

    /** Returns what has come and belongs to no message yet. */
    byte[] rest() {
        return take(limit);
    }

    /** Returns whether the stream has ended by a reset, or was closed by us, instead of in an orderly way. */
    boolean wasReset() {
        return reset;
    }

    private int end(Head head, long contentLength) throws IOException {
        if (contentLength > MOST) {
            throw new IOException("A body of " + contentLength + " bytes is more than this proxy holds");
        }
        int end = head.length() + (int) contentLength;
        return has(end) ? end : -1;
    }

    private int endOfChunks(int begin) throws IOException {
        int at = begin;
        while (true) {
            int line = endOfLine(at);
            if (line < 0) {
                return -1;
            }
            String size = new String(buffer, at, line - at, StandardCharsets.ISO_8859_1);
            int extension = size.indexOf(';');
            long length = number((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
            if (length == 0) {
                return endOfTrailers(line);
            }
            if (length < 0 || line + length + 2 > MOST) {
                throw new IOException("No size of a chunk, or more than this proxy holds: " + size);
            }
            at = line + (int) length + 2;
            if (!has(at)) {
                return -1;
            }
        }
    }

    private int endOfTrailers(int begin) {
        int at = begin;
        while (true) {
            int line = endOfLine(at);
            if (line < 0 || line == at + 2) {
                return line;
            }
            at = line;
        }
    }

    /** Returns the place after the line that begins here, or -1 if the stream ends before it does. */
    private int endOfLine(int begin) {
        for (int at = begin; has(at + 2); at++) {
            if (buffer[at] == '\r' && buffer[at + 1] == '\n') {
                return at + 2;
            }
        }
        return -1;
    }

    private boolean has(int count) {
        if (count > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(count, 2 * buffer.length));
        }
        while (limit < count) {
            if (!fill()) {
                return false;
            }
        }
        return true;
    }

    private boolean fill() {
        if (limit >= MOST) {
            return false;
        }
        if (limit == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        try {
            int count = in.read(buffer, limit, buffer.length - limit);
            limit += Math.max(0, count);
            return count > 0;
        } catch (IOException e) {
            reset = true;
            return false;
        }
    }

    private byte[] take(int count) {
        byte[] message = Arrays.copyOf(buffer, count);
        byte[] next = limit - count <= USUAL ? new byte[USUAL] : new byte[limit - count];
        if (buffer.length <= USUAL) {
            next = buffer; // only a large one is given back
        }
        System.arraycopy(buffer, count, next, 0, limit - count);
        limit -= count;
        buffer = next;
        return message;
    }

    private static long number(String digits, int radix) {
        try {
            return Long.parseLong(digits, radix);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
