package dev.optimist.elasticsearch.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

/**
 * How many HTTP requests the server has been sent: what it counts itself, so that all sides are counted alike, whatever
 * they send and by whatever client. Its own questions go by a client of their own and are not in it.
 */
interface Requests {

    /** Returns how many there were since the server started; negative if the server does not count (before 8.12). */
    long count() throws IOException, InterruptedException;

    /** Returns what never knows. */
    static Requests uncounted() {
        return () -> -1;
    }

    /** Returns the count of a server of one node. */
    static Requests of(String url) {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(url + "/_nodes/stats/http?filter_path=nodes.*.http.routes.*.requests.count"))
                .build();
        ObjectMapper json = new ObjectMapper();
        return () -> {
            HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return answer.statusCode() == 200 ? sum(json.readTree(answer.body())) : -1;
        };
    }

    /** Returns the sum over all nodes and routes, but for the route that asks for it; -1 if there is none. */
    static long sum(JsonNode stats) {
        long sum = -1;
        for (JsonNode node : stats.path("nodes")) {
            for (Map.Entry<String, JsonNode> route :
                    node.path("http").path("routes").properties()) {
                if (!route.getKey().startsWith("/_nodes")) {
                    long count = route.getValue().path("requests").path("count").asLong();
                    sum = Math.max(sum, 0) + count;
                }
            }
        }
        return sum;
    }
}
