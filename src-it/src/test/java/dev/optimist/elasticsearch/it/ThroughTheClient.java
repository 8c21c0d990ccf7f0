package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteResult;
import dev.optimist.elasticsearch.examples.Wire;
import dev.optimist.elasticsearch.examples.Wire.Exchange;
import dev.optimist.elasticsearch.it.letter.Request;
import dev.optimist.elasticsearch.it.letter.TutorialText.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Does what a tutorial's text says by the methods of the client, and hears what goes over the wire for it. */
final class ThroughTheClient {
    private final VersionedClient client;
    private final Wire wire;
    private final boolean types;

    /** What was read, by version. */
    private final Map<Long, VersionedDocument<JsonNode>> read = new HashMap<>();

    ThroughTheClient(VersionedClient client, Wire wire, int major) {
        this.client = client;
        this.wire = wire;
        this.types = major < 7;
    }

    Exchange perform(Step step) throws JsonProcessingException {
        Request request = step.request();
        String type = types ? request.part(1) : null;
        VersionedDocuments<JsonNode> documents =
                client.documents(request.part(0), JsonNode.class).with(o -> o.mappingType(type));
        JsonNode expected = step.expected();
        wire.take();
        if (request.method().equals("GET")) {
            VersionedDocument<JsonNode> document =
                    documents.get(request.part(2)).orElseThrow();
            assertThat(document.version()).isEqualTo(expected.get("_version").asLong());
            assertThat(document.source()).isEqualTo(expected.get("_source"));
            read.put(document.version(), document);
        } else if (expected.path("status").asInt() == 409) {
            return conflict(documents, request);
        } else {
            WriteResult written = write(documents, request, condition(request));
            assertThat(written.version()).isEqualTo(expected.path("_version").asLong(1));
        }
        return last();
    }

    private Exchange conflict(VersionedDocuments<JsonNode> documents, Request request) {
        VersionConflictException conflict = refused(documents, request, condition(request));
        long required = Long.parseLong(request.parameters().get("version"));
        assertThat(conflict.requiredVersion()).hasValue(required);
        if (isExternal(request)) {
            assertThat(conflict.kind()).isEqualTo(Kind.EXTERNAL);
            assertThat(conflict.currentVersion()).hasValue(required);
            return last();
        }
        assertThat(conflict.kind()).isEqualTo(Kind.STALE);
        assertThat(conflict.currentVersion()).hasValue(2);
        Exchange last = last();
        if (last.status() != 409) {
            // a read has told it, and no write was sent; by what was read in the step of the text, the server tells it
            VersionedDocument<JsonNode> before = read.get(required);
            VersionConflictException told = refused(documents, request, WriteCondition.unchangedSince(before));
            assertThat(told.kind()).isEqualTo(Kind.STALE);
            last = last();
        }
        return last;
    }

    private static VersionConflictException refused(
            VersionedDocuments<JsonNode> documents, Request request, WriteCondition condition) {
        VersionConflictException conflict =
                catchThrowableOfType(VersionConflictException.class, () -> write(documents, request, condition));
        assertThat(conflict).as("%s", request).isNotNull();
        return conflict;
    }

    private static WriteResult write(VersionedDocuments<JsonNode> documents, Request request, WriteCondition condition)
            throws JsonProcessingException {
        JsonNode document = Rest.JSON.readTree(request.body());
        return request.creates()
                ? documents.create(request.part(2), document)
                : documents.index(request.part(2), document, condition);
    }

    private static WriteCondition condition(Request request) {
        String version = request.parameters().get("version");
        if (version == null) {
            return WriteCondition.none();
        }
        long number = Long.parseLong(version);
        return isExternal(request) ? WriteCondition.external(number) : WriteCondition.version(number);
    }

    private static boolean isExternal(Request request) {
        return "external".equals(request.parameters().get("version_type"));
    }

    private Exchange last() {
        List<Exchange> exchanges = wire.take();
        assertThat(exchanges).isNotEmpty();
        return exchanges.get(exchanges.size() - 1);
    }
}
