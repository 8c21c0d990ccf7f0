package dev.optimist.elasticsearch.testkit;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.io.File;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;

/** What is in a distribution, read by other means than those that unpack it. */
final class DistributionZip {
    private DistributionZip() {}

    /** Returns the size of each file, by its path below the zip's one folder. */
    static Map<String, Long> files(String version) throws Exception {
        try (ZipFile zip = new ZipFile(fetch(version))) {
            return zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .collect(Collectors.toMap(
                            entry -> entry.getName().substring(entry.getName().indexOf('/') + 1), ZipEntry::getSize));
        }
    }

    private static File fetch(String version) throws Exception {
        ContextOverrides settings =
                ContextOverrides.create().withUserSettings(true).build();
        try (Context maven = Runtimes.INSTANCE.getRuntime().create(settings)) {
            ArtifactRequest request = new ArtifactRequest()
                    .setArtifact(new DefaultArtifact(
                            "org.elasticsearch.distribution.integ-test-zip:elasticsearch:zip:" + version))
                    .setRepositories(maven.remoteRepositories());
            return maven.repositorySystem()
                    .resolveArtifact(maven.repositorySystemSession(), request)
                    .getArtifact()
                    .getFile();
        }
    }
}
