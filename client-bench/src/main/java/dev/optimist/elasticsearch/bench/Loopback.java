package dev.optimist.elasticsearch.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Answers what is {@link Recorded} over a connection on this machine: a server's own work would hide what is to be seen. It
 * allocates nothing for a request, as the JVM's allocation is measured.
 */
final class Loopback implements AutoCloseable {
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_OF_CHUNKS = "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] LENGTH = "\r\nContent-Length: ".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket server;

    Loopback() {
        try {
            server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    String url() {
        return "http://" + server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = server.accept();
                daemon(() -> serve(connection));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void serve(Socket connection) {
        byte[] get = Recorded.GET.message();
        byte[] put = Recorded.PUT.message();
        byte[] request = new byte[16 * 1024];
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream in = connection.getInputStream();
            OutputStream out = connection.getOutputStream();
            int length = 0;
            for (int read = in.read(request); read >= 0; read = in.read(request, length, request.length - length)) {
                length += read;
                boolean isGet = request[0] == 'G';
                if (isGet ? endsWith(request, length, END_OF_HEAD) : isWholePut(request, length)) {
                    out.write(isGet ? get : put);
                    length = 0;
                }
            }
        } catch (IOException e) {
            // the client has closed it
        }
    }

    /** By hand sends chunks, this library a length. */
    private static boolean isWholePut(byte[] bytes, int length) {
        int head = indexOf(bytes, length, END_OF_HEAD);
        if (head < 0) {
            return false;
        }
        int said = indexOf(bytes, head, LENGTH);
        if (said < 0) {
            return endsWith(bytes, length, END_OF_CHUNKS);
        }
        int body = 0;
        for (int at = said + LENGTH.length; bytes[at] != '\r'; at++) {
            body = body * 10 + bytes[at] - '0';
        }
        return length == head + END_OF_HEAD.length + body;
    }

    private static int indexOf(byte[] bytes, int length, byte[] wanted) {
        for (int at = 0; at <= length - wanted.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean endsWith(byte[] bytes, int length, byte[] end) {
        return length >= end.length && Arrays.equals(bytes, length - end.length, length, end, 0, end.length);
    }

    private static void daemon(Runnable run) {
        Thread thread = new Thread(run, "loopback");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
