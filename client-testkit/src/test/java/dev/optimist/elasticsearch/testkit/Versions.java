package dev.optimist.elasticsearch.testkit;

import java.util.List;

/** For parameters of tests. Both ways in which a server starts: by itself, and by a launcher, as since 8.0. */
final class Versions {
    static final String OLDEST = "7.17.29";

    /** 9, or 8 where there is no Java for it. */
    static final String NEWEST = ServerVersion.newestFor(JavaHome.all()).number();

    private Versions() {}

    static List<String> oldestAndNewest() {
        return List.of(OLDEST, NEWEST);
    }
}
