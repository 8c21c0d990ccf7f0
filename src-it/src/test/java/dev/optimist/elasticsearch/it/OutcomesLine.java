package dev.optimist.elasticsearch.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Prints what {@link OutcomesIT} has counted, as the last line of the profile {@code outcomes}. */
public final class OutcomesLine {
    private OutcomesLine() {}

    /** Takes the file. */
    public static void main(String[] args) throws IOException {
        System.out.print(Files.readString(Path.of(args[0])));
    }
}
