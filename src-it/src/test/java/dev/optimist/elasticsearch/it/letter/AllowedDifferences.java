package dev.optimist.elasticsearch.it.letter;

import java.util.ArrayList;
import java.util.List;

/** Where a server says something else than the text, and why that is right. */
final class AllowedDifferences {
    private static final String BOTH = "";
    private static final String T1 = TutorialText.TWO_CLIENTS;
    private static final String T2 = TutorialText.BLOG;
    private static final String ABSENT = Comparison.ABSENT;
    private static final String UUID = "\"[A-Za-z0-9_-]{22}\"";
    private static final String BY_SEQ_NO = "\"\\[%s]: version conflict, required seqNo \\[0], primary term \\[1]. "
            + "current document has seqNo \\[1] and primary term \\[1]\"";

    private static final List<Allowed> ALL = all();

    /**
     * One.
     *
     * @param tutorial whose text, or both
     * @param from first major version that is so
     * @param to last one
     * @param field JSON pointer or part of the request
     * @param text what the text says, literally
     * @param server what the server says, a regular expression
     * @param reason why
     */
    record Allowed(String tutorial, int from, int to, String field, String text, String server, String reason) {
        boolean allows(String inTutorial, String inField, String textSays, String serverSays) {
            return (tutorial.equals(BOTH) || tutorial.equals(inTutorial))
                    && field.equals(inField)
                    && text.equals(textSays)
                    && serverSays.matches(server);
        }
    }

    private AllowedDifferences() {}

    /** Returns those of a server. */
    static List<Allowed> on(String version) {
        int major = Comparison.major(version);
        return ALL.stream().filter(a -> a.from <= major && major <= a.to).toList();
    }

    private static List<Allowed> all() {
        List<Allowed> all = new ArrayList<>();

        // what our client sends on top of the text
        all.add(new Allowed(BOTH, 1, 99, "request ?timeout", ABSENT, "\\d+ms", "how long our client will wait"));
        all.add(new Allowed(T2, 1, 99, "request ?op_type", ABSENT, "create", "the same as _create"));
        all.add(new Allowed(
                T2, 1, 6, "request path", "/website/blog/1/_create", "/website/blog/1", "with op_type=create"));

        // 2: before 5 there was no result and no index_uuid, and a conflict had the words of the second tutorial
        all.add(new Allowed(T1, 1, 4, "/result", "\"updated\"", ABSENT, "came with 5"));
        error(all, T1, 1, 4, "index_uuid", "\"6m0G7yx7R1KECWWGnfH1sw\"", ABSENT, "came with 5");
        error(
                all,
                T1,
                1,
                4,
                "reason",
                "\"[test_type][7]: version conflict, current version [2] is different than the one provided [1]\"",
                "\"\\[test_type]\\[7]: version conflict, current \\[2], provided \\[1]\"",
                "other words before 5");

        // the second text is of a time before _shards, result and index_uuid
        all.add(new Allowed(T2, 1, 99, "/_shards/total", ABSENT, "2", "the text is older"));
        all.add(new Allowed(T2, 1, 99, "/_shards/successful", ABSENT, "1", "the text is older"));
        all.add(new Allowed(T2, 1, 99, "/_shards/failed", ABSENT, "0", "the text is older"));
        all.add(new Allowed(T2, 5, 99, "/result", ABSENT, "\"(created|updated)\"", "came with 5"));
        error(all, T2, 5, 99, "index_uuid", ABSENT, UUID, "came with 5");
        error(
                all,
                T2,
                5,
                6,
                "reason",
                "\"[blog][1]: version conflict, current [2], provided [1]\"",
                "\"\\[blog]\\[1]: version conflict, current version \\[2] is different than the one provided \\[1]\"",
                "other words since 5");

        error(all, T1, 5, 99, "index_uuid", "\"6m0G7yx7R1KECWWGnfH1sw\"", UUID, "each index has its own");

        // 6
        all.add(new Allowed(BOTH, 6, 99, "/_seq_no", ABSENT, "\\d", "came with 6"));
        all.add(new Allowed(BOTH, 6, 99, "/_primary_term", ABSENT, "1", "came with 6"));
        all.add(new Allowed(BOTH, 6, 99, "/created", "false", ABSENT, "gone with 6: result says it"));
        all.add(new Allowed(T2, 6, 99, "/created", "true", ABSENT, "gone with 6: result says it"));

        // 7: no versions but external ones; an index has one shard by default
        for (String version : List.of("1", "2")) {
            String tutorial = version.equals("1") ? BOTH : T1;
            all.add(new Allowed(tutorial, 7, 99, "request ?version", version, ABSENT, "400: if_seq_no in its place"));
        }
        all.add(new Allowed(BOTH, 7, 99, "request ?if_seq_no", ABSENT, "\\d", "in the place of version"));
        all.add(new Allowed(BOTH, 7, 99, "request ?if_primary_term", ABSENT, "1", "in the place of version"));
        error(all, BOTH, 7, 99, "shard", "\"3\"", "\"0\"", "one shard by default since 7");
        String reason = "if_seq_no was compared, not the version";
        String text1 =
                "\"[test_type][7]: version conflict, current version [2] is different than the one provided [1]\"";
        error(all, T1, 7, 99, "reason", text1, BY_SEQ_NO.formatted("7"), reason);
        String text2 = "\"[blog][1]: version conflict, current [2], provided [1]\"";
        error(all, T2, 7, 99, "reason", text2, BY_SEQ_NO.formatted("1"), reason);

        // without types; 7 still takes them from who writes by hand
        typeless(all, T1, "/test_index/test_type/7", "/test_index/_doc/7");
        typeless(all, T2, "/website/blog/1", "/website/_doc/1");
        typeless(all, T2, "/website/blog/2", "/website/_doc/2");
        typeless(all, T2, "/website/blog/1/_create", "/website/(_doc|_create)/1");
        all.add(new Allowed(
                T1, 7, 7, "/_type", "\"test_type\"", "\"_doc\"", "what is written without a type has _doc"));
        all.add(new Allowed(T2, 7, 7, "/_type", "\"blog\"", "\"_doc\"", "what is written without a type has _doc"));
        all.add(new Allowed(T1, 8, 99, "/_type", "\"test_type\"", ABSENT, "no types since 8"));
        all.add(new Allowed(T2, 8, 99, "/_type", "\"blog\"", ABSENT, "no types since 8"));
        return List.copyOf(all);
    }

    private static void typeless(List<Allowed> all, String tutorial, String text, String server) {
        all.add(new Allowed(tutorial, 7, 99, "request path", text, server, "no types since 7"));
    }

    /** An error is there twice. */
    private static void error(
            List<Allowed> all,
            String tutorial,
            int from,
            int to,
            String field,
            String text,
            String server,
            String why) {
        all.add(new Allowed(tutorial, from, to, "/error/" + field, text, server, why));
        all.add(new Allowed(tutorial, from, to, "/error/root_cause/0/" + field, text, server, why));
    }
}
