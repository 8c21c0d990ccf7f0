package dev.optimist.elasticsearch.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connectors of a {@link ConnectCluster}, by Connect's REST API. Every call waits while the workers settle who does what, or
 * while one is gone, up to a minute. What a worker refuses is an {@link IllegalStateException} with its answer. Thread-safe.
 *
 * <pre>{@code
 * Connectors connectors = connect.connectors();
 * connectors.put("sink", settings);
 * connectors.awaitRunning("sink", 3, Duration.ofMinutes(1));
 * connectors.stop("sink"); // and what it has read is read again:
 * connectors.deleteOffsets("sink");
 * connectors.resume("sink");
 * }</pre>
 */
public final class Connectors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration ONE_REQUEST = Duration.ofSeconds(20);
    private static final int PAUSE_MILLIS = 100;
    private static final int REBALANCING = 409;

    private final Supplier<List<String>> urls;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    Connectors(Supplier<List<String>> urls) {
        this.urls = urls;
    }

    /** An answer, whatever it is. */
    private record Answer(int status, String body) {
        /** Whether the same may succeed a moment later. */
        boolean mayPass() {
            return status == REBALANCING
                    || status >= 500 // such as a request that was passed on to a worker which is gone
                    || body.contains("can be safely retried"); // tasks that have not left their group yet
        }
    }

    /** Makes a connector, or gives it other settings; does not wait until it runs. */
    public void put(String name, Map<String, String> settings) {
        request("PUT", "/connectors/" + name + "/config", settings);
    }

    /** Returns what is wrong with settings: the answer of {@code PUT /connector-plugins/…/config/validate}. */
    public JsonNode validate(String plugin, Map<String, String> settings) {
        return request("PUT", "/connector-plugins/" + plugin + "/config/validate", settings);
    }

    /** Returns the state of a connector and of its tasks. */
    public JsonNode status(String name) {
        return request("GET", "/connectors/" + name + "/status", null);
    }

    /** Waits until a connector and so many tasks run; an {@link IllegalStateException} with the trace if one has failed. */
    public void awaitRunning(String name, int tasks, Duration limit) {
        await(
                name,
                limit,
                status -> areIn("RUNNING", status) && status.path("tasks").size() == tasks);
    }

    /** Pauses a connector and waits until its tasks are. */
    public void pause(String name) {
        request("PUT", "/connectors/" + name + "/pause", null);
        await(name, PATIENCE, status -> areIn("PAUSED", status));
    }

    /** Lets a connector go on that is paused or stopped; does not wait until it runs. */
    public void resume(String name) {
        request("PUT", "/connectors/" + name + "/resume", null);
    }

    /** Ends the tasks of a connector and waits for that. */
    public void stop(String name) {
        request("PUT", "/connectors/" + name + "/stop", null);
        await(
                name,
                PATIENCE,
                status -> status.at("/connector/state").asText().equals("STOPPED")
                        && status.path("tasks").isEmpty());
    }

    /** Returns the offsets of a connector, those that are committed. */
    public JsonNode offsets(String name) {
        return request("GET", "/connectors/" + name + "/offsets", null).path("offsets");
    }

    /** Has a connector that is stopped begin anew: a sink reads its topics from their beginning. */
    public void deleteOffsets(String name) {
        request("DELETE", "/connectors/" + name + "/offsets", null);
    }

    /** Removes a connector. */
    public void delete(String name) {
        request("DELETE", "/connectors/" + name, null);
    }

    /**
     * Sends any request that may be sent again.
     *
     * @param path such as {@code /connectors}
     * @param body to be mapped to JSON; none if null
     * @return the answer; a missing node if it is empty
     */
    public JsonNode request(String method, String path, @Nullable Object body) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String last = "no worker runs";
        while (System.nanoTime() < end) {
            for (String url : urls.get()) {
                try {
                    Answer answer = send(method, url + path, body);
                    last = method + " " + path + " was answered by " + answer.status + " " + answer.body;
                    if (answer.status < 300) {
                        return answer.body.isEmpty() ? MissingNode.getInstance() : JSON.readTree(answer.body);
                    }
                    if (!answer.mayPass()) {
                        throw new IllegalStateException(last);
                    }
                } catch (IOException e) { // that worker is gone, say
                    last = method + " " + path + ": " + e;
                }
            }
            pause();
        }
        throw new IllegalStateException(last);
    }

    private Answer send(String method, String uri, @Nullable Object body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
                .timeout(ONE_REQUEST)
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json(body)))
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static String json(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("body cannot be mapped to JSON: " + e, e);
        }
    }

    private void await(String name, Duration limit, Predicate<JsonNode> condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            JsonNode status = statusOrNone(name);
            if (condition.test(status)) {
                return;
            }
            if (status.at("/connector/state").asText().equals("FAILED") || hasFailedTask(status)) {
                throw new IllegalStateException("connector " + name + " has failed: " + status.toPrettyString());
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException("connector " + name + " has not come so far within " + limit.toSeconds()
                        + " s: " + status.toPrettyString());
            }
            pause();
        }
    }

    /** A connector that was made a moment ago has none yet. */
    private JsonNode statusOrNone(String name) {
        for (String url : urls.get()) {
            try {
                Answer answer = send("GET", url + "/connectors/" + name + "/status", null);
                if (answer.status == 200) {
                    return JSON.readTree(answer.body);
                }
            } catch (IOException gone) { // another one may know
            }
        }
        return MissingNode.getInstance();
    }

    private static boolean hasFailedTask(JsonNode status) {
        for (JsonNode task : status.path("tasks")) {
            if (task.path("state").asText().equals("FAILED")) {
                return true;
            }
        }
        return false;
    }

    private static boolean areIn(String state, JsonNode status) {
        for (JsonNode task : status.path("tasks")) {
            if (!task.path("state").asText().equals(state)) {
                return false;
            }
        }
        return status.at("/connector/state").asText().equals(state);
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("Interrupted while waiting for Kafka Connect", e);
    }
}
