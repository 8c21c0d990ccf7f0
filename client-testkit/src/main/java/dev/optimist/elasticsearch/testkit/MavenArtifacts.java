package dev.optimist.elasticsearch.testkit;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;

/**
 * Jars with all that they need at run time. Maven's own resolver fetches them, so that mirrors, proxies, credentials and the local
 * repository are those of the user's settings.
 */
final class MavenArtifacts {
    private static final String RUNTIME = "runtime";

    private MavenArtifacts() {}

    /**
     * Returns the files of a class path.
     *
     * @param coordinates as {@code group:artifact:version}
     * @param without artifacts that are there already
     */
    static List<Path> resolve(List<String> coordinates, Set<String> without) {
        ContextOverrides settings =
                ContextOverrides.create().withUserSettings(true).build();
        try (Context maven = Runtimes.INSTANCE.getRuntime().create(settings)) {
            CollectRequest request = new CollectRequest();
            request.setRepositories(maven.remoteRepositories());
            coordinates.forEach(each -> request.addDependency(new Dependency(artifact(each), RUNTIME)));
            return maven
                    .repositorySystem()
                    .resolveDependencies(maven.repositorySystemSession(), new DependencyRequest(request, null))
                    .getArtifactResults()
                    .stream()
                    .map(ArtifactResult::getArtifact)
                    .filter(artifact -> !without.contains(artifact.getArtifactId()))
                    .map(artifact -> artifact.getFile().toPath())
                    .toList();
        } catch (DependencyResolutionException e) {
            throw new ServerStartException(
                    coordinates + " cannot be fetched by Maven's resolver (with your settings.xml, if there is one): "
                            + e.getMessage(),
                    e);
        }
    }

    private static DefaultArtifact artifact(String coordinates) {
        try {
            return new DefaultArtifact(coordinates);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must be group:artifact:version, is " + coordinates, e);
        }
    }
}
