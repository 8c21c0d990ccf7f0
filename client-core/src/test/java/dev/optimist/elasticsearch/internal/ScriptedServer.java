package dev.optimist.elasticsearch.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Says what it was told to, on a real socket. Only for what a real Elasticsearch cannot be made to answer: a chosen
 * status, a broken body, a connection that is reset after the request was read.
 */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket listener;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Answer otherwise;
    private final Thread acceptor;

    /** What to do once a request was read to its end. */
    interface Answer {
        void to(Socket socket) throws IOException;
    }

    /** A request; names of headers are in lower case. */
    record Received(String line, Map<String, String> headers, String body, int port) {}

    /** Answers every request like this, but for those that {@link #then} is for. */
    ScriptedServer(Answer otherwise) throws IOException {
        this.otherwise = otherwise;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.acceptor = start(this::accept);
    }

    /** Answers the next request like this. */
    ScriptedServer then(Answer answer) {
        answers.add(answer);
        return this;
    }

    /** Takes back the answers that are still to come: a request that was given up early may never have arrived. */
    void forget() {
        answers.clear();
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    List<Received> received() {
        return received;
    }

    static Answer json(int status, String body) {
        return http(status, "application/json", body, "X-Elastic-Product: Elasticsearch");
    }

    static Answer http(int status, @Nullable String contentType, String body, String... headers) {
        byte[] bytes = body.getBytes(UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " x\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (contentType != null) {
            head.append("Content-Type: ").append(contentType).append("\r\n");
        }
        head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
        return raw(head + body);
    }

    static Answer raw(String text) {
        return socket -> {
            socket.getOutputStream().write(text.getBytes(UTF_8));
            socket.getOutputStream().flush();
        };
    }

    static Answer rawThenClose(String text) {
        return socket -> {
            raw(text).to(socket);
            socket.close();
        };
    }

    static Answer reset() {
        return socket -> {
            socket.setSoLinger(true, 0); // closes with RST instead of FIN
            socket.close();
        };
    }

    static Answer silence() {
        return socket -> {};
    }

    @Override
    public void close() throws IOException {
        listener.close();
        try {
            acceptor.join(); // until then the kernel still takes connections for it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try {
            InputStream in = socket.getInputStream();
            while (!socket.isClosed()) {
                received.add(read(in, socket.getPort()));
                Answer answer = answers.poll();
                (answer == null ? otherwise : answer).to(socket);
            }
        } catch (IOException clientClosedIt) {
            // nothing to answer any more
        }
    }

    private static Received read(InputStream in, int port) throws IOException {
        String request = line(in);
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.merge(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).trim(),
                    (one, other) -> one + " and " + other);
        }
        String body = "chunked".equals(headers.get("transfer-encoding"))
                ? chunks(in)
                : new String(in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0"))), UTF_8);
        return new Received(request, headers, body, port);
    }

    private static String chunks(InputStream in) throws IOException {
        List<String> chunks = new ArrayList<>();
        for (int size = size(in); size > 0; size = size(in)) {
            chunks.add(new String(in.readNBytes(size), UTF_8)); // ASCII in these tests, so no character is cut
            line(in);
        }
        line(in);
        return String.join("", chunks);
    }

    private static int size(InputStream in) throws IOException {
        return Integer.parseInt(line(in), 16);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            line.append(new String(new byte[] {(byte) c}, ISO_8859_1));
        }
        return line.toString().stripTrailing();
    }

    private static Thread start(Runnable run) {
        Thread thread = new Thread(run, "scripted-server");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
