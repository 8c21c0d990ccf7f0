package dev.optimist.elasticsearch.sync.cli;

/** What the process ends with. The help of each command says which it uses. */
final class ExitStatus {
    static final int DONE = 0;
    static final int FAILED = 1;

    /** As picocli has it for wrong arguments. */
    static final int WRONG_CONFIG = 2;

    static final int DIFFERENT = 3;
    static final int STOPPED = 4;

    private ExitStatus() {}
}
