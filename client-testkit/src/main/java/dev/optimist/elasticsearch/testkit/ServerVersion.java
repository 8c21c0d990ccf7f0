package dev.optimist.elasticsearch.testkit;

import java.util.List;
import java.util.Optional;

/**
 * Which version of Elasticsearch, and which Java it takes.
 *
 * @param number such as 9.5.3
 * @param why why this one, for people
 */
record ServerVersion(String number, String why) {
    static final String NEWEST = "9.5.3";
    static final String NEWEST_ON_JAVA_17 = "8.19.21";

    static ServerVersion chosen(String number) {
        return new ServerVersion(number, "as chosen");
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
        try {
            int major = Integer.parseInt(number.substring(0, Math.max(0, number.indexOf('.'))));
            if (major >= 7) {
                return major;
            }
        } catch (NumberFormatException notANumber) {
            throw new ServerStartException(
                    "Elasticsearch version: must be like " + NEWEST + ", is " + number, notANumber);
        }
        throw new ServerStartException("Elasticsearch version: must be 7.17 or later, is " + number, null);
    }
}
