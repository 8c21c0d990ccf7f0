package dev.optimist.elasticsearch.testkit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.PullResponseItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/** Whether there is one, what it has, and where it is. */
final class DockerEngine {
    private static final int PULL_MINUTES = 10;

    private static final Logger LOG = LoggerFactory.getLogger(DockerEngine.class);

    private DockerEngine() {}

    /** Looked at once: where its own helper image, Ryuk, cannot be pulled, Testcontainers tries for minutes. */
    private static final class Looked {
        static final Optional<String> OBSTACLE = obstacle();

        private static Optional<String> obstacle() {
            try {
                boolean answers =
                        mayHaveEngine() && DockerClientFactory.instance().isDockerAvailable();
                if (answers) {
                    DockerClientFactory.instance().client(); // starts Ryuk
                    return Optional.empty();
                }
                return Optional.of("no Docker engine answers");
            } catch (RuntimeException e) { // Testcontainers throws many
                LOG.debug("no container", e);
                return Optional.of("Testcontainers cannot use the Docker engine: " + e.getMessage());
            }
        }
    }

    /** Returns why there can be no container of this image here, if so. */
    static Optional<String> obstacle(String image) {
        if (Looked.OBSTACLE.isPresent()) {
            return Looked.OBSTACLE;
        }
        DockerClient docker = DockerClientFactory.lazyClient();
        try {
            docker.inspectImageCmd(image).exec();
            return Optional.empty();
        } catch (NotFoundException notThere) {
            return pull(docker, image) ? Optional.empty() : Optional.of("the image " + image + " cannot be pulled");
        } catch (RuntimeException e) { // docker-java has no one class for what can go wrong here
            return Optional.of("the Docker engine does not answer: " + e.getMessage());
        }
    }

    /** Testcontainers' own look for an engine logs an error where there is none, which is no error here. */
    private static boolean mayHaveEngine() {
        String home = System.getProperty("user.home");
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        return System.getenv("DOCKER_HOST") != null
                || Stream.of(
                                Path.of("/var/run/docker.sock"),
                                Path.of(home, ".docker", "run", "docker.sock"),
                                Path.of(home, ".testcontainers.properties"),
                                Path.of(runtime == null ? home : runtime, "docker.sock"))
                        .anyMatch(Files::exists);
    }

    private static boolean pull(DockerClient docker, String image) {
        try (ResultCallback.Adapter<PullResponseItem> pulling =
                docker.pullImageCmd(image).start()) {
            return pulling.awaitCompletion(PULL_MINUTES, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (IOException | RuntimeException refused) {
            return false;
        }
    }

    /** Returns where published ports are reached. */
    static String host() {
        return DockerClientFactory.instance().dockerHostIpAddress();
    }

    /** Returns whether that is this machine's loopback. */
    static boolean isHere() {
        return host().equals("localhost") || host().equals("127.0.0.1");
    }
}
