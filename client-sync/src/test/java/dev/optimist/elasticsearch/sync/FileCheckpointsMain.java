package dev.optimist.elasticsearch.sync;

import java.nio.file.Path;

/** Stores numbers, one after the other, and prints each once it is stored; until it is killed. */
final class FileCheckpointsMain {
    private FileCheckpointsMain() {}

    public static void main(String[] arguments) {
        Checkpoints checkpoints = Checkpoints.inFile(Path.of(arguments[0]));
        for (long n = Long.parseLong(checkpoints.load().orElse("0")) + 1; ; n++) {
            checkpoints.store(Long.toString(n));
            System.out.println(n);
        }
    }
}
