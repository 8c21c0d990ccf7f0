package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
        assertThat(ServerVersion.chosen("8.1.2")).isEqualTo(new ServerVersion("8.1.2", "as chosen"));
    }

    @Test
    void eachMajorVersionHasItsJava() {
        List<JavaHome> homes = homes(8, 11, 17, 21, 25);

        assertThat(ServerVersion.chosen("7.17.29").java(homes)).contains(home(11));
        assertThat(ServerVersion.chosen("8.19.21").java(homes)).contains(home(17));
        assertThat(ServerVersion.chosen("9.5.3").java(homes)).contains(home(21));
        assertThat(ServerVersion.chosen("10.0.0").java(homes)).contains(home(21));
    }

    @Test
    void version7RunsOnNoJavaAfter21() {
        assertThat(ServerVersion.chosen("7.17.29").java(homes(25))).isEmpty();
        assertThat(ServerVersion.chosen("7.17.29").java(homes(21, 25))).contains(home(21));
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", "9", "9x.1", ".1", "", "x.5.3", "8.x"})
    void whatIsNoVersionIsRefused(String number) {
        assertThatThrownBy(() -> ServerVersion.chosen(number))
                .isInstanceOf(ServerStartException.class)
                .hasMessage("Elasticsearch version: must be like 9.5.3, is " + number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.8.23", "1.0.0", "7.16.3", "7.0.0"})
    void whatIsTooOldIsRefused(String number) {
        assertThatThrownBy(() -> ServerVersion.chosen(number))
                .isInstanceOf(ServerStartException.class)
                .hasMessage("Elasticsearch version: must be 7.17 or later, is " + number);
    }

    private static List<JavaHome> homes(int... majors) {
        return IntStream.of(majors).mapToObj(ServerVersionTest::home).toList();
    }

    private static JavaHome home(int major) {
        return new JavaHome(Path.of("jdk-" + major), major);
    }
}
