package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.nio.file.Path;

/** For a {@link ChildJvm}: waits for a line, then unpacks. Arguments: version, cache folder. */
final class DistributionMain {
    private DistributionMain() {}

    public static void main(String[] arguments) throws IOException {
        System.out.println("ready=" + ProcessHandle.current().pid());
        if (System.in.read() >= 0) {
            System.out.println("home=" + Distribution.home(ServerVersion.chosen(arguments[0]), Path.of(arguments[1])));
        }
    }
}
