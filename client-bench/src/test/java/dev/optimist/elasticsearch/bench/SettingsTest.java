package dev.optimist.elasticsearch.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static Settings of(String name, String value) {
        Properties properties = new Properties();
        properties.setProperty("optimist.bench." + name, value);
        return Settings.of(properties);
    }

    @Test
    void whatIsEmptyIsAsByDefault() {
        assertThat(of("rounds", "")).isEqualTo(Settings.of(new Properties()));
    }

    @Test
    void allPartsAreMeasuredUnlessSomeAreNamed() {
        assertThat(Settings.of(new Properties()).parts()).containsExactlyInAnyOrderElementsOf(Settings.PARTS);
        assertThat(of("only", "two-jvms, contended").parts()).containsExactlyInAnyOrder("contended", "two-jvms");
    }

    @Test
    void aQuickRunHasNoServerButOne() {
        Properties quick = new Properties();
        quick.setProperty("optimist.bench.quick", "true");
        assertThat(Settings.of(quick).parts())
                .containsExactlyInAnyOrder("contended", "two-jvms", "uncontended", "many");
        quick.setProperty("optimist.bench.only", "script");
        assertThatThrownBy(() -> Settings.of(quick))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("optimist.bench.only must be of contended, two-jvms, uncontended, many, is script");
    }

    @Test
    void refusesPartsThatThereAreNone() {
        assertThatThrownBy(() -> of("only", "contended,uncontented"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("optimist.bench.only must be of contended, two-jvms, uncontended, many, script,"
                        + " is contended,uncontented");
        assertThatThrownBy(() -> of("only", "contended,")).hasMessageContaining("optimist.bench.only must be of");
    }

    @Test
    void aQuickRunHasAllThreadsThatRatiosAreOf() {
        Settings quick = of("quick", "true");
        assertThat(quick.quick()).isTrue();
        assertThat(quick.contendedRounds()).isGreaterThanOrEqualTo(5);
        assertThat(quick.uncontendedRounds()).isGreaterThanOrEqualTo(5);
        for (Ratio ratio : Ratio.all()) {
            if (ratio.series().equals(Ratio.CONTENDED)) {
                assertThat(quick.contendedThreads()).contains(ratio.threads());
            }
        }
    }

    @Test
    void roundsAndMillisAreForAllSeries() {
        assertThat(of("rounds", "7").contendedRounds()).isEqualTo(7);
        assertThat(of("rounds", "7").uncontendedRounds()).isEqualTo(7);
        assertThat(of("millis", "700").contendedSlice().counted()).isEqualTo(Duration.ofMillis(700));
    }

    @Test
    void refusesWhatIsOutOfBounds() {
        assertThatThrownBy(() -> of("rounds", "0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("optimist.bench.rounds must be between 1 and 1000");
        assertThatThrownBy(() -> of("millis", "99")).hasMessageContaining("between 100 and 60000");
        assertThatThrownBy(() -> of("millis", "soon")).hasMessageContaining("must be a number, is soon");
    }

    @Test
    void requestsAreAddedOverRoutesWithoutTheirOwn() throws IOException {
        ObjectMapper json = new ObjectMapper();
        String stats = "{'nodes':{'a':{'http':{'routes':{'/{index}/_doc/{id}':{'requests':{'count':5}},"
                + "'/{index}/_update/{id}':{'requests':{'count':2}},"
                + "'/_nodes/stats/{metric}':{'requests':{'count':100}}}}}}}";
        assertThat(Requests.sum(json.readTree(stats.replace('\'', '"')))).isEqualTo(7);
        assertThat(Requests.sum(json.readTree("{}"))).isEqualTo(-1);
    }
}
