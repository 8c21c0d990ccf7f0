package dev.optimist.elasticsearch.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import org.apache.maven.shared.invoker.DefaultInvocationRequest;
import org.apache.maven.shared.invoker.DefaultInvoker;
import org.apache.maven.shared.invoker.InvocationRequest;
import org.apache.maven.shared.invoker.InvocationResult;
import org.apache.maven.shared.invoker.MavenInvocationException;

/**
 * Another Maven, with a local repository of its own in target, so that what it tries is not left in the user's. What the
 * user's has is taken from there.
 */
final class MavenBuild {
    private static final Path TARGET = Path.of("target").toAbsolutePath();

    private final Path project;

    MavenBuild(Path project) {
        this.project = project;
    }

    /** How it ended, and what it said. */
    record Ended(int status, String output) {}

    Ended run(List<String> arguments) throws IOException, MavenInvocationException {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        InvocationRequest request = new DefaultInvocationRequest();
        request.setBaseDirectory(project.toFile());
        request.setMavenHome(Path.of(System.getProperty("release.maven")).toFile());
        request.setJavaHome(Path.of(System.getProperty("java.home")).toFile());
        request.setLocalRepositoryDirectory(
                Files.createDirectories(TARGET.resolve("local-repository")).toFile());
        request.setBatchMode(true);
        request.setNoTransferProgress(true);
        request.setTimeoutInSeconds(1800);
        request.setProperties(new Properties());
        request.addArgs(arguments);
        request.setOutputHandler(lines::add);
        request.setErrorHandler(lines::add);
        InvocationResult result = new DefaultInvoker().execute(request);
        String output = String.join("\n", lines);
        if (result.getExecutionException() != null) {
            throw new MavenInvocationException(output, result.getExecutionException());
        }
        return new Ended(result.getExitCode(), output);
    }

    /** Returns a POM that looks into a repository, and into the user's local one, before Maven Central. */
    static String withRepositories(String pom, Path repository) {
        String ours = repository("tried", repository);
        String here = repository("here", Path.of(System.getProperty("release.local")));
        String repositories = "<repositories>" + ours + here + "</repositories>\n<pluginRepositories>"
                + here.replace("repository>", "pluginRepository>") + "</pluginRepositories>\n";
        return pom.replace("</project>", repositories + "</project>");
    }

    private static String repository(String id, Path folder) {
        return "<repository><id>" + id + "</id><url>" + folder.toUri() + "</url>"
                + "<releases><checksumPolicy>ignore</checksumPolicy></releases></repository>";
    }
}
