package dev.optimist.elasticsearch.it;

import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Calls from virtual threads, each of which changes documents that all change, and one of its own; and what Java's flight
 * recorder has to say of it. For Java 21 and later, compiled for 17.
 */
final class VirtualThreadsMain {
    static final int HOT = 4;

    /** Each caller's on hot documents, besides one that returns a future. */
    static final int CALLS = 3;

    record Counter(int n) {
        Counter plus(int more) {
            return new Counter(n + more);
        }
    }

    /** Waits in its initializer, from where no Java can take a virtual thread off its carrier. */
    private static final class PinnedOnPurpose {
        static final long SINCE = waited();

        private static long waited() {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            return System.nanoTime();
        }
    }

    private VirtualThreadsMain() {}

    /** Arguments: the address of the server, an index, how many callers, the file for what was seen. */
    public static void main(String[] args) throws Exception {
        int callers = Integer.parseInt(args[2]);
        Properties seen = new Properties();
        try (Recording recording = new Recording();
                VersionedClient client = VersionedClient.connect(args[0])) {
            recording
                    .enable("jdk.VirtualThreadPinned")
                    .withThreshold(Duration.ZERO)
                    .withStackTrace();
            VersionedDocuments<Counter> counters = client.documents(args[1], Counter.class);
            for (int i = 0; i < HOT; i++) {
                counters.create("warm-hot-" + i, new Counter(0));
                counters.create("hot-" + i, new Counter(0));
            }
            // most classes are loaded and initialized here, which pins those who wait for it
            onVirtualThreads(callers, caller -> call(counters, "warm-", caller));
            recording.start();
            onVirtualThreads(callers, caller -> call(counters, "", caller));
            seen.setProperty(
                    "threads",
                    Integer.toString(ManagementFactory.getThreadMXBean().getPeakThreadCount()));
            onVirtualThreads(1, caller -> System.out.println(PinnedOnPurpose.SINCE));
            recording.stop();
            Path file = Files.createTempFile("pinned-", ".jfr");
            recording.dump(file);
            report(file, seen);
        }
        seen.setProperty("java", Runtime.version().toString());
        try (var out = Files.newBufferedWriter(Path.of(args[3]))) {
            seen.store(out, null);
        }
        System.exit(0);
    }

    private interface Caller {
        void call(int number);
    }

    private static void onVirtualThreads(int callers, Caller caller) throws Exception {
        ExecutorService threads = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            int number = i;
            all.add(threads.submit(() -> caller.call(number)));
        }
        for (Future<?> each : all) {
            each.get();
        }
        threads.shutdown();
    }

    private static void call(VersionedDocuments<Counter> counters, String prefix, int caller) {
        for (int i = 0; i < CALLS; i++) {
            counters.readModifyWrite(prefix + "hot-" + (caller + i) % HOT, c -> {
                if (caller % 100 == 0) {
                    LockSupport.parkNanos(Duration.ofMillis(1).toNanos()); // a function that waits for something
                }
                return c.plus(1);
            });
        }
        counters.create(prefix + "own-" + caller, new Counter(0));
        counters.readModifyWrite(prefix + "own-" + caller, c -> c.plus(1));
        counters.async()
                .readModifyWrite(prefix + "hot-" + caller % HOT, c -> c.plus(1))
                .join();
    }

    private static void report(Path file, Properties seen) throws IOException {
        List<String> pinned = new ArrayList<>();
        int control = 0;
        int loading = 0;
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            String frames = event.getStackTrace() == null
                    ? ""
                    : event.getStackTrace().getFrames().stream()
                            .map(frame -> frame.getMethod().getType().getName() + "."
                                    + frame.getMethod().getName())
                            .collect(Collectors.joining(" < "));
            if (frames.contains("PinnedOnPurpose")) {
                control++;
            } else if (frames.contains("java.lang.ClassLoader.loadClass")) {
                // who needs a class that another is just loading is pinned by the VM, once a class; some it loads late,
                // as those that only a signature names, when it compiles the method
                loading++;
            } else if (frames.contains("dev.optimist")) {
                pinned.add(frames);
            }
        }
        seen.setProperty("control", Integer.toString(control));
        seen.setProperty("loading", Integer.toString(loading));
        seen.setProperty("pinned", String.join("\n", pinned));
    }
}
