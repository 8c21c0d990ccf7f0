package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import dev.optimist.elasticsearch.testkit.ServerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Three nodes that can be harmed, with a word for each harm. */
final class Cluster implements AutoCloseable {
    private final ElasticsearchServer server;
    private final @Nullable String password;

    private Cluster(ElasticsearchServer server, @Nullable String password) {
        this.server = server;
        this.password = password;
    }

    static Cluster start(String version) {
        return new Cluster(
                ElasticsearchServer.start(
                        o -> o.server("process").version(version).nodes(3)),
                null);
    }

    /** Starts one with security on, in the way of this run: as containers or as processes. */
    static Cluster start(String password, Consumer<ServerOptions> options) {
        return new Cluster(ServerTest.ownServer(o -> options.accept(o.nodes(3).password(password))), password);
    }

    /** Returns a client of all nodes. */
    VersionedClient connect(Duration requestTimeout) {
        return VersionedClient.connect(o -> {
            o.hosts(urls()).requestTimeout(requestTimeout);
            if (password != null) {
                o.caCertificate(caCertificate()).basicAuth("elastic", password);
            }
        });
    }

    private Path caCertificate() {
        return server.caCertificate().orElseThrow();
    }

    String[] urls() {
        return server.urls().toArray(String[]::new);
    }

    Rest node(int node) {
        String url = server.urls().get(node);
        return password == null ? new Rest(url) : Rest.secure(url, caCertificate(), password);
    }

    void kill(int node) {
        say("kill -9", node);
        server.kill(node);
    }

    void restart(int node) {
        say("restart", node);
        server.restart(node);
    }

    void pause(int node) {
        say("pause", node);
        server.pause(node);
    }

    void resume(int node) {
        say("resume", node);
        server.resume(node);
    }

    private void say(String what, int node) {
        System.out.println("cluster: " + what + " " + server.nodeName(node));
    }

    /** Returns which node holds the primary of the only shard, as another node sees it. */
    int nodeOfPrimary(String index) {
        JsonNode shards = node(0).get("/_cat/shards/" + index + "?format=json").body();
        for (JsonNode shard : shards) {
            if (shard.path("prirep").asText().equals("p")) {
                for (int i = 0; i < server.urls().size(); i++) {
                    if (server.nodeName(i).equals(shard.path("node").asText())) {
                        return i;
                    }
                }
            }
        }
        throw new AssertionError("no primary of " + index + ": " + shards);
    }

    /** Waits until so many nodes are there and every shard and copy has one. */
    void awaitGreen(int nodes, int askedNode) {
        await(askedNode, "wait_for_nodes=" + nodes + "&wait_for_status=green&wait_for_no_relocating_shards=true");
    }

    /** Waits until every primary is there. */
    void awaitPrimaries(int askedNode) {
        await(askedNode, "wait_for_status=yellow");
    }

    private void await(int askedNode, String condition) {
        for (int i = 0; i < 6; i++) {
            // 408 or 503 as long as it is not so, or there is no master to ask
            int status = node(askedNode)
                    .get("/_cluster/health?timeout=30s&" + condition)
                    .status();
            if (status == 200) {
                return;
            }
        }
        assertThat(node(askedNode).get("/_cluster/health").body())
                .as("waited too long for " + condition)
                .isNull();
    }

    @Override
    public void close() {
        server.close();
    }
}
