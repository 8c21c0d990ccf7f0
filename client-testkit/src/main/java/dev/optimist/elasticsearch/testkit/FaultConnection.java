package dev.optimist.elasticsearch.testkit;

import dev.optimist.elasticsearch.testkit.FaultPlan.Draw;
import dev.optimist.elasticsearch.testkit.HttpReader.Head;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client and the one to the server that belongs to it. Two threads, as either side may speak or end at
 * any time: the one that runs this takes requests, its own takes answers.
 */
final class FaultConnection implements Runnable {
    private static final int CONNECT_MILLIS = 10_000;

    private final Socket client;
    private final Socket server = new Socket();
    private final InetSocketAddress address;
    private final Gate gate;
    private final Journal journal;
    private final Thread answers;
    private @Nullable Exchange outstanding; // guarded by this
    private boolean ended; // guarded by this

    /** A request whose answer is owed to the client. */
    private record Exchange(Head request, @Nullable Draw draw) {
        @Nullable
        Fault fault() {
            return draw == null ? null : draw.fault();
        }

        boolean isHead() {
            return request.word(0).equals("HEAD");
        }
    }

    FaultConnection(Socket client, InetSocketAddress address, Gate gate, Journal journal, ThreadFactory threads) {
        this.client = client;
        this.address = address;
        this.gate = gate;
        this.journal = journal;
        this.answers = threads.newThread(this::takeAnswers);
    }

    @Override
    public void run() {
        try {
            client.setTcpNoDelay(true);
            takeRequests(new HttpReader(client.getInputStream()));
            gate.pass(this::end);
        } catch (IOException e) {
            // nothing can be done for this client any more
        } finally {
            end();
        }
        try {
            answers.join(); // returns at once if it was never started
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes both sides in an orderly way, unless that was done before. */
    void end() {
        synchronized (this) {
            ended = true;
            notifyAll();
        }
        close(client);
        close(server);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // then it is closed
        }
    }

    /** A close that does not linger is a reset, as by a host that is gone. */
    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private void resetClient() throws IOException {
        reset(client);
        end();
    }

    private void takeRequests(HttpReader in) throws IOException {
        for (Head head = in.head(); head != null; head = in.head()) {
            awaitAnswered();
            Draw draw = journal.arrived(head.word(0), head.word(1));
            byte[] request = in.request(head);
            if (request == null) {
                return;
            }
            begin(new Exchange(head, draw));
            take(head, request, draw);
        }
    }

    private void take(Head head, byte[] request, @Nullable Draw draw) throws IOException {
        if (draw == null) {
            forward(request);
            return;
        }
        switch (draw.fault()) {
            case DROP_BEFORE -> gate.pass(this::end);
            case RESET_BEFORE -> gate.pass(this::resetClient);
            case BAD_GATEWAY_BEFORE -> answer(CannedAnswers.badGateway(head.word(0)));
            case TOO_MANY_REQUESTS -> answer(CannedAnswers.tooManyRequests(head.word(0), draw.retryAfter()));
            case HALF_REQUEST -> {
                connect();
                gate.pass(() -> {
                    server.getOutputStream().write(half(request, head));
                    reset(server);
                    resetClient();
                });
            }
            case DELAY_REQUEST -> late(request, draw.delayMillis());
            case LATE -> late(request, draw.lateMillis());
            default -> forward(request); // the answer is what it is about
        }
    }

    /** While it waits here, and until there is an answer, it does not see the client go, and so the request is not lost. */
    private void late(byte[] request, long millis) throws IOException {
        gate.sleep(millis);
        forward(request);
        awaitAnswered();
    }

    private void forward(byte[] request) throws IOException {
        connect();
        try {
            gate.pass(() -> server.getOutputStream().write(request));
        } catch (IOException e) {
            awaitAnswered(); // a server that closes may have answered before, 413 for instance
        }
    }

    private void connect() throws IOException {
        if (server.isConnected()) {
            return;
        }
        gate.pass(() -> {}); // but not in it: who freezes does not wait for a server that does not answer
        try {
            server.setTcpNoDelay(true);
            server.connect(address, CONNECT_MILLIS);
        } catch (IOException e) {
            gate.pass(this::resetClient);
            throw e;
        }
        answers.start();
    }

    private void takeAnswers() {
        try {
            HttpReader in = new HttpReader(server.getInputStream());
            while (true) {
                Head head = in.head();
                Exchange exchange = outstanding();
                byte[] answer = head == null ? null : in.answer(head, exchange != null && exchange.isHead());
                if (head == null || answer == null) {
                    passOnEnd(exchange, in);
                    return;
                }
                if (head.word(1).startsWith("1") || exchange == null) {
                    gate.pass(() -> client.getOutputStream().write(answer)); // the answer proper is still to come
                } else if (!take(exchange, head, answer)) {
                    return;
                }
            }
        } catch (IOException e) {
            end(); // the client does not take it, or the proxy is closed
        }
    }

    /** Returns false if no more answers are wanted. */
    private boolean take(Exchange exchange, Head head, byte[] answer) throws IOException {
        Draw draw = exchange.draw();
        if (draw == null) {
            answer(answer);
            return true;
        }
        switch (draw.fault()) {
            case DROP_AFTER, LATE -> gate.pass(this::end);
            case RESET_AFTER -> gate.pass(this::resetClient);
            case HOLD -> {
                return false; // the other thread sees the client go
            }
            case TRUNCATE ->
                gate.pass(() -> {
                    client.getOutputStream().write(half(answer, head));
                    end();
                });
            case BAD_GATEWAY_AFTER ->
                answer(CannedAnswers.badGateway(exchange.request().word(0)));
            case DELAY_ANSWER -> {
                gate.sleep(draw.delayMillis());
                answer(answer);
            }
            default -> answer(answer);
        }
        return true;
    }

    /** The server has ended the connection, maybe in the middle of an answer. */
    private void passOnEnd(@Nullable Exchange exchange, HttpReader in) throws IOException {
        byte[] begun = in.rest();
        boolean passing = exchange == null || exchange.fault() == null || exchange.fault() == Fault.DELAY_REQUEST;
        gate.pass(() -> {
            if (passing && begun.length > 0) {
                client.getOutputStream().write(begun);
            }
            if (in.wasReset()) {
                reset(client);
            }
            end();
        });
    }

    /** Head and half of the body, or half of the head if there is no body. */
    private static byte[] half(byte[] message, Head head) {
        int body = message.length - head.length();
        return Arrays.copyOf(message, body > 0 ? head.length() + body / 2 : head.length() / 2);
    }

    private void answer(byte[] answer) throws IOException {
        gate.pass(() -> client.getOutputStream().write(answer));
        answered();
    }

    private synchronized void begin(Exchange exchange) {
        outstanding = exchange;
    }

    private synchronized void answered() {
        outstanding = null;
        notifyAll();
    }

    private synchronized @Nullable Exchange outstanding() {
        return outstanding;
    }

    private synchronized void awaitAnswered() throws IOException {
        while (outstanding != null && !ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }
        if (ended) {
            throw new EOFException();
        }
    }
}
