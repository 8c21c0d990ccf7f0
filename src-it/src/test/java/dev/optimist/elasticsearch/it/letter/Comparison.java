package dev.optimist.elasticsearch.it.letter;

import dev.optimist.elasticsearch.examples.Wire.Exchange;
import dev.optimist.elasticsearch.it.letter.AllowedDifferences.Allowed;
import dev.optimist.elasticsearch.it.letter.TutorialText.Step;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Holds what went over the wire against the text, value by value. */
public final class Comparison {
    /** Stands for a value that is not there. */
    static final String ABSENT = "absent";

    /**
     * A step of a tutorial as it was done.
     *
     * @param tutorial whose
     * @param how by hand, or through the client
     * @param step what the text says
     * @param exchange what came
     */
    public record Done(String tutorial, String how, Step step, Exchange exchange) {}

    private final List<Allowed> rules;
    private final Set<Allowed> used = new LinkedHashSet<>();
    private final List<String> wrong = new ArrayList<>();
    private int agree;
    private int allowed;

    /**
     * Begins.
     *
     * @param version of the server
     */
    public Comparison(String version) {
        this(AllowedDifferences.on(version));
    }

    Comparison(List<Allowed> rules) {
        this.rules = rules;
    }

    /** Returns the major version of Elasticsearch that a server is like. OpenSearch 1 was 7, and 2 was without types. */
    public static int major(String version) {
        boolean open = version.startsWith("opensearch-");
        int major = Integer.parseInt(version.replace("opensearch-", "").replaceFirst("[.].*", ""));
        return open ? major == 1 ? 7 : 8 : major;
    }

    /** Adds a step. Of an answer that the text has in words only, what it does not tell is left out. */
    public Comparison add(Done done) {
        Map<String, String> text = Fields.of(done.step());
        Map<String, String> server = Fields.of(done.exchange());
        Set<String> names = new TreeSet<>(text.keySet());
        server.keySet().stream()
                .filter(name -> done.step().whole() || name.startsWith("request "))
                .forEach(names::add);
        for (String name : names) {
            compare(done, name, text.getOrDefault(name, ABSENT), server.getOrDefault(name, ABSENT));
        }
        return this;
    }

    private void compare(Done done, String name, String text, String server) {
        if (text.equals(server)) {
            agree++;
            return;
        }
        Optional<Allowed> rule = rules.stream()
                .filter(r -> r.allows(done.tutorial(), name, text, server))
                .findFirst();
        if (rule.isPresent()) {
            allowed++;
            used.add(rule.get());
        } else {
            wrong.add(done.tutorial() + ", step " + done.step().number() + " " + done.how() + ", " + name + ": text "
                    + text + ", server " + server);
        }
    }

    /** Returns what is not as the text says, and not allowed to be. */
    public List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** Returns what is allowed and was not met. */
    public List<Allowed> unused() {
        return rules.stream().filter(rule -> !used.contains(rule)).toList();
    }

    /** Returns the figures in words. */
    public String summary() {
        return agree + " fields agree, " + allowed + " allowed differences, " + wrong.size() + " wrong";
    }
}
