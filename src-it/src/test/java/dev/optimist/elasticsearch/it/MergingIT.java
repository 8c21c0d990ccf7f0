package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.Contention;
import dev.optimist.elasticsearch.DocumentMissingException;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.merge.ArrayRule;
import dev.optimist.elasticsearch.merge.MergeConflictException;
import dev.optimist.elasticsearch.merge.MergePatch;
import dev.optimist.elasticsearch.merge.Merging;
import dev.optimist.elasticsearch.merge.PatchFailedException;
import dev.optimist.elasticsearch.merge.ThreeWayMerge;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two users have one document in their forms. */
class MergingIT extends ServerTest {
    private VersionedDocuments<ObjectNode> documents;
    private Merging merging;

    @BeforeEach
    void aDocument() {
        documents = typed(client.documents(index, ObjectNode.class));
        merging = Merging.of(documents);
        documents.create("1", object("{'title':'a','price':1.10,'author':{'given':'b','family':'c'},'tags':['x']}"));
    }

    private static JsonNode json(String text) {
        try {
            return Rest.JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private static ObjectNode object(String text) {
        return (ObjectNode) json(text);
    }

    private static ObjectNode edited(VersionedDocument<ObjectNode> read, String patch) {
        return MergePatch.of(json(patch)).apply(read.source());
    }

    private <E extends Throwable> E writesNothing(Class<E> type, ThrowingCallable call) {
        JsonNode before = stored("1");
        E thrown = catchThrowableOfType(type, call);
        assertThat(thrown).isNotNull();
        assertThat(stored("1")).isEqualTo(before);
        return thrown;
    }

    @Test
    void whoEditDifferentFieldsBothWin() {
        VersionedDocument<ObjectNode> ofAnn = documents.get("1").orElseThrow();
        VersionedDocument<ObjectNode> ofBob = documents.get("1").orElseThrow();
        merging.merge(ofAnn, edited(ofAnn, "{'title':'A','author':{'given':'B'}}"));
        ModificationResult<ObjectNode> result =
                merging.merge(ofBob, edited(ofBob, "{'tags':['x','y'],'author':{'family':'C'}}"));
        assertThat(result.token().version()).isEqualTo(3);
        assertThat(stored("1").path("_source"))
                .isEqualTo(json("{'title':'A','price':1.10,'author':{'given':'B','family':'C'},'tags':['x','y']}"));
    }

    @Test
    void whoEditsTheSameIsToldAndNothingIsWritten() {
        VersionedDocument<ObjectNode> ofAnn = documents.get("1").orElseThrow();
        VersionedDocument<ObjectNode> ofBob = documents.get("1").orElseThrow();
        merging.merge(ofAnn, edited(ofAnn, "{'title':'A'}"));
        MergeConflictException e = writesNothing(
                MergeConflictException.class,
                () -> merging.merge(ofBob, edited(ofBob, "{'title':'B','author':{'given':null}}")));
        assertThat(e.conflicts()).singleElement().satisfies(c -> {
            assertThat(c.path()).hasToString("/title");
            assertThat(List.of(c.base(), c.mine(), c.theirs()))
                    .extracting(JsonNode::asText)
                    .containsExactly("a", "B", "A");
        });
        // the next round, with what Bob has decided
        ObjectNode decided = e.merged().put("title", "AB");
        decided.withObjectProperty("author").remove("given");
        merging.merge("1", e.theirs(), decided);
        assertThat(stored("1").path("_source"))
                .isEqualTo(json("{'title':'AB','price':1.10,'author':{'family':'c'},'tags':['x']}"));
    }

    @Test
    void whatBothHaveChangedToTheSameIsNotWrittenAgain() {
        VersionedDocument<ObjectNode> read = documents.get("1").orElseThrow();
        merging.merge(read, edited(read, "{'title':'A'}"));
        ModificationResult<ObjectNode> again = merging.merge(read, edited(read, "{'title':'A'}"));
        assertThat(again.token().version()).isEqualTo(2);
        assertThat(stored("1").path("_version").intValue()).isEqualTo(2);
    }

    @Test
    void anArrayIsMergedByItsRule() {
        Merging bySet = Merging.of(documents, ThreeWayMerge.of(ArrayRule.WHOLE).with("/tags", ArrayRule.SET));
        VersionedDocument<ObjectNode> read = documents.get("1").orElseThrow();
        bySet.merge(read, edited(read, "{'tags':['x','y']}"));
        bySet.merge(read, edited(read, "{'tags':['z']}"));
        assertThat(stored("1").at("/_source/tags")).isEqualTo(json("['y','z']"));
    }

    @Test
    void aMergePatchIsAppliedToTheLatestVersion() {
        documents.readModifyWrite("1", d -> d.put("title", "A"));
        merging.mergePatch("1", json("{'author':{'given':null,'middle':'m'}}"));
        assertThat(stored("1").path("_source"))
                .isEqualTo(json("{'title':'A','price':1.10,'author':{'family':'c','middle':'m'},'tags':['x']}"));
        documents.async().readModifyWrite("1", MergePatch.of(json("{'n':1}"))).join();
        assertThat(stored("1").at("/_source/n").intValue()).isEqualTo(1);
    }

    @Test
    void aJsonPatchIsAppliedToTheLatestVersionOrNotAtAll() {
        JsonNode patch = json("[{'op':'test','path':'/title','value':'a'},{'op':'add','path':'/tags/-','value':'y'},"
                + "{'op':'move','from':'/author/given','path':'/given'}]");
        documents.readModifyWrite("1", d -> d.put("price", 2));
        merging.jsonPatch("1", patch);
        assertThat(stored("1").path("_source"))
                .isEqualTo(json("{'title':'a','price':2,'author':{'family':'c'},'tags':['x','y'],'given':'b'}"));
        PatchFailedException e = writesNothing(PatchFailedException.class, () -> merging.jsonPatch("1", patch));
        assertThat(e).hasMessageContaining("operation 2, move /given");
        documents.readModifyWrite("1", d -> d.put("title", "A"));
        assertThat(writesNothing(PatchFailedException.class, () -> merging.jsonPatch("1", patch))
                        .operation())
                .isZero();
    }

    @Test
    void aDocumentThatWasDeletedIsMissing() {
        VersionedDocument<ObjectNode> read = documents.get("1").orElseThrow();
        documents.delete("1", WriteCondition.unchangedSince(read));
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> merging.merge(read, edited(read, "{'title':'A'}")),
                () -> merging.mergePatch("1", json("{}")),
                () -> merging.jsonPatch("1", json("[]")))) {
            assertThat(catchThrowableOfType(DocumentMissingException.class, call))
                    .isNotNull();
        }
    }

    /** Each of eight users begins with what he read at first, and saves a field of his own again and again. */
    @ParameterizedTest
    @EnumSource(Contention.class)
    void eightWhoEditFieldsOfTheirOwnAllWin(Contention contention) throws Exception {
        VersionedDocument<ObjectNode> base = documents.get("1").orElseThrow();
        int users = 8;
        int saves = 10;
        ExecutorService pool = Executors.newFixedThreadPool(users);
        try (VersionedClient another = VersionedClient.connect(server.url())) {
            List<Future<?>> all = new ArrayList<>();
            for (int user = 0; user < users; user++) {
                VersionedClient his = user % 2 == 0 ? client : another;
                Merging ofHis = Merging.of(typed(his.documents(index, ObjectNode.class))
                        .with(o -> o.contention(contention).writeLedger(WriteLedger.standard())));
                String field = "user" + user;
                all.add(pool.submit(() -> {
                    ObjectNode read = base.source();
                    for (int i = 1; i <= saves; i++) {
                        ObjectNode mine = read.deepCopy().put(field, i);
                        ofHis.merge("1", read, mine);
                        read = mine;
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        ObjectNode expected = base.source().deepCopy();
        for (int user = 0; user < users; user++) {
            expected.put("user" + user, saves);
        }
        VersionedDocuments<ObjectNode> withLedger = documents.with(o -> o.writeLedger(WriteLedger.standard()));
        assertThat(withLedger.get("1").orElseThrow().source()).isEqualTo(expected);
    }
}
