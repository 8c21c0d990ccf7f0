package dev.optimist.elasticsearch.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.VersionedClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One of two JVMs that want the same documents. It says {@code ready}, and then answers each line {@code <number of the
 * side> <milliseconds not counted> <milliseconds>} with what that side has done in that time, as JSON in a line. It ends when there are no more lines,
 * so at the latest with its parent.
 */
final class Child {
    static final String READY = "ready";

    private Child() {}

    /**
     * Runs.
     *
     * @param arguments the address of the server, and the index
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(TwoJvms.THREADS);
        try (VersionedClient client = Bench.connect(arguments[0])) {
            List<Shelf> shelves = Sides.twoJvms(client, arguments[1]).stream()
                    .map(s -> new Shelf(s, Ratio.TWO_JVMS, 1))
                    .toList();
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            ObjectMapper json = new ObjectMapper();
            System.out.println(READY);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", 3);
                Shelf shelf = shelves.get(Integer.parseInt(words[0]));
                Span span = Span.ofMillis(Long.parseLong(words[1]), Long.parseLong(words[2]));
                Tally tally = new Tally(TwoJvms.THREADS);
                Turn.run(pool, TwoJvms.THREADS, shelf, span, Requests.uncounted(), tally);
                System.out.println(json.writeValueAsString(tally.slice()));
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
