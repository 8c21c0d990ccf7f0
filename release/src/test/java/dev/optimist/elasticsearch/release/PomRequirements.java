package dev.optimist.elasticsearch.release;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.apache.maven.model.Scm;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;
import org.jspecify.annotations.Nullable;

/** What Maven Central asks of a POM, and that it stands alone. */
final class PomRequirements {
    /** What a release must not hold: in the root POM, to be filled in. */
    static final String PLACEHOLDER = "example.org";

    private final String version;

    PomRequirements(String version) {
        this.version = version;
    }

    /**
     * @param jar whether there has to be one beside it
     * @param unmet one line for each requirement
     */
    record Read(boolean jar, List<String> unmet) {}

    Read lookAt(String artifact, String text) {
        Model pom = parse(text);
        List<String> unmet = new ArrayList<>();
        require(unmet, artifact.equals(pom.getArtifactId()), "another artifactId");
        require(unmet, "dev.optimist".equals(pom.getGroupId()), "no groupId, or another one");
        require(unmet, version.equals(pom.getVersion()), "no version, or another one");
        require(unmet, pom.getParent() == null, "a parent, which is not published");
        require(unmet, isText(pom.getName()), "no name");
        require(unmet, isText(pom.getDescription()), "no description");
        require(unmet, isText(pom.getUrl()), "no url");
        require(
                unmet,
                !pom.getLicenses().isEmpty()
                        && pom.getLicenses().stream().allMatch(l -> isText(l.getName()) && isText(l.getUrl())),
                "no licence with name and url");
        require(
                unmet,
                !pom.getDevelopers().isEmpty()
                        && pom.getDevelopers().stream().allMatch(d -> isText(d.getName()) && isText(d.getEmail())),
                "no developer with name and email");
        Scm scm = pom.getScm();
        require(
                unmet,
                scm != null
                        && isText(scm.getConnection())
                        && isText(scm.getDeveloperConnection())
                        && isText(scm.getUrl()),
                "no scm with connection, developerConnection and url");
        require(unmet, pom.getRepositories().isEmpty(), "repositories");
        // each reader knows its own version
        require(unmet, !text.replace("${project.version}", "").contains("${"), "what is not resolved");
        require(unmet, !text.contains(Path.of("..").toAbsolutePath().normalize().toString()), "a path of this machine");
        require(
                unmet,
                isSnapshot(version) || Boolean.getBoolean("release.placeholders") || !text.contains(PLACEHOLDER),
                "placeholders (" + PLACEHOLDER + "), which the root POM has to be rid of");
        Stream.concat(pom.getDependencies().stream(), managed(pom)).forEach(d -> lookAt(d, unmet));
        return new Read(
                "jar".equals(pom.getPackaging()),
                unmet.stream().map(u -> artifact + "'s POM has " + u).toList());
    }

    private void lookAt(Dependency dependency, List<String> unmet) {
        String name = dependency.getManagementKey();
        require(unmet, isText(dependency.getVersion()), "no version of " + name);
        require(unmet, !"test".equals(dependency.getScope()), "the test dependency " + name);
        require(unmet, !"system".equals(dependency.getScope()), "the system dependency " + name);
        require(
                unmet,
                isSnapshot(version) || !isSnapshot(String.valueOf(dependency.getVersion())),
                "a SNAPSHOT of " + name);
    }

    private static Stream<Dependency> managed(Model pom) {
        return pom.getDependencyManagement() == null
                ? Stream.empty()
                : pom.getDependencyManagement().getDependencies().stream();
    }

    static Model parse(String text) {
        try {
            return new MavenXpp3Reader().read(new StringReader(text));
        } catch (IOException | XmlPullParserException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static boolean isSnapshot(String version) {
        return version.endsWith("-SNAPSHOT");
    }

    private static boolean isText(@Nullable String text) {
        return text != null && !text.isBlank();
    }

    private static void require(List<String> unmet, boolean met, String otherwise) {
        if (!met) {
            unmet.add(otherwise);
        }
    }
}
