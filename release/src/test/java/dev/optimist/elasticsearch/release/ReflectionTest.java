package dev.optimist.elasticsearch.release;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What GraalVM has to be told for a native image: which classes are looked into at run time, and which files are read. */
class ReflectionTest {
    private static final String ROOT = "dev.optimist.elasticsearch";
    private static final String SYNC = ROOT + ".sync.";
    private static final String METADATA = "/META-INF/native-image/dev.optimist/optimist-client-sync/";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The testkit starts servers for tests, and Connect loads plugins: neither is for native images. */
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/testkit/")
                    && !location.contains("/elasticsearch/connect/")
                    && !location.contains("/test-classes/"))
            .importPackages(ROOT);

    /**
     * Who calls what looks into classes, and into which of ours. All others are the user's own, which the user tells GraalVM
     * of, or Jackson's trees, maps and the JDK's numbers and texts.
     */
    private static final Map<String, List<String>> CALLERS = Map.ofEntries(
            entry(ROOT + ".VersionedClient", List.of()),
            entry(ROOT + ".internal.DocumentCodec", List.of()),
            entry(ROOT + ".merge.Edits", List.of()),
            entry(SYNC + "DeadLetterFile", List.of()),
            entry(SYNC + "DeadLetterSource", List.of()),
            entry(SYNC + "DeadLetters", List.of()),
            entry(SYNC + "FileCheckpoints", List.of()),
            entry(SYNC + "cli.Binder", List.of(SYNC + "cli.SyncConfig")),
            entry(SYNC + "cli.InitCommand", List.of()),
            entry(SYNC + "cli.Progress", List.of("java.io.Console")),
            entry(SYNC + "cli.StatusCommand", List.of()),
            entry(SYNC + "debezium.JsonStruct", List.of()),
            entry(SYNC + "jdbc.JsonRow", List.of()),
            entry(SYNC + "jdbc.Place$Position", List.of(SYNC + "jdbc.Place$Position")),
            entry(SYNC + "verify.Judge", List.of()));

    private static final Set<String> OF_JACKSON = Set.of(
            "readValue",
            "readValues",
            "treeToValue",
            "convertValue",
            "updateValue",
            "valueToTree",
            "writeValue",
            "writeValueAsString",
            "writeValueAsBytes",
            "readerFor",
            "writerFor",
            "constructType");

    private static boolean looksIntoClasses(AccessTarget target) {
        String owner = target.getOwner().getName();
        String name = target.getName();
        return owner.startsWith("java.lang.reflect.")
                || owner.startsWith("java.lang.invoke.MethodHandles")
                || owner.equals("java.util.ServiceLoader")
                || owner.equals("java.lang.ClassLoader")
                || (owner.equals("java.lang.Class")
                        && name.matches("forName|newInstance|getDeclared.*|getMethods?|getFields?|getConstructors?|"
                                + "getRecordComponents|getResource.*"))
                || (owner.startsWith("com.fasterxml.jackson.databind.") && OF_JACKSON.contains(name));
    }

    @Test
    void whoLooksIntoClassesIsKnown() {
        Set<String> callers = CLASSES.stream()
                .filter(c -> Stream.concat(
                                c.getMethodCallsFromSelf().stream(), c.getMethodReferencesFromSelf().stream())
                        .anyMatch(call -> looksIntoClasses(call.getTarget())))
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(callers).isEqualTo(new TreeSet<>(CALLERS.keySet()));
    }

    @Test
    void eachClassThatIsLookedIntoIsListed() throws Exception {
        Set<String> expected = new TreeSet<>();
        CALLERS.values().stream().flatMap(Collection::stream).forEach(root -> {
            expected.add(root);
            expected.addAll(bound(root));
        });
        CLASSES.stream().filter(ReflectionTest::isOfPicocli).forEach(c -> expected.add(c.getName()));

        JsonNode listed = json("reflect-config.json");
        List<String> names = new ArrayList<>();
        for (JsonNode each : listed) {
            String name = each.path("name").textValue();
            names.add(name);
            List<String> keys = name.startsWith(ROOT)
                    ? List.of("allDeclaredFields", "allDeclaredMethods", "allDeclaredConstructors")
                    : List.of("allPublicMethods");
            assertThat(keys)
                    .allSatisfy(key -> assertThat(each.path(key).booleanValue())
                            .as(name + " " + key)
                            .isTrue());
        }
        assertThat(names).as("reflect-config.json of client-sync").containsExactlyInAnyOrderElementsOf(expected);
    }

    /** A class that Jackson makes, and those of its fields. */
    private static Set<String> bound(String root) {
        Set<String> found = new TreeSet<>();
        Deque<JavaClass> open = new ArrayDeque<>();
        CLASSES.stream().filter(c -> c.getName().equals(root)).forEach(open::add);
        while (!open.isEmpty()) {
            JavaClass next = open.pop();
            if (next.getName().startsWith(ROOT) && found.add(next.getName())) {
                for (JavaField field : next.getFields()) {
                    open.addAll(field.getAllInvolvedRawTypes());
                }
            }
        }
        return found;
    }

    private static boolean isOfPicocli(JavaClass c) {
        return Stream.of(
                                c.getAnnotations().stream(),
                                c.getFields().stream().flatMap(f -> f.getAnnotations().stream()),
                                c.getMethods().stream().flatMap(m -> m.getAnnotations().stream()))
                        .flatMap(each -> each)
                        .map(JavaAnnotation::getRawType)
                        .anyMatch(a -> a.getName().startsWith("picocli."))
                || c.getAllRawInterfaces().stream().anyMatch(i -> i.getName().startsWith("picocli."));
    }

    @Test
    void theFileThatInitPrintsIsListed() throws Exception {
        String pattern =
                json("resource-config.json").at("/resources/includes/0/pattern").textValue();
        assertThat("dev/optimist/elasticsearch/sync/cli/example.yaml").matches(pattern);
        assertThat(ReflectionTest.class.getResource("/dev/optimist/elasticsearch/sync/cli/example.yaml"))
                .isNotNull();
    }

    private static JsonNode json(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(ReflectionTest.class.getResourceAsStream(METADATA + name), name)) {
            return JSON.readTree(in);
        }
    }
}
