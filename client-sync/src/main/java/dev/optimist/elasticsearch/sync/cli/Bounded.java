package dev.optimist.elasticsearch.sync.cli;

/** Prints lines up to a number, and how many more there were. For one thread. */
final class Bounded {
    private final Console console;
    private final int most;
    private long lines;

    Bounded(Console console, int most) {
        this.console = console;
        this.most = most;
    }

    void say(String line) {
        if (++lines <= most) {
            console.say(line);
        }
    }

    void end() {
        if (lines > most) {
            console.say("… and " + (lines - most) + " more");
        }
    }
}
