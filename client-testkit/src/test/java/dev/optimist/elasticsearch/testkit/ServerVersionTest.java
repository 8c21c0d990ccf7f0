package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerVersionTest {
    @ParameterizedTest
    @ValueSource(ints = {21, 25})
    void aJavaOf21OrLaterGivesTheNewest(int major) {
        ServerVersion version = ServerVersion.newestFor(homes(17, major));

        assertThat(version.number()).isEqualTo("9.5.3");
        assertThat(version.why()).isEqualTo("the newest, as there is a Java " + major);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 20})
    void anOlderJavaGivesTheNewestThatItRuns(int major) {
        ServerVersion version = ServerVersion.newestFor(homes(11, major));

        assertThat(version.number()).isEqualTo("8.19.21");
        assertThat(version.why()).isEqualTo("the newest that runs without a Java of 21 or later");
    }

    @Test
    void aChosenOneSaysSo() {
        assertThat(ServerVersion.chosen("8.1.2"))
                .isEqualTo(new ServerVersion(Product.ELASTICSEARCH, "8.1.2", "as chosen"));
    }

    @Test
    void openSearchIsChosenByItsName() {
        ServerVersion version = ServerVersion.chosen("opensearch-2.19.6");

        assertThat(version).isEqualTo(new ServerVersion(Product.OPENSEARCH, "2.19.6", "as chosen"));
        assertThat(version.name()).isEqualTo("opensearch-2.19.6");
        assertThat(version.title()).isEqualTo("OpenSearch 2.19.6");
        assertThat(version.major()).isEqualTo(2);
    }

    @Test
    void elasticsearchIsChosenByItsNumber() {
        ServerVersion version = ServerVersion.chosen("10.0.1-SNAPSHOT");

        assertThat(version.name()).isEqualTo("10.0.1-SNAPSHOT");
        assertThat(version.title()).isEqualTo("Elasticsearch 10.0.1-SNAPSHOT");
        assertThat(version.major()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({
        "2.4.6, ELASTICSEARCH_2, 17",
        "2.10.0, ELASTICSEARCH_2, 17",
        "5.6.16, ELASTICSEARCH_5, 17",
        "6.8.23, ELASTICSEARCH_6, 17",
        "7.17.29, ELASTICSEARCH_7, 11",
        "8.0.0, ELASTICSEARCH_8, 17",
        "8.19.21, ELASTICSEARCH_8, 17",
        "9.5.3, ELASTICSEARCH_9, 21",
        "10.0.0, ELASTICSEARCH_9, 21",
        "opensearch-2.19.6, OPENSEARCH_2, 11",
        "opensearch-3.0.0, OPENSEARCH_3, 21",
        "opensearch-3.6.0, OPENSEARCH_3, 21"
    })
    void eachHasItsGenerationAndTheOldestJavaOfIt(String name, Generation generation, int java) {
        assertThat(ServerVersion.chosen(name).generation()).isEqualTo(generation);
        assertThat(generation.java(homes(8, 11, 17, 21, 25))).contains(home(java));
    }

    @ParameterizedTest
    @CsvSource({
        "2.4.6, 17, 21, a Java 17",
        "5.6.16, 17, 21, a Java 17",
        "6.8.23, 17, 21, a Java 17",
        "7.17.29, 21, 25, a Java of 11 to 21",
        "opensearch-2.19.6, 21, 25, a Java of 11 to 21"
    })
    void someTakeNoLaterJava(String name, int last, int later, String needed) {
        Generation generation = ServerVersion.chosen(name).generation();

        assertThat(generation.java(homes(8, last, later))).contains(home(last));
        assertThat(generation.java(homes(8, later))).isEmpty();
        assertThat(generation.javaNeeded()).isEqualTo(needed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "latest",
                "9",
                "9x.1",
                ".1",
                "",
                "x.5.3",
                "8.x",
                "opensearch-",
                "opensearch-3",
                "opensearch 3.6.0"
            })
    void whatIsNoVersionIsRefused(String name) {
        assertThatThrownBy(() -> ServerVersion.chosen(name))
                .isInstanceOf(ServerStartException.class)
                .hasMessage("optimist.testkit.version must be like 9.5.3 or opensearch-3.6.0, is " + name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.7.6",
                "2.3.5",
                "3.0.0",
                "4.0.0",
                "5.5.3",
                "6.7.2",
                "7.16.3",
                "7.0.0",
                "opensearch-1.3.20",
                "opensearch-2.18.0",
                "opensearch-4.0.0",
                "opensearch-9.5.3"
            })
    void whatNobodyHasSeenStartIsRefused(String name) {
        assertThatThrownBy(() -> ServerVersion.chosen(name))
                .isInstanceOf(ServerStartException.class)
                .hasMessage("optimist.testkit.version must be 2.4.x, 5.6.x, 6.8.x, 7.17 or later of Elasticsearch,"
                        + " opensearch-2.19.x or opensearch-3.x, is " + name);
    }

    private static List<JavaHome> homes(int... majors) {
        return IntStream.of(majors).mapToObj(ServerVersionTest::home).toList();
    }

    private static JavaHome home(int major) {
        return new JavaHome(Path.of("jdk-" + major), major);
    }
}
