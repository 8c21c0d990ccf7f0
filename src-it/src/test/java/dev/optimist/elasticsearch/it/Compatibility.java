package dev.optimist.elasticsearch.it;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.plugin.surefire.log.api.NullConsoleLogger;
import org.apache.maven.plugins.surefire.report.ReportTestCase;
import org.apache.maven.plugins.surefire.report.ReportTestSuite;
import org.apache.maven.plugins.surefire.report.SurefireReportParser;
import org.junit.platform.commons.support.AnnotationSupport;

/** Makes docs/compatibility.md of the reports of the profile {@code matrix}. */
public final class Compatibility {
    private static final Pattern FOLDER = Pattern.compile("(elasticsearch|opensearch)-([0-9.]+)(?:_(.+))?");

    private static final Comparator<Cell> OLDEST_FIRST =
            Comparator.comparing(Cell::product).thenComparing(Cell::version).thenComparing(Cell::with);

    /**
     * A server, and what it was asked with, as the folder of its reports is named: {@code elasticsearch-9.5.3_java-25}.
     *
     * @param product whose server
     * @param version its version
     * @param with what is not as in the other cells, or empty
     * @param tests those that ran or were left out
     */
    record Cell(String product, ModuleDescriptor.Version version, String with, List<ReportTestCase> tests) {
        static Cell of(Path folder) {
            Matcher name = FOLDER.matcher(folder.getFileName().toString());
            if (!name.matches()) {
                throw new IllegalArgumentException("no cell: " + folder);
            }
            Generation generation =
                    Generation.of((name.group(1).equals("opensearch") ? "opensearch-" : "") + name.group(2));
            List<ReportTestCase> tests = new SurefireReportParser(List.of(folder.toFile()), new NullConsoleLogger())
                    .parseXMLReportFiles().stream()
                            .flatMap(suite -> casesOf(suite, generation))
                            .toList();
            if (tests.isEmpty()) {
                throw new IllegalStateException("no test in " + folder);
            }
            return new Cell(
                    name.group(1).equals("opensearch") ? "OpenSearch" : "Elasticsearch",
                    ModuleDescriptor.Version.parse(name.group(2)),
                    name.group(3) == null ? "" : name.group(3).replaceFirst("-(?=[0-9])", " "),
                    tests);
        }

        String server() {
            return product + " " + version;
        }

        List<ReportTestCase> leftOut() {
            return tests.stream().filter(ReportTestCase::hasSkipped).toList();
        }

        List<ReportTestCase> red() {
            return tests.stream().filter(t -> t.hasFailure() || t.hasError()).toList();
        }

        String row() {
            int skipped = leftOut().size();
            int red = red().size();
            return "| " + server() + " | " + with + " | " + (tests.size() - skipped - red) + " | " + skipped + " | "
                    + (red == 0 ? "0" : "**" + red + "**") + " |";
        }
    }

    private Compatibility() {}

    /** Takes the folder with one folder of reports for each cell, and the file to write. */
    public static void main(String[] args) throws IOException {
        List<Cell> cells;
        try (Stream<Path> folders = Files.list(Path.of(args[0]))) {
            cells = folders.filter(Files::isDirectory)
                    .map(Cell::of)
                    .sorted(OLDEST_FIRST)
                    .toList();
        }
        String page = page(cells);
        Files.writeString(Path.of(args[1]), page);
        System.out.println(page);
    }

    static String page(List<Cell> cells) {
        List<String> lines = new ArrayList<>(List.of(
                "# Compatibility",
                "",
                "Made of the reports of the cells of `mvn -B -Pmatrix verify` that were run: one suite, `src-it`, on a local process. One",
                "jar, Java 17 and elasticsearch-java 9.5, where nothing else is said. Not in it: what runs for long, and, but for",
                "Elasticsearch 9.5.3, what asks a database or a text and not the server (tagged `once`).",
                "",
                "| Server | With | Passed | Left out | Failed |",
                "|---|---|---|---|---|"));
        cells.forEach(cell -> lines.add(cell.row()));
        lines.addAll(List.of("", "## Left out, and why", "", "| Because | Where | Tests |", "|---|---|---|"));
        reasons(cells)
                .forEach((reason, tests) ->
                        lines.add("| " + reason + " | " + where(reason, cells) + " | " + tests + " |"));
        List<String> red = cells.stream()
                .flatMap(cell -> cell.red().stream()
                        .map(t -> "- " + (cell.server() + " " + cell.with()).strip() + ": `" + name(t) + "`"))
                .toList();
        if (!red.isEmpty()) {
            lines.addAll(List.of("", "## Failed", ""));
            lines.addAll(red);
        }
        return String.join("\n", lines) + "\n";
    }

    /** Of a parameterized class that is left out as a whole, Surefire knows no tests: it is one, with the reason it was given. */
    private static Stream<ReportTestCase> casesOf(ReportTestSuite suite, Generation generation) {
        if (!suite.getTestCases().isEmpty()) {
            return suite.getTestCases().stream();
        }
        return Stream.of(new ReportTestCase()
                .setFullClassName(suite.getFullClassName())
                .setClassName(suite.getName())
                .setSkipped(because(suite.getFullClassName(), generation)));
    }

    private static String because(String type, Generation generation) {
        try {
            Class<?> test = Class.forName(type);
            return AnnotationSupport.findAnnotation(test, Since.class)
                    .filter(since -> !Since.Condition.holds(since, generation))
                    .map(Since::because)
                    .or(() -> AnnotationSupport.findAnnotation(test, IngestCommon.class)
                            .map(all -> IngestCommon.BECAUSE))
                    .orElseThrow(() -> new IllegalStateException(type + " ran no test, and says no reason"));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(type + " ran no test", e);
        }
    }

    private static Map<String, String> reasons(List<Cell> cells) {
        return cells.stream()
                .flatMap(cell -> cell.leftOut().stream())
                .collect(groupingBy(
                        ReportTestCase::getFailureMessage,
                        TreeMap::new,
                        mapping(
                                t -> "`" + name(t) + "`",
                                collectingAndThen(toCollection(TreeSet::new), all -> String.join(", ", all)))));
    }

    private static String where(String reason, List<Cell> cells) {
        return cells.stream()
                .filter(cell -> cell.leftOut().stream().anyMatch(t -> reason.equals(t.getFailureMessage())))
                .map(cell -> (cell.server() + " " + cell.with()).strip())
                .collect(joining(", "));
    }

    private static String name(ReportTestCase test) {
        String method = test.getName() == null ? "" : test.getName().replaceFirst("[({].*", "");
        return method.isEmpty() || method.equals(test.getFullClassName())
                ? test.getClassName()
                : test.getClassName() + "." + method;
    }
}
