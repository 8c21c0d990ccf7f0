package dev.optimist.elasticsearch.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/kafka-connect.md has the settings that there are. {@code -Doptimist.docs.write=true} writes them there. */
class SettingsTableTest {
    private static final Path PAGE = Path.of("..", "docs", "kafka-connect.md");
    private static final String BEGIN = "<!-- settings: made by SettingsTableTest -->\n";
    private static final String END = "<!-- end of settings -->\n";

    @Test
    void thePageHasTheSettings() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        assertThat(begin).isGreaterThan(BEGIN.length());
        String table = SettingsTable.markdown(Settings.DEFINITION);
        if (Boolean.getBoolean("optimist.docs.write")) {
            Files.writeString(PAGE, page.substring(0, begin) + table + page.substring(end));
        } else {
            assertThat(page.substring(begin, end))
                    .as("mvn -pl client-kafka-connect -am test -Dtest=SettingsTableTest -Doptimist.docs.write=true"
                            + " -Dsurefire.failIfNoSpecifiedTests=false writes it")
                    .isEqualTo(table);
        }
    }
}
