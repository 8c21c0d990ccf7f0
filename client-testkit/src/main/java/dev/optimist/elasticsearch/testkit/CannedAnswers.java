package dev.optimist.elasticsearch.testkit;

import java.nio.charset.StandardCharsets;

/** What a proxy says itself. */
final class CannedAnswers {
    private static final String HTML =
            "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n";
    private static final String CAUSE =
            "{\"type\":\"es_rejected_execution_exception\",\"reason\":\"rejected execution of coordinating operation\"}";
    private static final String JSON =
            "{\"error\":{\"root_cause\":[" + CAUSE + "]," + CAUSE.substring(1) + ",\"status\":429}";

    private CannedAnswers() {}

    static byte[] badGateway(String method) {
        return answer(method, "502 Bad Gateway", "text/html", "", HTML);
    }

    static byte[] tooManyRequests(String method, String retryAfter) {
        return answer(
                method,
                "429 Too Many Requests",
                "application/json",
                "X-Elastic-Product: Elasticsearch\r\nRetry-After: " + retryAfter + "\r\n",
                JSON);
    }

    private static byte[] answer(String method, String status, String type, String headers, String body) {
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\n" + headers + "Content-Length: "
                + body.length() + "\r\n\r\n";
        return (head + (method.equals("HEAD") ? "" : body)).getBytes(StandardCharsets.ISO_8859_1);
    }
}
