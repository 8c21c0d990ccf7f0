package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.BulkOptions;
import dev.optimist.elasticsearch.ModifiedTotal;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many documents are modified in bounded memory: in a JVM of its own, as this one has other tests' objects. */
class SmallHeapIT extends ServerTest {
    private static final int DOCUMENTS = 100_000;

    /** What the other JVM does; its arguments are the address of the server, the index, and the mapping type if it has one. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            try (VersionedClient client = VersionedClient.connect(arguments[0])) {
                VersionedDocuments<Counter> counters = client.documents(arguments[1], Counter.class)
                        .with(o -> o.mappingType(arguments.length > 2 ? arguments[2] : null));
                ModifiedTotal total = counters.readModifyWriteAll(ids(), c -> c.plus(1), item -> item.orThrow());
                System.out.println(total);
            }
        }
    }

    @Test
    void aHundredThousandDocumentsIn64Megabytes() throws IOException, InterruptedException {
        counters.bulk(
                ids().map(id -> BulkOperation.create(id, new Counter(0))),
                BulkOptions.standard(),
                result -> result.orThrow());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+ExitOnOutOfMemoryError",
                "-classpath",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                server.url(),
                index));
        if (mappingType() != null) {
            command.add(mappingType());
        }
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).isZero();
        assertThat(said.strip()).isEqualTo(new ModifiedTotal(DOCUMENTS, DOCUMENTS, 0, 0, true).toString());
        rest.get("/" + index + "/_refresh").ok();
        assertThat(rest.get("/" + index + "/_count?q=n:1")
                        .ok()
                        .body()
                        .path("count")
                        .asInt())
                .isEqualTo(DOCUMENTS);
    }

    private static Stream<String> ids() {
        return IntStream.range(0, DOCUMENTS).mapToObj(Integer::toString);
    }
}
