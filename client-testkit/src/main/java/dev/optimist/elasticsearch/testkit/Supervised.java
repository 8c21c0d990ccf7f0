package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A program as child processes, with a folder that goes when it goes.
 *
 * <p>Between this JVM and the program stands a shell that reads from a pipe. When the pipe closes, because this object is
 * closed or because this JVM has died, even by SIGKILL, it ends the program and removes the folder: one way for both. The shell
 * outlives its program, however that ends, so that it can be started again in the same folder.
 */
final class Supervised implements AutoCloseable {
    /**
     * Arguments: the folder, the file of what it prints, the command. Each line that it reads starts the program, after the end
     * of the one before. The program has a process group of its own ({@code set -m}): it is ended with all that it has started,
     * and gets nothing of what a terminal sends to ours, Ctrl-C above all. What a program has ended with is in a file of its own
     * for each start, so that the end of the one before is not taken for its end.
     */
    private static final String SUPERVISOR = """
            folder=$1; log=$2; shift 2
            trap '' INT HUP TERM
            starts=0 group=
            start() {
              starts=$((starts + 1))
              set -m
              ( trap : TERM
                "$@" >>"$log" 2>&1
                echo $? >"$folder/ended.tmp"; mv "$folder/ended.tmp" "$folder/ended-$starts" ) </dev/null &
              group=$!
              set +m
            }
            end() {
              for signal in TERM KILL; do
                kill -$signal -- -$group 2>/dev/null
                for i in {1..150}; do kill -0 -- -$group 2>/dev/null || return; sleep 0.1; done
              done
            }
            while read -r start; do
              [ "$group" ] && end
              start "$@"
            done
            [ "$group" ] && end
            for i in {1..50}; do rm -rf "$folder" 2>/dev/null && break; sleep 0.1; done
            """;

    /** The supervisor grants the program 15 s; on a busy machine all takes longer. */
    private static final int SECONDS_TO_END = 60;

    private final Path folder;
    private final Path log;
    private final Process supervisor;
    private final AtomicInteger starts = new AtomicInteger();

    private Supervised(Path folder, Path log, Process supervisor) {
        this.folder = folder;
        this.log = log;
        this.supervisor = supervisor;
    }

    /**
     * Returns a program that does not run yet. Whatever happens from here on, the folder and its processes go at the latest with
     * this JVM.
     *
     * @param folder that is there; where the program is, too, so that what it writes to where it is, such as a dump of its heap,
     *     goes with it
     * @param log the file of what it prints
     * @param environment all of it
     */
    static Supervised of(Path folder, Path log, List<String> program, Map<String, String> environment)
            throws IOException {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", SUPERVISOR, "supervisor", folder.toString(), log.toString()));
        command.addAll(program);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return new Supervised(folder, log, builder.start());
        } catch (IOException e) { // no bash, say
            Folders.delete(folder);
            throw e;
        }
    }

    /** Starts it, after the orderly end of the one that runs, if one does; does not wait. */
    void start() throws IOException {
        starts.incrementAndGet();
        OutputStream start = supervisor.getOutputStream();
        start.write('\n');
        start.flush();
    }

    Path folder() {
        return folder;
    }

    boolean isAlive() {
        return supervisor.isAlive() && !Files.exists(ended());
    }

    /** Returns the exit status of a program that has ended by itself. */
    String exitStatus() {
        try {
            return Files.readString(ended()).strip();
        } catch (IOException noSupervisor) {
            return "unknown";
        }
    }

    private Path ended() {
        return folder.resolve("ended-" + starts);
    }

    /** Returns all processes of it. */
    Stream<ProcessHandle> processes() {
        return supervisor.descendants();
    }

    /** Returns the end of what it has printed. */
    String logTail() {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - 20), all.size()));
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }

    /** Ends it and waits for that, unless the thread is interrupted: then it ends all the same. */
    @Override
    public void close() {
        try {
            supervisor.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            if (!supervisor.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                throw new IllegalStateException("It does not end: " + folder);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
