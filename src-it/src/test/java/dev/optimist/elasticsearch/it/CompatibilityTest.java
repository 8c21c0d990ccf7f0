package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports as Failsafe writes them, and what the page makes of them. */
class CompatibilityTest {
    private static final String GREEN = "<testcase name=\"green\" classname=\"a.AIT\" time=\"1\"/>";
    private static final String LEFT_OUT =
            "<testcase name=\"later{int}[1]\" classname=\"a.AIT\" time=\"0\"><skipped message=\"came with 7\"/></testcase>";
    private static final String WHOLE_CLASS =
            "<testcase name=\"\" classname=\"a.BIT\" time=\"0\"><skipped message=\"came with 7\"/></testcase>";
    private static final String RED =
            "<testcase name=\"red\" classname=\"a.AIT\" time=\"0\"><failure message=\"no\" type=\"x\">no</failure></testcase>";

    @TempDir
    private Path reports;

    @Test
    void countsEachCellAndGivesTheReasonsOfWhatIsLeftOut() throws IOException {
        report("opensearch-2.19.6", "a.AIT", GREEN);
        report("elasticsearch-9.5.3_java-25", "a.AIT", GREEN + GREEN);
        report("elasticsearch-5.6.16", "a.AIT", GREEN + LEFT_OUT);
        report("elasticsearch-5.6.16", "a.BIT", WHOLE_CLASS);
        report("elasticsearch-10.0.0", "a.AIT", GREEN + RED);

        assertThat(page())
                .containsSubsequence(
                        "| Elasticsearch 5.6.16 |  | 1 | 2 | 0 |\n",
                        "| Elasticsearch 9.5.3 | java 25 | 2 | 0 | 0 |\n",
                        "| Elasticsearch 10.0.0 |  | 1 | 0 | **1** |\n",
                        "| OpenSearch 2.19.6 |  | 1 | 0 | 0 |\n",
                        "| came with 7 | Elasticsearch 5.6.16 | `AIT.later`, `BIT` |\n",
                        "- Elasticsearch 10.0.0: `AIT.red`\n");
    }

    @Test
    void aParameterizedClassThatIsLeftOutSaysWhyItself() throws IOException {
        report("elasticsearch-5.6.16", "a.AIT", GREEN);
        report("elasticsearch-5.6.16", SyntheticSourceIT.class.getName(), "");
        String because = SyntheticSourceIT.class.getAnnotation(Since.class).because();
        assertThat(page())
                .contains("| Elasticsearch 5.6.16 |  | 1 | 1 | 0 |")
                .contains("| " + because + " | Elasticsearch 5.6.16 | `SyntheticSourceIT` |");
    }

    @Test
    void aCellThatRanNothingIsNoCell() throws IOException {
        Files.createDirectory(reports.resolve("elasticsearch-5.6.16"));
        assertThatIllegalStateException().isThrownBy(this::page).withMessageContaining("elasticsearch-5.6.16");
    }

    @Test
    void anythingElseInTheFolderIsRefused() throws IOException {
        report("somewhere", "a.AIT", GREEN);
        assertThatIllegalArgumentException().isThrownBy(this::page).withMessageContaining("somewhere");
    }

    private String page() throws IOException {
        Path page = reports.resolveSibling(reports.getFileName() + ".md");
        try {
            Compatibility.main(new String[] {reports.toString(), page.toString()});
            return Files.readString(page);
        } finally {
            Files.deleteIfExists(page);
        }
    }

    private void report(String cell, String suite, String tests) throws IOException {
        Path folder = Files.createDirectories(reports.resolve(cell));
        Files.writeString(
                folder.resolve("TEST-" + suite + ".xml"),
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><testsuite name=\"" + suite
                        + "\" time=\"1\" tests=\"1\" errors=\"0\" skipped=\"0\" failures=\"0\">" + tests
                        + "</testsuite>");
    }
}
