package dev.optimist.elasticsearch.bench;

import co.elastic.clients.transport.rest5_client.low_level.Request;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * {@code _update} on a server of then, repeated by it. By the low-level client, as its path is another one today.
 *
 * @param name of the side
 * @param client reaches the server
 * @param index of the documents
 * @param body what is to be done
 * @param check what is true of the document then
 */
record OldUpdate(String name, Rest5Client client, String index, Supplier<String> body, Check check) implements Side {
    private static final int OK = 200;
    private static final int CONFLICT = 409;

    /** Returns what sends what is to be done instead of a document. */
    static OldUpdate script(Rest5Client client, String index) {
        String sellOne = "{\"script\":{\"lang\":\"painless\",\"source\":\"ctx._source.sold += 1\"}}";
        return new OldUpdate(Sides.SCRIPT, client, index, () -> sellOne, Check.SOLD);
    }

    /** Returns the same as {@link ByHand.PartialUpdate}. */
    static OldUpdate partial(Rest5Client client, String index) {
        AtomicLong numbers = new AtomicLong(ThreadLocalRandom.current().nextLong(1L << 50));
        Supplier<String> part = () -> "{\"doc\":{\"sold\":" + numbers.incrementAndGet() + "}}";
        return new OldUpdate(Sides.PARTIAL_UPDATE, client, index, part, Check.WRITTEN);
    }

    @Override
    public Outcome sellOne(String id, long end) throws IOException {
        Request request = new Request("POST", "/" + index + "/_doc/" + id + "/_update");
        request.addParameter("retry_on_conflict", Integer.toString(ByHand.RETRY_ON_CONFLICT));
        request.setJsonEntity(body.get());
        int status = client.performRequest(request).getStatusCode(); // it throws for some statuses only, not for 409
        return switch (status) {
            case OK -> Outcome.ACKNOWLEDGED;
            case CONFLICT -> Outcome.GAVE_UP;
            default -> throw new IOException(name + ": status " + status);
        };
    }
}
