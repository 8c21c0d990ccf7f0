package dev.optimist.elasticsearch.testkit;

import java.nio.file.Path;
import java.util.List;

/** What tests of this module need to see of the testkit. */
public final class Javas {
    private Javas() {}

    /** Returns the programs of those that are installed here and have virtual threads, the oldest first. */
    public static List<Path> withVirtualThreads() {
        return JavaHome.all().stream()
                .filter(java -> java.major() >= 21)
                .map(java -> java.path().resolve("bin/java"))
                .toList();
    }
}
