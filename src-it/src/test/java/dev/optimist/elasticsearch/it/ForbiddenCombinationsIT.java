package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the server itself does with requests that this library never sends, by plain HTTP: why the API is shaped as it is.
 * If a server changes its mind, a test here says so.
 */
class ForbiddenCombinationsIT extends ServerTest {

    @BeforeEach
    void aDocument() {
        rest.put("/" + index + "/_doc/1", "{\"n\":1}").ok();
    }

    @Test
    @Since(value = "7", because = "before, the server compares internal versions itself")
    void internalVersions() {
        badRequest("/" + index + "/_doc/1?version=1", "internal versioning can not be used");
        badRequest("/" + index + "/_doc/1?version=1&version_type=internal", "internal versioning can not be used");
    }

    /** What elasticsearch-java 9 asks for by default, and the reason why {@code connect} asks for plain JSON. */
    @Test
    @Since(value = "7.11", because = "compatible-with came with 7.11")
    void theMediaTypeOfALaterGeneration() {
        int later = majorVersion() + 1;
        Rest.Answer answer = rest.put(
                "/" + index + "/_doc/2", "{\"n\":1}", "application/vnd.elasticsearch+json; compatible-with=" + later);
        boolean refused = majorVersion() >= 8; // 7.17 was seen to take 7, 8 and 9
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(refused ? 400 : 201);
        if (refused) {
            assertThat(answer.body().at("/error/type").asText()).isEqualTo("media_type_header_exception");
        }
    }

    @Test
    @Since(value = "5", because = "parameters that are not known are ignored before")
    void seqNoWithAVersionType() {
        badRequest("/" + index + "/_doc/1?if_seq_no=0&if_primary_term=1&version=5&version_type=external", "");
    }

    @Test
    @Since(value = "5", because = "a create takes an external version before")
    void createWithAnExternalVersion() {
        badRequest("/" + index + "/_create/2?version=5&version_type=external", "");
        assertThat(stored("2").path("found").asBoolean()).isFalse();
    }

    @Test
    @Since(value = "7", because = "an update has a version before")
    void updateWithAVersion() {
        isBadRequest(() -> rest.post("/" + index + "/_update/1?version=1", "{\"doc\":{\"n\":9}}"), "version");
    }

    @Test
    @Since(value = "7", because = "an update has no if_seq_no before")
    void updateWithASeqNoAndRetryOnConflict() {
        isBadRequest(
                () -> rest.post(
                        "/" + index + "/_update/1?if_seq_no=0&if_primary_term=1&retry_on_conflict=3",
                        "{\"doc\":{\"n\":9}}"),
                "can not be retried");
    }

    @Test
    void externalVersionsOutOfBounds() {
        for (String version : new String[] {"-1", "1.5", "9223372036854775808"}) {
            badRequest("/" + index + "/_doc/1?version_type=external&version=" + version, "");
        }
    }

    @Test
    @Since(value = "5", because = "an id may be of any length before")
    void idsOutOfBounds() {
        badRequest("/" + index + "/_doc/" + "x".repeat(513), "512");
    }

    @Test
    @Since(value = "6.7", because = "there are no sequence numbers before")
    void theTokenThatIsNoCondition() {
        // the one row where the server accepts: this is how a document is overwritten by accident
        assertThat(rest.put("/" + index + "/_doc/1?if_seq_no=-2&if_primary_term=0", "{\"n\":9}")
                        .status())
                .isEqualTo(200);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(9);
    }

    @Test
    void theExternalVersionThatWraps() {
        rest.put("/" + index + "/_doc/2?version_type=external&version=9223372036854775807", "{\"n\":1}")
                .ok();
        rest.put("/" + index + "/_doc/2", "{\"n\":2}").ok();
        assertThat(stored("2").path("_version").asLong()).isEqualTo(Long.MIN_VALUE);
    }

    /** Elasticsearch remembers a delete for {@code index.gc_deletes}; then an older external version brings it back. */
    @Test
    void theDeleteThatIsForgotten() {
        rest.put("/" + index + "/_settings", "{\"index.gc_deletes\":\"0ms\"}").ok();
        deletedAtVersion10();
        await(
                () -> { // forgets with a refresh, and only what is older than a tick of its own clock
                    rest.post("/" + index + "/_refresh", "").ok();
                    return version7IsTaken();
                });
        assertThat(stored("2").at("/_source/n").asInt()).isEqualTo(7);
    }

    /** … and not over a close, an open or a restart, however long {@code index.gc_deletes} is. */
    @Test
    void theDeleteThatIsForgottenByAClose() {
        rest.put("/" + index + "/_settings", "{\"index.gc_deletes\":\"1h\"}").ok();
        deletedAtVersion10();
        assertThat(version7IsTaken()).isFalse();
        rest.post("/" + index + "/_flush", "").ok();
        rest.post("/" + index + "/_close", "").ok();
        rest.post("/" + index + "/_open", "").ok();
        rest.get("/_cluster/health/" + index + "?wait_for_status=green&timeout=30s")
                .ok();
        assertThat(version7IsTaken()).isTrue();
        assertThat(stored("2").at("/_source/n").asInt()).isEqualTo(7);
    }

    private void deletedAtVersion10() {
        rest.put("/" + index + "/_doc/2?version_type=external&version=5", "{\"n\":5}")
                .ok();
        rest.delete("/" + index + "/_doc/2?version_type=external&version=10").ok();
    }

    private boolean version7IsTaken() {
        int status = rest.put("/" + index + "/_doc/2?version_type=external&version=7", "{\"n\":7}")
                .status();
        assertThat(status).isIn(201, 409);
        return status == 201;
    }

    private void badRequest(String path, String reason) {
        isBadRequest(() -> rest.put(path, "{\"n\":9}"), reason);
    }

    private void isBadRequest(java.util.function.Supplier<Rest.Answer> request, String reason) {
        JsonNode before = stored("1");
        Rest.Answer answer = request.get();
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(400);
        assertThat(answer.reason()).contains(reason);
        assertThat(stored("1")).isEqualTo(before);
    }
}
