package dev.optimist.elasticsearch.bench;

import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * How long and how much is measured.
 *
 * @param quick whether only what the ratios need, and nothing but ratios is printed
 * @param parts what is measured, of {@link #PARTS}
 * @param contendedThreads on one document
 * @param contendedRounds for each of them, and for two JVMs
 * @param contendedSlice of one side in such a round
 * @param uncontendedRounds for each number of threads
 * @param uncontendedSlice of one side in such a round
 * @param manyDocuments of each side that has many
 * @param manyRounds for them
 * @param manySlice of one side in such a round, unless it goes once through all documents
 */
record Settings(
        boolean quick,
        Set<String> parts,
        List<Integer> contendedThreads,
        int contendedRounds,
        Span contendedSlice,
        int uncontendedRounds,
        Span uncontendedSlice,
        int manyDocuments,
        int manyRounds,
        Span manySlice) {

    /** The names of the parts of a run. */
    static final List<String> PARTS =
            List.of(Ratio.CONTENDED, Ratio.TWO_JVMS, Ratio.UNCONTENDED, Ratio.MANY, Ratio.SCRIPT);

    /** Those of a quick one: on one server. */
    static final List<String> QUICK_PARTS = PARTS.subList(0, 4);

    /** What ratios on one document are of. */
    static final List<Integer> RATIO_THREADS = List.of(8, 32, 128);

    static final List<Integer> UNCONTENDED_THREADS = List.of(1, 8, 32);

    private static final String PREFIX = "optimist.bench.";

    /**
     * Returns those that properties ask for; one that is missing or empty stays as it is by default.
     *
     * @throws IllegalArgumentException if one is out of its bounds, naming it
     */
    static Settings of(Properties properties) {
        boolean quick = Boolean.parseBoolean(properties.getProperty(PREFIX + "quick", "false"));
        int rounds = number(properties, "rounds", 1, 1000);
        int millis = number(properties, "millis", 100, 60_000);
        return new Settings(
                quick,
                parts(properties.getProperty(PREFIX + "only", ""), quick ? QUICK_PARTS : PARTS),
                quick ? RATIO_THREADS : List.of(1, 2, 8, 32, 128),
                or(rounds, 5),
                Span.ofMillis(quick ? 250 : 800, or(millis, quick ? 750 : 2500)),
                or(rounds, quick ? 5 : 15),
                Span.ofMillis(0, or(millis, quick ? 500 : 2000)),
                quick ? 20_000 : 100_000,
                or(rounds, 5),
                Span.ofMillis(0, or(millis, quick ? 500 : 5000)));
    }

    private static Set<String> parts(String only, List<String> all) {
        if (only.isBlank()) {
            return Set.copyOf(all);
        }
        Set<String> parts = new TreeSet<>();
        for (String part : only.split(",", -1)) {
            if (!all.contains(part.strip())) {
                throw new IllegalArgumentException(
                        PREFIX + "only must be of " + String.join(", ", all) + ", is " + only);
            }
            parts.add(part.strip());
        }
        return Set.copyOf(parts);
    }

    private static int or(int chosen, int otherwise) {
        return chosen == 0 ? otherwise : chosen;
    }

    /** Returns 0 for what is not set. */
    private static int number(Properties properties, String name, int least, int most) {
        String value = properties.getProperty(PREFIX + name, "");
        if (value.isEmpty()) {
            return 0;
        }
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(PREFIX + name + " must be a number, is " + value, e);
        }
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    PREFIX + name + " must be between " + least + " and " + most + ", is " + number);
        }
        return number;
    }
}
