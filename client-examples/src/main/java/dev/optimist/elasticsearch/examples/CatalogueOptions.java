package dev.optimist.elasticsearch.examples;

import java.util.random.RandomGenerator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What of the {@link Catalogue} is to be otherwise. */
final class CatalogueOptions {
    /** Where the changes are read. */
    enum From {
        /** In the table, by queries. */
        JDBC,
        /** In PostgreSQL's log, by Debezium. */
        LOG
    }

    private abstract static class WholeNumber implements ITypeConverter<Integer> {
        private final int least;
        private final int most;

        private WholeNumber(int least, int most) {
            this.least = least;
            this.most = most;
        }

        @Override
        public Integer convert(String value) {
            // 9 digits fit
            if (value.matches("[0-9]{1,9}")) {
                int number = Integer.parseInt(value);
                if (number >= least && number <= most) {
                    return number;
                }
            }
            throw new TypeConversionException(
                    "must be a whole number between " + least + " and " + most + ", is '" + value + "'");
        }
    }

    static final class Seconds extends WholeNumber {
        Seconds() {
            super(1, 600);
        }
    }

    static final class Products extends WholeNumber {
        Products() {
            super(100, 100_000);
        }
    }

    static final class Rate extends WholeNumber {
        Rate() {
            super(10, 10_000);
        }
    }

    @Option(
            names = "--seconds",
            paramLabel = "N",
            converter = Seconds.class,
            description = "How long the products change, 1 to 600; ${DEFAULT-VALUE} by default.")
    int seconds = 15;

    @Option(
            names = "--products",
            paramLabel = "N",
            converter = Products.class,
            description = "How many there are at the beginning, 100 to 100000; ${DEFAULT-VALUE} by default.")
    int products = 2_000;

    @Option(
            names = "--rate",
            paramLabel = "N",
            converter = Rate.class,
            description = "How many changes a second there are at most, 10 to 10000; ${DEFAULT-VALUE} by default.")
    int rate = 600;

    @Option(
            names = "--source",
            paramLabel = "FROM",
            description = "Where the changes are read: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} by default.")
    From source = From.JDBC;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of the random numbers; another one each time by default.")
    long seed = RandomGenerator.getDefault().nextLong();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Prints this.")
    boolean help;
}
