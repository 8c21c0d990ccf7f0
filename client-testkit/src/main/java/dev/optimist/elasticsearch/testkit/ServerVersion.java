package dev.optimist.elasticsearch.testkit;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which version of Elasticsearch, and which Java it takes.
 *
 * @param number such as 9.5.3
 * @param why why this one, for people
 */
record ServerVersion(String number, String why) {
    static final String NEWEST = "9.5.3";
    static final String NEWEST_ON_JAVA_17 = "8.19.21";

    private static final Pattern NUMBER = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.\\d+(-[A-Za-z0-9.-]+)?");

    /**
     * The version that the user asks for.
     *
     * @throws ServerStartException if this is no version, or one that the testkit does not start
     */
    static ServerVersion chosen(String number) {
        ServerVersion version = new ServerVersion(number, "as chosen");
        version.major(); // refused here rather than half-way
        return version;
    }

    /** The newest version that one of these can run. */
    static ServerVersion newestFor(List<JavaHome> homes) {
        Optional<JavaHome> java = new ServerVersion(NEWEST, "").java(homes);
        return java.map(home -> new ServerVersion(NEWEST, "the newest, as there is a Java " + home.major()))
                .orElseGet(() ->
                        new ServerVersion(NEWEST_ON_JAVA_17, "the newest that runs without a Java of 21 or later"));
    }

    Optional<JavaHome> java(List<JavaHome> homes) {
        return JavaHome.between(homes, leastJava(), mostJava());
    }

    int leastJava() {
        return switch (major()) {
            case 7 -> 11;
            case 8 -> 17;
            default -> 21;
        };
    }

    private int mostJava() {
        return major() == 7 ? 21 : Integer.MAX_VALUE;
    }

    int major() {
        Matcher m = NUMBER.matcher(number);
        if (!m.matches()) {
            throw new ServerStartException("Elasticsearch version: must be like " + NEWEST + ", is " + number, null);
        }
        int major = Integer.parseInt(m.group(1));
        int minor = Integer.parseInt(m.group(2));
        if (major < 7 || (major == 7 && minor < 17)) {
            throw new ServerStartException("Elasticsearch version: must be 7.17 or later, is " + number, null);
        }
        return major;
    }
}
