package dev.optimist.elasticsearch.bench;

import java.nio.charset.StandardCharsets;

/** What Elasticsearch 9.5.3 has answered to a GET of an {@link Article} and to the conditional PUT of the next sale. */
enum Recorded {
    GET(
            "{\"_index\":\"uncontended\",\"_id\":\"umbrella-11\",\"_version\":42,\"_seq_no\":41,\"_primary_term\":1,\"found\":true,"
                    + "\"_source\":{\"name\":\"Umbrella\",\"description\":\"A long umbrella with a wooden handle, wide enough for two"
                    + " and strong enough for a storm at sea; comes with a sleeve and is repaired free of charge for ten years\","
                    + "\"tags\":[\"umbrella\",\"rain\",\"wood\"],\"price\":39.95,\"available\":true,\"sold\":41}}"),
    PUT("{\"_index\":\"uncontended\",\"_id\":\"umbrella-11\",\"_version\":43,\"result\":\"updated\","
            + "\"_shards\":{\"total\":1,\"successful\":1,\"failed\":0},\"_seq_no\":42,\"_primary_term\":1}");

    static final String INDEX = "uncontended";
    static final String ID = "umbrella-11";

    private static final String[][] HEADERS = {
        {"X-elastic-product", "Elasticsearch"}, {"content-type", "application/json"}
    };

    private final String body;

    Recorded(String body) {
        this.body = body;
    }

    /** Returns names and values, as they came, with the length of the body. */
    String[][] headers() {
        return new String[][] {HEADERS[0], HEADERS[1], {"content-length", Integer.toString(body().length)}};
    }

    byte[] body() {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns all of it, as it goes over the wire. */
    byte[] message() {
        StringBuilder head = new StringBuilder("HTTP/1.1 200 OK\r\n");
        for (String[] header : headers()) {
            head.append(header[0]).append(": ").append(header[1]).append("\r\n");
        }
        return (head + "\r\n" + body).getBytes(StandardCharsets.UTF_8);
    }
}
