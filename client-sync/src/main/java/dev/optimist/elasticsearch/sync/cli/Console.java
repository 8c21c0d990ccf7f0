package dev.optimist.elasticsearch.sync.cli;

import java.io.PrintStream;
import java.util.Set;

/**
 * What commands have in common.
 *
 * @param out results
 * @param err progress and errors
 * @param secrets what is not printed
 * @param ending of the process
 */
record Console(PrintStream out, PrintStream err, Set<String> secrets, Ending ending) {

    void say(String line) {
        out.println(line);
        out.flush();
    }

    void complain(String message) {
        err.println("sync: " + message);
        err.flush();
    }

    @Override
    public String toString() {
        return "Console";
    }
}
