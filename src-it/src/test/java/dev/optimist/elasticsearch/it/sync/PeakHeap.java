package dev.optimist.elasticsearch.it.sync;

import dev.optimist.elasticsearch.sync.cli.SyncMain;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The heap of a process that is killed, as the process itself sees it. It runs the command line with a thread beside it that
 * writes into a mapped file, which outlives a SIGKILL.
 *
 * @param peak bytes: the sum of the pools' own peaks, so never less than what was in use at any one moment
 * @param limit bytes: what {@code -Xmx} leaves it, which is less by a survivor space
 */
record PeakHeap(long peak, long limit) {
    private static final String FILE = "optimist.heap";
    private static final long EVERY_MILLIS = 20;

    /** What makes a JVM run this, and write into a file; an error for want of memory ends it. */
    static List<String> program(Path file) {
        return List.of(
                "-XX:+ExitOnOutOfMemoryError",
                "-D" + FILE + "=" + file,
                "-classpath",
                System.getProperty("java.class.path"),
                PeakHeap.class.getName());
    }

    static PeakHeap read(Path file) throws IOException {
        ByteBuffer written = ByteBuffer.wrap(Files.readAllBytes(file));
        return new PeakHeap(written.getLong(), written.getLong());
    }

    public static void main(String[] arguments) throws IOException {
        MappedByteBuffer file;
        try (FileChannel channel = FileChannel.open(
                Path.of(System.getProperty(FILE)),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            file = channel.map(FileChannel.MapMode.READ_WRITE, 0, 2 * Long.BYTES);
        }
        file.putLong(Long.BYTES, Runtime.getRuntime().maxMemory());
        Thread watch = new Thread(() -> watch(file), "peak-heap");
        watch.setDaemon(true);
        watch.start();
        SyncMain.main(arguments);
    }

    private static void watch(MappedByteBuffer file) {
        List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
        try {
            while (true) {
                file.putLong(
                        0,
                        heap.stream()
                                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                                .sum());
                Thread.sleep(EVERY_MILLIS);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts it", e);
        }
    }
}
