package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.AsyncVersionedDocuments;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.DocumentToken;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteResult;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What Elasticsearch's own REST test cases say of versions, by our API. Each test names its case, a file below
 * {@code rest-api-spec/test} of Elasticsearch's sources; those of its bulk are in {@link RestBulkTestCasesIT}. Cases "with
 * types" say the same of servers before 7. {@code version_type=force}, which ended with 5, is not in our API.
 */
class RestTestCasesIT extends BothFacesTest {

    // create/10_with_id
    @Test
    void createWithAnId() {
        assertThat(documents.create("1", new Counter(1)).token()).satisfies(t -> {
            assertThat(t.index()).isEqualTo(index);
            assertThat(t.id()).isEqualTo("1");
            assertThat(t.version()).isEqualTo(1);
        });
        assertThat(documents.get("1")).hasValueSatisfying(read -> {
            assertThat(read.index()).isEqualTo(index);
            assertThat(read.id()).isEqualTo("1");
            assertThat(read.version()).isEqualTo(1);
            assertThat(read.source()).isEqualTo(new Counter(1));
        });
        conflicts(Kind.EXISTS, () -> documents.create("1", new Counter(2)));
    }

    // create/15_without_id: clients refuse it, and so do we
    @Test
    void createWithoutAnId() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> documents.create(null, new Counter(1)))
                .withMessageContaining("id");
    }

    // create/30_internal_version
    @Test
    void createWithAnInternalVersion() {
        assertThat(documents.create("1", new Counter(1)).version()).isEqualTo(1);
        conflicts(Kind.EXISTS, () -> documents.create("1", new Counter(2)));
    }

    // create/30_internal_version
    @Test
    @Since(value = "5", because = "a create compares the version before")
    void createWithAnInternalVersionOfItsOwn() {
        isRefusedAndHasNoMethod("version=5");
    }

    // create/35_external_version
    @Test
    @Since(value = "5", because = "a create takes an external version before")
    void createWithAnExternalVersion() {
        isRefusedAndHasNoMethod("version=0&version_type=external");
        isRefusedAndHasNoMethod("version=5&version_type=external");
    }

    // create/30_if_seq_no
    @Test
    @Since(value = "5", because = "parameters that are not known are ignored before")
    void createIfSeqNo() {
        isRefusedAndHasNoMethod("if_seq_no=5&if_primary_term=1");
    }

    // index/10_with_id
    @Test
    void indexWithAnId() {
        String weird = index + "-weird-中文";
        rest.delete("/" + URLEncoder.encode(weird, StandardCharsets.UTF_8)); // of an earlier run
        Documents<Counter> there = documents(weird, Counter.class);
        assertThat(there.index("1", new Counter(1), WriteCondition.none()).version())
                .isEqualTo(1);
        assertThat(there.get("1")).hasValueSatisfying(read -> {
            assertThat(read.index()).isEqualTo(weird);
            assertThat(read.id()).isEqualTo("1");
            assertThat(read.version()).isEqualTo(1);
            assertThat(read.source()).isEqualTo(new Counter(1));
        });
        assertThatIllegalArgumentException()
                .isThrownBy(() -> documents.index("a".repeat(513), new Counter(1), WriteCondition.none()))
                .withMessageContaining("id");
    }

    // index/12_result
    @Test
    void indexResult() {
        assertThat(documents.index("1", new Counter(1), WriteCondition.none()).result())
                .isEqualTo(Result.Created);
        assertThat(documents.index("1", new Counter(1), WriteCondition.none()).result())
                .isEqualTo(Result.Updated);
    }

    // index/20_optype
    @Test
    void indexOpType() {
        documents.create("1", new Counter(1));
        conflicts(Kind.EXISTS, () -> documents.create("1", new Counter(1)));
        indexes(2, WriteCondition.none());
    }

    // index/30_internal_version, of servers before 7; later ones are read by us, and compare if_seq_no
    @Test
    void indexWithAnInternalVersion() {
        indexes(1, WriteCondition.none());
        indexes(2, WriteCondition.none());
        conflicts(Kind.STALE, () -> documents.index("1", new Counter(9), WriteCondition.version(1)));
        indexes(3, WriteCondition.version(2));
    }

    // index/30_cas
    @Test
    @Since(value = "6.7", because = "there are no sequence numbers before")
    void indexIfSeqNo() {
        DocumentToken written = indexes(1, WriteCondition.none());
        assertThat(documents.get("1").orElseThrow().token()).isEqualTo(written);
        long seqNo = written.seqNo();
        long term = written.primaryTerm();
        conflicts(Kind.STALE, () -> documents.index("1", new Counter(9), WriteCondition.ifSeqNo(10000, term)));
        conflicts(Kind.STALE, () -> documents.index("1", new Counter(9), WriteCondition.ifSeqNo(seqNo, 1000)));
        indexes(2, WriteCondition.ifSeqNo(seqNo, term));
    }

    // index/35_external_version
    @Test
    void indexWithAnExternalVersion() {
        indexes(0, WriteCondition.external(0));
        indexes(5, WriteCondition.external(5));
        conflicts(Kind.EXTERNAL, () -> documents.index("1", new Counter(9), WriteCondition.external(5)));
        conflicts(Kind.EXTERNAL, () -> documents.index("1", new Counter(9), WriteCondition.external(0)));
        indexes(6, WriteCondition.external(6));
    }

    // index/36_external_gte_version
    @Test
    void indexWithAnExternalGteVersion() {
        indexes(0, WriteCondition.externalGte(0));
        indexes(5, WriteCondition.externalGte(5));
        conflicts(Kind.EXTERNAL, () -> documents.index("1", new Counter(9), WriteCondition.externalGte(0)));
        indexes(5, WriteCondition.externalGte(5));
        indexes(6, WriteCondition.externalGte(6));
    }

    // no case has the greatest number of all: servers take it, and then count on from it to a negative one
    @Test
    void theGreatestVersionIsTakenByServersAndNotByUs() {
        String greatest = "?version_type=external&version=" + Long.MAX_VALUE;
        assertThat(rest.put("/" + index + "/_doc/1" + greatest, "{}").status()).isEqualTo(201);
        for (ThrowingCallable ours : List.<ThrowingCallable>of(
                () -> WriteCondition.external(Long.MAX_VALUE),
                () -> WriteCondition.externalGte(Long.MAX_VALUE),
                () -> WriteCondition.version(Long.MAX_VALUE))) {
            assertThatIllegalArgumentException().isThrownBy(ours).withMessageContaining("version");
        }
    }

    // delete/10_basic, delete/12_result
    @Test
    void deleteResult() {
        indexes(1, WriteCondition.none());
        assertThat(deletes(2, WriteCondition.none()).result()).isEqualTo(Result.Deleted);
        assertThat(documents.delete("1", WriteCondition.none()).result()).isEqualTo(Result.NotFound);
    }

    // delete/20_internal_version, of servers before 7
    @Test
    void deleteWithAnInternalVersion() {
        indexes(1, WriteCondition.none());
        conflicts(Kind.STALE, () -> documents.delete("1", WriteCondition.version(2)));
        deletes(2, WriteCondition.version(1));
    }

    // delete/20_cas
    @Test
    @Since(value = "6.7", because = "there are no sequence numbers before")
    void deleteIfSeqNo() {
        assertThat(indexes(1, WriteCondition.none()).seqNo()).isZero();
        conflicts(Kind.STALE, () -> documents.delete("1", WriteCondition.ifSeqNo(2, 1)));
        assertThat(deletes(2, WriteCondition.ifSeqNo(0, 1)).token().seqNo()).isEqualTo(1);
    }

    // delete/25_external_version
    @Test
    void deleteWithAnExternalVersion() {
        indexes(5, WriteCondition.external(5));
        conflicts(Kind.EXTERNAL, () -> documents.delete("1", WriteCondition.external(4)));
        deletes(6, WriteCondition.external(6));
    }

    // delete/26_external_gte_version
    @Test
    void deleteWithAnExternalGteVersion() {
        indexes(5, WriteCondition.externalGte(5));
        conflicts(Kind.EXTERNAL, () -> documents.delete("1", WriteCondition.externalGte(4)));
        deletes(6, WriteCondition.externalGte(6));
        indexes(6, WriteCondition.externalGte(6));
        deletes(6, WriteCondition.externalGte(6));
    }

    // delete/60_missing, whose index is missing, too; a missing document in an index is in delete/12_result
    @Test
    void deleteOfAMissingIndex() {
        Documents<Counter> nowhere = missingIndex();
        if (majorVersion() < 6) { // which makes the index first
            assertThat(nowhere.delete("1", WriteCondition.none()).result()).isEqualTo(Result.NotFound);
            return;
        }
        isMissing(() -> nowhere.delete("1", WriteCondition.none()));
    }

    // get/80_missing
    @Test
    void getOfWhatIsMissing() {
        isMissing(() -> missingIndex().get("1"));
        assertThat(documents.get("1")).isEmpty();
    }

    // get/90_versions: our get has no version, which is compared by reading it; the type makes no difference to the
    // server
    @Test
    void getWithAVersion() {
        indexes(1, WriteCondition.none());
        indexes(2, WriteCondition.none());
        VersionedDocument<Counter> read = documents.get("1").orElseThrow();
        for (String type : List.of("internal", "external", "external_gte")) {
            for (int version : new int[] {1, 2, 10}) {
                assertThat(rest.get("/" + index + "/_doc/1?version=" + version + "&version_type=" + type)
                                .status())
                        .as("%s %d", type, version)
                        .isEqualTo(read.version() == version ? 200 : 409);
            }
        }
    }

    private DocumentToken indexes(long version, WriteCondition condition) {
        WriteResult written = documents.index("1", new Counter((int) version), condition);
        assertThat(written.version()).isEqualTo(version);
        return written.token();
    }

    private WriteResult deletes(long version, WriteCondition condition) {
        WriteResult deleted = documents.delete("1", condition);
        assertThat(deleted.version()).isEqualTo(version);
        assertThat(documents.get("1")).isEmpty();
        return deleted;
    }

    private void conflicts(Kind kind, ThrowingCallable write) {
        leavesUnchanged(
                "1",
                () -> assertThat(catchThrowableOfType(VersionConflictException.class, write))
                        .extracting(VersionConflictException::kind)
                        .isEqualTo(kind));
    }

    /** A create has no condition but that there is no document: the server says so by 400, our methods by taking none. */
    private void isRefusedAndHasNoMethod(String parameters) {
        assertThat(rest.put("/" + index + "/_doc/3?op_type=create&" + parameters, "{}")
                        .status())
                .isEqualTo(400);
        assertThat(documents.get("3")).isEmpty();
        assertThat(Stream.of(VersionedDocuments.class, AsyncVersionedDocuments.class, BulkOperation.class)
                        .flatMap(type -> Arrays.stream(type.getMethods()))
                        .filter(method -> method.getName().equals("create"))
                        .map(method -> List.of(method.getParameterTypes())))
                .hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(types -> assertThat(types).doesNotContain(WriteCondition.class, long.class));
    }

    private Documents<Counter> missingIndex() {
        rest.delete("/it-rest-missing"); // of an earlier run, on a server that was there
        return documents("it-rest-missing", Counter.class);
    }

    private static void isMissing(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RequestRejectedException.class,
                        e -> assertThat(e.status()).hasValue(404));
    }
}
