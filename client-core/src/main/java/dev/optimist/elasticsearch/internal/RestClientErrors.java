package dev.optimist.elasticsearch.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.http.HttpEntity;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;

/**
 * Understands the low-level client of elasticsearch-java 8, which a client that was given to us may have beneath it: its
 * transport passes on as an exception of that client all answers of 400 or more but 400, 401, 403, 404 and 405, a 409 among
 * them.
 */
final class RestClientErrors {
    private static final String THROWN = "org.elasticsearch.client.ResponseException";

    private RestClientErrors() {}

    /** Returns whether it is one. By its name, as the class mostly is not there. */
    static boolean isOne(Throwable t) {
        return t.getClass().getName().equals(THROWN);
    }

    /** Returns the answer in it. */
    static ErrorAnswer answer(Throwable t) {
        Response response = ((ResponseException) t).getResponse();
        HttpEntity entity = response.getEntity();
        String body = "";
        try {
            // it was read into memory when the exception was made
            body = entity == null ? "" : new String(entity.getContent().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException | UnsupportedOperationException unreadable) {
            // an answer without words
        }
        return ErrorAnswer.of(
                response.getStatusLine().getStatusCode(), RetryAfter.of(response.getHeader(RetryAfter.HEADER)), body);
    }
}
