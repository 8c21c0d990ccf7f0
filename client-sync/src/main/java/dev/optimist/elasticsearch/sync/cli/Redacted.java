package dev.optimist.elasticsearch.sync.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * Everything that the process prints, logs of libraries included, goes through this: secrets that got into it all the same
 * become {@code ***}. Whole lines, or what is flushed, are looked at. Secrets of one to three characters are not looked for.
 */
final class Redacted extends OutputStream {
    private static final int SHORTEST = 4;

    private final OutputStream out;
    private final Set<String> secrets;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private Redacted(OutputStream out, Set<String> secrets) {
        this.out = out;
        this.secrets = secrets;
    }

    /** Returns a stream that flushes at the end of each line. */
    static PrintStream stream(OutputStream out, Set<String> secrets) {
        return new PrintStream(new Redacted(out, secrets), false, StandardCharsets.UTF_8);
    }

    /** Returns where secrets can be added while others print. */
    static Set<String> secrets() {
        return new CopyOnWriteArraySet<>();
    }

    static void add(Set<String> secrets, Collection<String> more) {
        more.stream().filter(s -> s.length() >= SHORTEST).forEach(secrets::add);
    }

    @Override
    public synchronized void write(int b) throws IOException {
        line.write(b);
        if (b == '\n') {
            flush();
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) throws IOException {
        line.write(bytes, from, length);
        if (length > 0 && bytes[from + length - 1] == '\n') {
            flush();
        }
    }

    @Override
    public synchronized void flush() throws IOException {
        if (line.size() > 0) {
            String text = line.toString(StandardCharsets.UTF_8);
            line.reset();
            for (String secret : secrets) {
                text = text.replace(secret, "***");
            }
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
    }
}
