package dev.optimist.elasticsearch.testkit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.elasticsearch.ElasticsearchContainer;

/** One node as a container, by Testcontainers, and what that cannot do to it. */
final class ContainerNode {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int SECONDS_TO_END = 60;

    private final String name;
    private final ElasticsearchContainer container;
    private final DockerClient docker = DockerClientFactory.lazyClient();

    /**
     * Not started.
     *
     * @param httpPort of this machine, if the engine is on it
     */
    ContainerNode(String name, ElasticsearchContainer container, int httpPort) {
        this.name = name;
        this.container = container.withCreateContainerCmdModifier(command -> publish(command, httpPort));
    }

    /**
     * By default an engine publishes on all interfaces, and on another port after each start. If it is elsewhere, its loopback
     * is of no use to us, and nobody knows which of its ports are free.
     */
    private static void publish(CreateContainerCmd command, int httpPort) {
        HostConfig host = command.getHostConfig();
        if (host != null && DockerEngine.isHere()) {
            host.withPortBindings(
                    new PortBinding(Binding.bindIpAndPort(LOOPBACK, httpPort), ExposedPort.tcp(9200)),
                    new PortBinding(Binding.bindIp(LOOPBACK), ExposedPort.tcp(9300)));
        }
    }

    String name() {
        return name;
    }

    ElasticsearchContainer container() {
        return container;
    }

    /** An engine sends the signal to a paused container too, and lets it go on for that. */
    void kill() {
        if (isRunning()) {
            docker.killContainerCmd(container.getContainerId()).exec(); // waits until it is dead
            if (isRunning()) {
                throw new IllegalStateException(name + " does not die");
            }
        }
    }

    /** Starts it again, after the orderly end of the one that runs, if one does; does not wait until it answers. */
    void restart() {
        if (!DockerEngine.isHere()) {
            throw new IllegalStateException(
                    "A container can be restarted where the Docker engine is on this machine, not at "
                            + DockerEngine.host() + ": there it would come back at another address");
        }
        ContainerState state = state();
        if (Boolean.TRUE.equals(state.getPaused())) {
            docker.unpauseContainerCmd(container.getContainerId()).exec();
        }
        if (Boolean.TRUE.equals(state.getRunning())) {
            docker.stopContainerCmd(container.getContainerId())
                    .withTimeout(SECONDS_TO_END)
                    .exec();
        }
        docker.startContainerCmd(container.getContainerId()).exec();
    }

    void pause() {
        if (!Boolean.TRUE.equals(runningState().getPaused())) { // an engine refuses a second time
            docker.pauseContainerCmd(container.getContainerId()).exec();
        }
    }

    void resume() {
        if (Boolean.TRUE.equals(runningState().getPaused())) {
            docker.unpauseContainerCmd(container.getContainerId()).exec();
        }
    }

    boolean isRunning() {
        return Boolean.TRUE.equals(state().getRunning());
    }

    private ContainerState runningState() {
        ContainerState state = state();
        if (!Boolean.TRUE.equals(state.getRunning())) {
            throw new IllegalStateException(name + " does not run");
        }
        return state;
    }

    private ContainerState state() {
        try {
            return docker.inspectContainerCmd(container.getContainerId()).exec().getState();
        } catch (NotFoundException e) {
            throw new IllegalStateException(name + " was removed, and not by the testkit", e);
        }
    }

    /** Returns the end of what it has logged. */
    String logTail() {
        try {
            List<String> lines = container.getLogs().lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (RuntimeException neverCreated) {
            return "(no log)";
        }
    }
}
