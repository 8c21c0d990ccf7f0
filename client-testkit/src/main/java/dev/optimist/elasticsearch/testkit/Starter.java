package dev.optimist.elasticsearch.testkit;

import dev.optimist.elasticsearch.testkit.ElasticsearchServer.Backend;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses version and form of a server, by what is wanted and what can be had. */
final class Starter {
    private static final Logger LOG = LoggerFactory.getLogger(Starter.class);

    private final ServerOptions set;
    /** That the user has chosen. */
    private final @Nullable ServerVersion chosen;

    private Starter(ServerOptions set, @Nullable ServerVersion chosen) {
        this.set = set;
        this.chosen = chosen;
    }

    static ElasticsearchServer start(ServerOptions set) {
        return switch (set.server()) {
            case "auto", "container", "process" -> started(set);
            default -> new Starter(set, null).address();
        };
    }

    private static ElasticsearchServer started(ServerOptions set) {
        String name = set.version();
        if (name == null) {
            return new Starter(set, null).inAnyForm();
        }
        ServerVersion chosen = ServerVersion.chosen(name);
        Starter starter = new Starter(set, chosen);
        return chosen.generation().onlyOneProcess() ? starter.asOneProcess(chosen.title()) : starter.inAnyForm();
    }

    private ElasticsearchServer inAnyForm() {
        return switch (set.server()) {
            case "container" -> container("as chosen");
            case "process" -> process("as chosen");
            default -> auto();
        };
    }

    private ElasticsearchServer asOneProcess(String title) {
        if (set.server().equals("container")) {
            throw new ServerStartException(
                    "optimist.testkit.server must be process or auto, is container: " + title
                            + " is not started as one",
                    null);
        }
        if (set.nodes() > 1) {
            throw new IllegalArgumentException("nodes must be 1 with " + title + ", is " + set.nodes());
        }
        if (set.password() != null) {
            throw new IllegalArgumentException("password: none can be had with " + title);
        }
        return process(set.server().equals("process") ? "as chosen" : "the testkit has no container of it");
    }

    private ElasticsearchServer auto() {
        Optional<String> obstacle = ContainerBackend.obstacle(containerVersion());
        if (obstacle.isPresent()) {
            return process(obstacle.get());
        }
        try {
            return container("a Docker engine answers and has the image");
        } catch (ServerStartException e) {
            LOG.warn("a Docker engine answers, but the container did not start; taking a local process", e);
            return process("the container did not start");
        }
    }

    private ServerVersion containerVersion() {
        return chosen == null ? ServerVersion.elasticsearch(ServerVersion.NEWEST, "the newest") : chosen;
    }

    private ElasticsearchServer container(String why) {
        long begun = System.nanoTime();
        ServerVersion version = containerVersion();
        Backend backend = ContainerBackend.start(version, set);
        return ready(Kind.CONTAINER, version, backend, "container (" + why + ")", begun);
    }

    private ElasticsearchServer process(String why) {
        long begun = System.nanoTime();
        ServerVersion version = chosen == null ? ServerVersion.newestFor(set.javaHomes()) : chosen;
        Backend backend = ProcessBackend.start(version, set);
        return ready(Kind.PROCESS, version, backend, "local process (" + why + ")", begun);
    }

    private ElasticsearchServer address() {
        String url = set.server();
        if (!url.startsWith("http://") && !url.startsWith("https://")) {
            throw new ServerStartException(
                    "optimist.testkit.server must be auto, container, process or an http address, is " + url, null);
        }
        if (set.wantsItsOwn()) {
            throw new ServerStartException(
                    "nodes, setting and password cannot be had of a server that runs already: " + url, null);
        }
        url = url.replaceFirst("/+$", "");
        long begun = System.nanoTime();
        ServerVersion version = new Health(url, null, null).awaitVersion(set.startTimeout());
        String wanted = set.version();
        if (wanted != null && !wanted.equals(version.name())) {
            throw new ServerStartException(
                    "optimist.testkit.version is " + wanted + ", but at " + url + " runs " + version.name(), null);
        }
        return ready(Kind.ADDRESS, version, new Address(List.of(url)), "server that was there", begun);
    }

    private static ElasticsearchServer ready(
            Kind kind, ServerVersion version, Backend backend, String form, long begun) {
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        String description = version.title() + " (" + version.why() + ") as " + form + " at "
                + String.join(", ", backend.urls()) + ", ready after " + took.toMillis() / 1000.0 + " s";
        return new ElasticsearchServer(kind, version, backend, description);
    }

    private record Address(List<String> urls) implements Backend {
        @Override
        public @Nullable Path caCertificate() {
            return null;
        }

        @Override
        public void close() {
            // not ours to stop
        }
    }
}
