package dev.optimist.elasticsearch.it.letter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds requests and answers in the text of a tutorial. */
public final class TutorialText {
    /** Two clients and one document; written for Elasticsearch 5. */
    public static final String TWO_CLIENTS = "two-clients";

    /** A blog entry, and external versions; written for Elasticsearch 2 and before. */
    public static final String BLOG = "optimistic-concurrency-control";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern REQUEST = Pattern.compile("(GET|PUT|POST|DELETE) (\\S+)\\s*");

    /** "The _version number is 1", where the answer is told in words only. */
    private static final Pattern VERSION_IN_WORDS = Pattern.compile("_version 版本号是 (\\d+)");

    /** "If you run this request again", it fails "with the same conflict error as before". */
    private static final String AGAIN_IN_WORDS = "重新运行此请求";

    private static final String CONFLICT_IN_WORDS =
            "{\"status\": 409, \"error\": {\"type\": \"version_conflict_engine_exception\"}}";

    /** A line that ends with a value, before one that begins with a name. */
    private static final Pattern MISSING_COMMA = Pattern.compile("([0-9\"}\\]el])(\\s*\\n\\s*\")");

    /**
     * A request, and what is answered.
     *
     * @param number from 1 on
     * @param request what is sent
     * @param answer as it is in the text
     * @param whole whether that is all of the answer
     * @param first whether it begins with nothing there: the first tutorial's text is there twice
     */
    public record Step(int number, Request request, String answer, boolean whole, boolean first) {
        /** Returns the answer, read. */
        public JsonNode expected() {
            return read(answer);
        }

        /** Returns the same with another answer. */
        public Step answered(String other) {
            return new Step(number, request, other, whole, first);
        }
    }

    private final List<Step> steps = new ArrayList<>();
    private Request open;
    private boolean sent;

    private TutorialText() {}

    /** Reads the text of one. */
    public static List<Step> of(String tutorial) {
        try (InputStream text = TutorialText.class.getResourceAsStream("/tutorials/" + tutorial + ".txt")) {
            return parse(new String(Objects.requireNonNull(text, tutorial).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<Step> parse(String text) {
        TutorialText tutorial = new TutorialText();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().equals("{")) {
                int end = i;
                while (!balanced(lines.subList(i, end + 1))) {
                    end++;
                }
                tutorial.json(String.join("\n", lines.subList(i, end + 1)));
                i = end;
            } else {
                tutorial.line(lines.get(i));
            }
        }
        return List.copyOf(tutorial.steps);
    }

    private static boolean balanced(List<String> lines) {
        String marks = String.join("\n", lines).replaceAll("\"[^\"\n]*\"", "");
        return marks.chars().filter(c -> c == '{').count()
                == marks.chars().filter(c -> c == '}').count();
    }

    private void line(String line) {
        Matcher request = REQUEST.matcher(line);
        Matcher version = VERSION_IN_WORDS.matcher(line);
        if (request.matches()) {
            open = Request.of(request.group(1), request.group(2), "");
            sent = false;
        } else if (version.find() && open != null && open.creates() && !sent) {
            // not of the others: their answers follow
            answer("{\"_version\": " + version.group(1) + "}", false);
        } else if (line.contains(AGAIN_IN_WORDS)) {
            answer(CONFLICT_IN_WORDS, false);
        }
    }

    private void json(String json) {
        if (!sent && open.method().equals("PUT") && open.body().isEmpty()) {
            open = new Request(open.method(), open.path(), open.parameters(), json);
            if (begins() && !open.creates()) {
                answer("{}", false); // nowhere in the text
            }
        } else {
            answer(json, true);
        }
    }

    private boolean begins() {
        return steps.isEmpty() || open.equals(steps.get(0).request());
    }

    /** An answer without a request of its own is one to the same request, sent again. */
    private void answer(String answer, boolean whole) {
        steps.add(new Step(steps.size() + 1, open, answer, whole, begins()));
        sent = true;
    }

    /** Reads an answer leniently: the second tutorial has one without a comma. */
    static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException missing) {
            try {
                return JSON.readTree(MISSING_COMMA.matcher(json).replaceAll("$1,$2"));
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(json, e);
            }
        }
    }
}
