package dev.optimist.elasticsearch.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.junit.jupiter.api.Test;

/** What this build has made for Maven Central. */
class BundleIT {
    /** A new module is published, or is added here. */
    private static final Set<String> UNPUBLISHED = Set.of("client-bench", "client-examples", "src-it");

    private static String property(String name) {
        return Objects.requireNonNullElse(System.getProperty(name), "");
    }

    private static Set<String> artifacts(Map<String, Model> modules) {
        return modules.values().stream().map(Model::getArtifactId).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, Model> jars() {
        Map<String, Model> jars = new TreeMap<>(Modules.published());
        jars.values().removeIf(pom -> !"jar".equals(pom.getPackaging()));
        return jars;
    }

    @Test
    void isWhatMavenCentralAsksFor() throws Exception {
        Path bundle = Path.of(property("release.bundle"));
        boolean signed = !property("release.signed").isEmpty();
        try (FileSystem zip = FileSystems.newFileSystem(bundle)) {
            assertThat(new Requirements(zip.getPath("/"), property("release.version"), signed)
                            .unmet(artifacts(Modules.published())))
                    .isEmpty();
        }
        System.out.printf(
                "%s: %s, %s%n",
                bundle.getFileName(),
                String.join(", ", artifacts(Modules.published())),
                signed ? "signed" : "not signed, as no key was given (gpg.keyname)");
    }

    @Test
    void eachModuleIsPublishedOrSaidNotToBe() {
        Set<String> decided = new TreeSet<>(UNPUBLISHED);
        decided.addAll(Modules.published().keySet());
        assertThat(Modules.all().keySet()).isEqualTo(decided);
        assertThat(Modules.published()).doesNotContainKeys(UNPUBLISHED.toArray(String[]::new));
    }

    @Test
    void theBomNamesEachJar() {
        Model bom = Modules.pom(Modules.ROOT.resolve("client-bom"));
        assertThat(bom.getDependencyManagement().getDependencies())
                .extracting(Dependency::getArtifactId)
                .containsExactlyInAnyOrderElementsOf(artifacts(jars()));
    }

    /** Else it could be built before one of them. */
    @Test
    void thisModuleDependsOnEach() {
        assertThat(Modules.pom(Path.of("")).getDependencies())
                .extracting(Dependency::getArtifactId)
                .containsAll(artifacts(Modules.published()));
    }

    @Test
    void theApiOfEachJarWasComparedWithTheLastRelease() {
        String last = property("release.last");
        if (last.isEmpty()) {
            System.out.println(
                    "public API: compared with nothing, as no last release was given (japicmp.last-release)");
        }
        Map<String, Model> compared = jars();
        compared.values()
                .removeIf(pom ->
                        last.isEmpty() || "true".equals(pom.getProperties().getProperty("japicmp.skip")));
        assertThat(compared.keySet())
                .allSatisfy(folder -> assertThat(Modules.ROOT.resolve(folder).resolve("target/japicmp/api.xml"))
                        .exists()
                        .content()
                        .contains("oldVersion=\"" + last + "\""));
    }
}
