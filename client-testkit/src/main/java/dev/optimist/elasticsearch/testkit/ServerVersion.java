package dev.optimist.elasticsearch.testkit;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which server, and which version of it.
 *
 * @param product whose it is
 * @param number such as 9.5.3
 * @param why why this one, for people
 */
record ServerVersion(Product product, String number, String why) {
    static final String NEWEST = "9.5.3";
    static final String NEWEST_ON_JAVA_17 = "8.19.21";

    private static final String OPENSEARCH = "opensearch-";
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.\\d+(-[A-Za-z0-9.-]+)?");

    /**
     * The version that the user asks for.
     *
     * @param name as {@link #name()} returns it
     * @throws ServerStartException if this is no version, or one that the testkit does not start
     */
    static ServerVersion chosen(String name) {
        boolean open = name.startsWith(OPENSEARCH);
        ServerVersion version = new ServerVersion(
                open ? Product.OPENSEARCH : Product.ELASTICSEARCH,
                open ? name.substring(OPENSEARCH.length()) : name,
                "as chosen");
        version.generation(); // refused here rather than half-way
        return version;
    }

    static ServerVersion elasticsearch(String number, String why) {
        return new ServerVersion(Product.ELASTICSEARCH, number, why);
    }

    /** The newest version that one of these can run. */
    static ServerVersion newestFor(List<JavaHome> homes) {
        Optional<JavaHome> java = elasticsearch(NEWEST, "").generation().java(homes);
        return java.map(home -> elasticsearch(NEWEST, "the newest, as there is a Java " + home.major()))
                .orElseGet(
                        () -> elasticsearch(NEWEST_ON_JAVA_17, "the newest that runs without a Java of 21 or later"));
    }

    /** Returns what the user chooses it by: its number, and before that of OpenSearch {@code opensearch-}. */
    String name() {
        return product == Product.OPENSEARCH ? OPENSEARCH + number : number;
    }

    /** Returns its name for people. */
    String title() {
        return product.title() + " " + number;
    }

    int major() {
        return Integer.parseInt(parts().group(1));
    }

    /**
     * Returns how it is started.
     *
     * @throws ServerStartException if the testkit does not start it
     */
    Generation generation() {
        Matcher parts = parts();
        int minor = Integer.parseInt(parts.group(2));
        return Generation.of(product, major(), minor)
                .orElseThrow(() -> new ServerStartException(
                        "optimist.testkit.version must be " + Generation.SUPPORTED + ", is " + name(), null));
    }

    private Matcher parts() {
        Matcher parts = NUMBER.matcher(number);
        if (!parts.matches()) {
            throw new ServerStartException(
                    "optimist.testkit.version must be like " + NEWEST + " or " + OPENSEARCH + "3.6.0, is " + name(),
                    null);
        }
        return parts;
    }
}
