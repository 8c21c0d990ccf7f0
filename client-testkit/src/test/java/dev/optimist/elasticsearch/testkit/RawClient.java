package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** One connection, seen as bytes: what a client of HTTP would hide or repair is what is tested here. */
final class RawClient implements AutoCloseable {
    static final String END = "<end>";
    static final String RESET = "<reset>";

    private final Socket socket;

    RawClient(String url) throws IOException {
        URI server = URI.create(url);
        socket = new Socket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
    }

    RawClient send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    static String put(String path, String body) {
        return "PUT " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    /** Reads until one of these has come or the connection ends, and returns all of it, and how it ended. */
    String readUntil(String... last) throws IOException {
        StringBuilder all = new StringBuilder();
        while (Stream.of(last).noneMatch(l -> endsWith(all, l))) {
            String next = read();
            all.append(next);
            if (next.equals(END) || next.equals(RESET)) {
                break;
            }
        }
        return all.toString();
    }

    private static boolean endsWith(StringBuilder all, String last) {
        return all.length() >= last.length() && all.indexOf(last, all.length() - last.length()) >= 0;
    }

    /** Reads until the connection ends, and returns all of it, and how it ended. */
    String readToEnd() throws IOException {
        return readUntil();
    }

    private String read() throws IOException {
        byte[] buffer = new byte[1024];
        try {
            int count = socket.getInputStream().read(buffer);
            return count < 0 ? END : new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
        } catch (SocketException e) {
            return RESET;
        }
    }

    void patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
