package dev.optimist.elasticsearch.examples;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteResult;
import java.util.OptionalLong;

/** Two clients edit one document: the one that saves second does not overwrite the first, but hears of it. */
public final class TwoClients {
    static final String INDEX = "test_index";
    static final String TYPE = "test_type";

    /**
     * The document.
     *
     * @param testField what the clients edit
     */
    public record Content(@JsonProperty("test_field") String testField) {}

    private TwoClients() {}

    /**
     * Runs the tutorial.
     *
     * @param client connected to a server with an empty index {@code test_index}
     * @param kind of that server
     * @param story prints it and checks each step
     */
    public static void run(VersionedClient client, ServerKind kind, Story story) {
        VersionedDocuments<Content> documents = kind.documents(client, INDEX, TYPE, Content.class);

        story.step("Put a document there");
        WriteResult put = documents.index("7", new Content("test test"), WriteCondition.none());
        story.expect("_version", 1L, put.version());
        story.so("The new document has version 1.");

        story.step("Two clients read it");
        VersionedDocument<Content> client1 = documents.get("7").orElseThrow();
        VersionedDocument<Content> client2 = documents.get("7").orElseThrow();
        story.expect("_version that client 1 read", 1L, client1.version());
        story.expect("_version that client 2 read", 1L, client2.version());
        story.so("Both have version 1 before them.");

        story.step("Client 1 saves with version 1");
        WriteResult saved = documents.index("7", new Content("test client 1"), WriteCondition.version(1));
        story.expect("_version", 2L, saved.version());
        story.so(kind.howVersionIsCompared() + " The document has version 2 now.");

        story.step("The tutorial's own request of client 2 to save with version 1, by hand");
        Wire.Exchange byHand = story.send("PUT", kind.path(INDEX, TYPE, "7") + "?version=1", """
                {"test_field": "test client 2"}""");
        story.expect("HTTP status", kind.statusForOldVersion(), byHand.status());
        story.so(kind.whatBecameOfOldVersion());

        story.step("Client 2 saves what it edited in version 1");
        try {
            documents.index("7", new Content("test client 2"), WriteCondition.unchangedSince(client2));
            story.missed("a conflict");
        } catch (VersionConflictException conflict) {
            story.expect("kind of conflict", Kind.STALE, conflict.kind());
            // where there are no sequence numbers, the version stands for them
            OptionalLong required =
                    conflict.requiredSeqNo().isPresent() ? conflict.requiredSeqNo() : conflict.requiredVersion();
            story.expect("what was required", OptionalLong.of(client2.seqNo()), required);
            story.expect("HTTP status", 409, story.lastStatus());
        }
        story.so("409: client 1 was faster, and its change is not overwritten. unchangedSince(read) sends "
                + kind.whatUnchangedSinceSends() + ", without another read.");

        story.step("Client 2 tries again with version 1, by its number");
        try {
            documents.index("7", new Content("test client 2"), WriteCondition.version(1));
            story.missed("a conflict");
        } catch (VersionConflictException conflict) {
            story.expect("kind of conflict", Kind.STALE, conflict.kind());
            story.expect("required version", OptionalLong.of(1), conflict.requiredVersion());
            story.expect("current version", OptionalLong.of(2), conflict.currentVersion());
        }
        story.so("The same conflict. Saying it again does not help; client 2 has to look at what client 1 wrote.");

        story.step("Client 2 reads again");
        VersionedDocument<Content> latest = documents.get("7").orElseThrow();
        story.expect("_version", 2L, latest.version());
        story.expect("content", new Content("test client 1"), latest.source());
        story.so("Version 2, with the change of client 1.");

        story.step("Client 2 saves, based on version 2");
        WriteResult savedToo = documents.index("7", new Content("test client 2"), WriteCondition.version(2));
        story.expect("_version", 3L, savedToo.version());
        story.so("Nobody came between this time: version 3. With many writers, reading and saving may have to be"
                + " repeated several times.");

        story.step("All of this in one line");
        ModificationResult<Content> modified =
                documents.readModifyWrite("7", content -> new Content(content.testField() + ", and once more"));
        story.expect("content", new Content("test client 2, and once more"), modified.source());
        story.expect("attempts", 1, modified.attempts());
        story.so(
                "readModifyWrite reads, applies the function and saves on the condition that nothing has changed; after"
                        + " a conflict it starts again from the read.");
    }
}
