package dev.optimist.elasticsearch.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Two JVMs on the same document. Both are children of this one, which only waits: neither has the better place. */
final class TwoJvms implements AutoCloseable {
    /** How many each of them has. */
    static final int THREADS = 16;

    static final String INDEX = "two-jvms";
    private static final int SECONDS_TO_END = 20;

    private final List<Jvm> jvms = new ArrayList<>();
    private final Requests requests;
    private final Consumer<String> progress;

    /** What the two did together, and what each of them did. */
    record Result(Measured together, List<Measured> each) {}

    /**
     * Starts them.
     *
     * @param errors where their errors are written
     */
    TwoJvms(String url, Requests requests, Path errors, Consumer<String> progress) throws IOException {
        this.requests = requests;
        this.progress = progress;
        try {
            jvms.add(new Jvm(url, errors));
            jvms.add(new Jvm(url, errors));
            for (Jvm jvm : jvms) {
                jvm.expect(Child.READY);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Runs the rounds and checks the documents. */
    Result run(Stock stock, int warmUp, int rounds, Span slice) throws IOException, InterruptedException {
        List<List<List<Slice>>> each = List.of(new ArrayList<>(), new ArrayList<>());
        List<List<Slice>> together = new ArrayList<>();
        int sides = stock.shelves().size();
        for (int round = -warmUp; round < rounds; round++) {
            Slice[][] slices = new Slice[jvms.size() + 1][sides];
            for (int side : Orders.of(sides, round + warmUp)) {
                long before = requests.count();
                for (Jvm jvm : jvms) {
                    jvm.send(side + " " + slice.lead().toMillis() + " "
                            + slice.counted().toMillis());
                }
                for (int jvm = 0; jvm < jvms.size(); jvm++) {
                    slices[jvm][side] = jvms.get(jvm).slice();
                    stock.shelves().get(side).acknowledged().addAndGet(0, slices[jvm][side].acknowledged());
                }
                long sent = before < 0 ? -1 : requests.count() - before;
                slices[jvms.size()][side] =
                        slices[0][side].together(slices[1][side]).withRequests(sent);
            }
            List<Slice> both = List.of(slices[jvms.size()]);
            progress.accept(Series.line(Ratio.TWO_JVMS, THREADS, round, rounds, stock.names(), both));
            if (round >= 0) {
                together.add(both);
                each.get(0).add(List.of(slices[0]));
                each.get(1).add(List.of(slices[1]));
            }
        }
        stock.check();
        List<Measured> alone = new ArrayList<>();
        for (List<List<Slice>> one : each) {
            String name = Ratio.TWO_JVMS + "-" + (alone.isEmpty() ? "first" : "second");
            alone.add(new Measured(name, THREADS, stock.names(), one, stock.overwritten()));
        }
        Measured all = new Measured(Ratio.TWO_JVMS, THREADS, stock.names(), together, stock.overwritten());
        return new Result(all, alone);
    }

    /** Ends both, and waits until they have. */
    @Override
    public void close() {
        jvms.forEach(Jvm::end);
    }

    /** One of them. */
    private static final class Jvm {
        private final Process process;
        private final PrintWriter in;
        private final BufferedReader out;
        private final ObjectMapper json = new ObjectMapper();

        Jvm(String url, Path errors) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx512m",
                            "-Dorg.slf4j.simpleLogger.logFile=System.err", // standard output is for the answers
                            "-classpath",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            url,
                            INDEX)
                    .redirectError(Redirect.appendTo(errors.toFile()))
                    .start();
            in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
            out = process.inputReader(StandardCharsets.UTF_8);
        }

        void send(String line) {
            in.println(line);
        }

        void expect(String line) throws IOException {
            String read = out.readLine();
            if (!line.equals(read)) {
                throw new IOException("JVM " + process.pid() + " said " + read + " instead of " + line);
            }
        }

        Slice slice() throws IOException {
            String line = out.readLine();
            if (line == null) {
                throw new IOException("JVM " + process.pid() + " has ended; see the file of errors");
            }
            return json.readValue(line, Slice.class);
        }

        void end() {
            in.close();
            try {
                if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
