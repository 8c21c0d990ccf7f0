package dev.optimist.elasticsearch.spring;

import dev.optimist.elasticsearch.observability.HotDocument;
import dev.optimist.elasticsearch.observability.HotDocuments;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The documents that are fought for most, hottest first: {@code /actuator/hotdocuments?most=10}. As it shows ids, it is not
 * exposed unless {@code management.endpoints.web.exposure.include} names it. Thread-safe.
 *
 * <pre>{@code
 * List<HotDocument> three = new HotDocumentsEndpoint(hot).hottest(3).documents();
 * }</pre>
 */
@Endpoint(id = "hotdocuments")
public final class HotDocumentsEndpoint {
    private static final int DEFAULT = 10;

    private final HotDocuments documents;

    /** Returns that of a client's listener. */
    public HotDocumentsEndpoint(HotDocuments documents) {
        this.documents = documents;
    }

    /** What is answered. */
    public record Answer(List<HotDocument> documents) {}

    /**
     * Returns the hottest.
     *
     * @param most how many at most; 10 by default
     */
    @ReadOperation
    public Answer hottest(@Nullable Integer most) {
        return new Answer(documents.top(most == null ? DEFAULT : Math.max(0, most)));
    }
}
