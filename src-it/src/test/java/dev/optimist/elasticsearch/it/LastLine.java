package dev.optimist.elasticsearch.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Prints what a test has counted, as the last line of its profile. */
public final class LastLine {
    private LastLine() {}

    /** Takes the file. */
    public static void main(String[] args) throws IOException {
        System.out.print(Files.readString(Path.of(args[0])));
    }
}
