package dev.optimist.elasticsearch.connect;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.ConnectException;

/** Which index the records of a topic go to. For one thread. */
final class IndexRoutes {
    static final String TOPIC = "${topic}";
    private static final Pattern GROUP = Pattern.compile("\\$([0-9])");
    private static final Pattern NOT_IN_A_NAME = Pattern.compile("[\\\\/*?\"<>| ,#:]");
    private static final int MAX_BYTES = 255;

    private final List<Route> routes;
    private final String otherwise;
    private final boolean oneTopicEach;
    private final Map<String, String> indices = new HashMap<>();
    private final Map<String, String> topics = new HashMap<>();

    /**
     * @param otherwise for a topic without a route; empty if there is none
     * @param oneTopicEach whether an index may get records of one topic only, as their versions cannot be compared with others
     */
    IndexRoutes(List<Route> routes, String otherwise, boolean oneTopicEach) {
        this.routes = List.copyOf(routes);
        this.otherwise = otherwise;
        this.oneTopicEach = oneTopicEach;
    }

    /**
     * Returns the index of a topic.
     *
     * @throws BadRecordException if there is none
     * @throws ConnectException if another topic has it already, and must not
     */
    String of(String topic) {
        String known = indices.get(topic);
        if (known != null) {
            return known;
        }
        String index = find(topic);
        String other = topics.putIfAbsent(index, topic);
        if (oneTopicEach && other != null) {
            throw new ConnectException(bothGoTo(other, topic, index));
        }
        indices.put(topic, index);
        return index;
    }

    static String bothGoTo(String one, String other, String index) {
        return Settings.VERSION_FROM + "=" + VersionFrom.OFFSET.setting() + ": topics " + one + " and " + other
                + " both go to index " + index + ", and the offsets of two topics cannot be compared";
    }

    private String find(String topic) {
        for (Route route : routes) {
            Matcher matcher = route.topics.matcher(topic);
            if (matcher.matches()) {
                return named(replaced(route.index, topic, matcher), topic);
            }
        }
        if (otherwise.isEmpty()) {
            throw new BadRecordException("topic " + topic + " has no index: no route of " + Settings.INDEX_ROUTES
                    + " matches it, and " + Settings.INDEX + " is empty");
        }
        return named(otherwise.replace(TOPIC, topic), topic);
    }

    private static String replaced(String template, String topic, Matcher groups) {
        StringBuilder index = new StringBuilder();
        Matcher group = GROUP.matcher(template.replace(TOPIC, topic));
        while (group.find()) {
            String value = groups.group(group.group(1).charAt(0) - '0');
            group.appendReplacement(index, Matcher.quoteReplacement(value == null ? "" : value));
        }
        return group.appendTail(index).toString();
    }

    private static String named(String name, String topic) {
        String index = name.toLowerCase(Locale.ROOT);
        try {
            check(index);
        } catch (IllegalArgumentException e) {
            throw new BadRecordException("topic " + topic + ": index " + index + " " + e.getMessage(), e);
        }
        return index;
    }

    /** Refuses a name that can be that of no index, whatever the topic is. */
    static void checkName(String template) {
        if (!template.isEmpty()) {
            check(template.replace(TOPIC, "t"));
        }
    }

    private static void check(String name) {
        Matcher wrong = NOT_IN_A_NAME.matcher(name);
        if (wrong.find()) {
            throw new IllegalArgumentException("must not have '" + wrong.group() + "' in it");
        }
        if (name.isEmpty() || "_-+".indexOf(name.charAt(0)) >= 0 || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("must not be empty, . or .., nor begin with _, - or +");
        }
        if (name.length() > MAX_BYTES) {
            throw new IllegalArgumentException("must have at most " + MAX_BYTES + " characters");
        }
        if (!name.equals(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("must be in lower case");
        }
    }

    /** From topics that match to an index. */
    record Route(Pattern topics, String index) {
        /** Reads {@code regex:index}. */
        static Route parse(String text) {
            int colon = text.lastIndexOf(':'); // which no index may have
            if (colon <= 0) {
                throw new IllegalArgumentException("must be regex:index, is " + text);
            }
            Pattern topics = Pattern.compile(text.substring(0, colon)); // its exception is an IllegalArgumentException
            String index = text.substring(colon + 1);
            int groups = topics.matcher("").groupCount();
            Matcher group = GROUP.matcher(index);
            while (group.find()) {
                if (group.group(1).charAt(0) - '0' > groups) {
                    throw new IllegalArgumentException(
                            text + ": there is no group " + group.group() + " in the regular expression");
                }
            }
            check(GROUP.matcher(index.replace(TOPIC, "t")).replaceAll("g"));
            return new Route(topics, index);
        }
    }
}
