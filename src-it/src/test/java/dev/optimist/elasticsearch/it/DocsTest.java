package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages point to is there, and the README says the same in both languages. */
class DocsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern FENCE = Pattern.compile("^ *```.*?^ *```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern HEADING = Pattern.compile("^(#+) (.+)$", Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern TEST_CLASS = Pattern.compile("`([A-Z]\\w+(?:IT|Test))(?:\\.(\\w+))?`");

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.toString().contains("/target/")
                            && !file.toString().contains("/."))
                    .sorted()
                    .toList();
        }
    }

    private static String prose(Path page) throws IOException {
        return FENCE.matcher(Files.readString(page)).replaceAll("");
    }

    private static List<MatchResult> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    /** As GitHub makes them. */
    private static Set<String> anchors(Path page) throws IOException {
        return found(HEADING, prose(page)).stream()
                .map(heading -> heading.group(2)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void noPageIsHalfMerged() throws IOException {
        for (Path page : pages()) {
            assertThat(Files.readAllLines(page)).as(page.toString()).noneMatch(line -> line.matches("[<>]{7} .*|={7}"));
        }
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            for (MatchResult link : found(LINK, prose(page))) {
                URI target = URI.create(link.group(1));
                if (target.isAbsolute()) {
                    continue;
                }
                links++;
                Path file = target.getPath().isEmpty()
                        ? page
                        : page.resolveSibling(target.getPath()).normalize();
                if (!Files.exists(file)
                        || (target.getFragment() != null && !anchors(file).contains(target.getFragment()))) {
                    broken.add(ROOT.relativize(page) + ": " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(links).isGreaterThan(100);
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        Set<String> classes = new TreeSet<>();
        List<Path> sources;
        try (Stream<Path> files = Files.walk(ROOT)) {
            sources = files.filter(file -> file.toString().matches(".*/src/test/java/.*(IT|Test)\\.java"))
                    .toList();
        }
        sources.forEach(file -> classes.add(file.getFileName().toString().replace(".java", "")));
        List<String> missing = new ArrayList<>();
        for (Path page : pages()) {
            for (MatchResult named : found(TEST_CLASS, prose(page))) {
                if (!classes.contains(named.group(1)) || !hasMethod(sources, named.group(1), named.group(2))) {
                    missing.add(ROOT.relativize(page) + ": " + named.group());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    private static boolean hasMethod(List<Path> sources, String name, String method) throws IOException {
        if (method == null) {
            return true;
        }
        for (Path source : sources) {
            if (source.endsWith(name + ".java") && Files.readString(source).contains(" " + method + "(")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void theReadmeIsTheSameInChinese() throws IOException {
        String english = Files.readString(ROOT.resolve("README.md"));
        String chinese = Files.readString(ROOT.resolve("README.zh-CN.md"));
        assertThat(blocks(chinese)).as("what can be copied").isEqualTo(blocks(english));
        assertThat(headings(chinese)).as("headings, by their level").isEqualTo(headings(english));
        assertThat(rows(chinese)).as("rows of tables").isEqualTo(rows(english));
        assertThat(targets(chinese)).as("links").isEqualTo(targets(english));
        assertThat(code(chinese)).as("names of methods and the like").isEqualTo(code(english));
    }

    private static List<String> blocks(String text) {
        return found(FENCE, text).stream().map(MatchResult::group).toList();
    }

    private static List<String> headings(String text) {
        return found(HEADING, FENCE.matcher(text).replaceAll("")).stream()
                .map(heading -> heading.group(1))
                .toList();
    }

    private static long rows(String text) {
        return text.lines().filter(line -> line.startsWith("|")).count();
    }

    /** In any order, as sentences are built otherwise; that to the other language is not one. */
    private static List<String> targets(String text) {
        return found(LINK, FENCE.matcher(text).replaceAll("")).stream()
                .map(link -> link.group(1))
                .filter(link -> !link.startsWith("README") && !link.startsWith("#"))
                .sorted()
                .toList();
    }

    private static List<String> code(String text) {
        return found(Pattern.compile("`[^`]+`"), FENCE.matcher(text).replaceAll("")).stream()
                .map(MatchResult::group)
                .sorted()
                .toList();
    }
}
