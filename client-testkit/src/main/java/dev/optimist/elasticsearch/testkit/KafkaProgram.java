package dev.optimist.elasticsearch.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A JVM with one of Kafka's programs, of the Java that this one has, and the folder of all that it writes. */
final class KafkaProgram implements AutoCloseable {
    /** The binding that Kafka's own distribution has; its version is that of the log4j-core which Kafka asks for. */
    private static final String LOG_BINDING = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.5";

    private static final String LOG_SETTINGS = """
            rootLogger.level=INFO
            rootLogger.appenderRef.stdout.ref=STDOUT
            appender.console.type=Console
            appender.console.name=STDOUT
            appender.console.layout.type=PatternLayout
            appender.console.layout.pattern=[%d] %p %X{connector.context}%m (%c{1}:%L)%n
            """;

    private static final int STARTS = 3;
    private static final int PAUSE_MILLIS = 50;

    private final String title;
    private final List<Path> jars;
    private final Path folder;
    private final Supervised supervised;
    private volatile @Nullable ProcessHandle process;

    private KafkaProgram(String title, List<Path> jars, Supervised supervised) {
        this.title = title;
        this.jars = jars;
        this.folder = supervised.folder();
        this.supervised = supervised;
    }

    /** Returns the class path of broker and workers of this version, from Maven Central. */
    static List<Path> jars(String version) {
        List<String> coordinates = new ArrayList<>();
        for (String artifact : List.of("kafka_2.13", "connect-runtime", "connect-json", "connect-transforms")) {
            coordinates.add("org.apache.kafka:" + artifact + ":" + version);
        }
        coordinates.add(LOG_BINDING);
        return MavenArtifacts.resolve(coordinates, Set.of());
    }

    /** What is done with ports. */
    interface OnPorts<T> {
        T run(List<Integer> ports) throws IOException;
    }

    /**
     * Does something with ports that are free now. Kafka has to be told which, and somebody else may take one until it binds:
     * then it is done again with others.
     */
    static <T> T onFreePorts(int count, OnPorts<T> what) {
        for (int start = 1; ; start++) {
            try {
                return what.run(freePorts(count));
            } catch (PortTakenException e) {
                if (start == STARTS) {
                    throw new ServerStartException(String.valueOf(e.getMessage()), e);
                }
            } catch (IOException e) {
                throw new ServerStartException("Kafka cannot be started: " + e, e);
            }
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    static final class PortTakenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PortTakenException(String message) {
            super(message);
        }
    }

    /**
     * Returns one that does not run yet; its main class and arguments are those of {@link #start}.
     *
     * @param title for messages
     * @param name of the log
     * @param logs where that is kept; it goes with the program if null
     */
    static KafkaProgram of(String title, String name, List<Path> jars, List<String> javaOptions, @Nullable Path logs)
            throws IOException {
        Path folder = Files.createTempDirectory("optimist-kafka-").toRealPath();
        Path log = folder.resolve("out.log");
        if (logs != null) {
            log = Files.createDirectories(logs).resolve(name + ".log");
            Files.deleteIfExists(log); // of a run before
        }
        // what is started is in a file, as it is not known yet
        Supervised supervised = Supervised.of(
                folder,
                log,
                List.of(java(), "@" + folder.resolve("jvm.options"), "@" + folder.resolve("main")),
                Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8", "HOME", folder.toString()));
        KafkaProgram program = new KafkaProgram(title, jars, supervised);
        try {
            Files.createDirectory(folder.resolve("tmp"));
            Files.writeString(folder.resolve("log4j2.properties"), LOG_SETTINGS);
            List<String> options = new ArrayList<>(javaOptions);
            options.add("-Djava.io.tmpdir=" + folder.resolve("tmp"));
            options.add("-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"));
            options.add("-Djava.awt.headless=true");
            options.add("-classpath");
            options.add(jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
            Files.write(
                    folder.resolve("jvm.options"),
                    options.stream().map(KafkaProgram::quoted).toList());
            return program;
        } catch (IOException | RuntimeException e) {
            program.close();
            throw e;
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** As a file of arguments has it. */
    private static String quoted(String argument) {
        return "\"" + argument.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** Writes a file of properties into its folder. */
    Path write(String name, Map<String, String> properties) throws IOException {
        Properties all = new Properties();
        properties.forEach(all::setProperty);
        Path file = folder.resolve(name);
        try (var writer = Files.newBufferedWriter(file)) {
            all.store(writer, null);
        }
        return file;
    }

    /** Runs another of Kafka's programs to its end. */
    void run(String mainClass, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                java(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-classpath",
                jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                mainClass));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        Programs.run(builder, "");
    }

    /** Starts it; does not wait. */
    void start(String mainClass, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(mainClass));
        all.addAll(List.of(arguments));
        Files.write(
                folder.resolve("main"), all.stream().map(KafkaProgram::quoted).toList());
        supervised.start();
    }

    /**
     * Waits until it is ready.
     *
     * @throws ServerStartException if it ends before, or is not within this time
     */
    void await(Duration limit, BooleanSupplier ready) {
        long end = System.nanoTime() + limit.toNanos();
        while (!ready.getAsBoolean()) {
            String log = ". The end of its log:\n" + supervised.logTail();
            if (!supervised.isAlive()) {
                String message =
                        title + " ended with status " + supervised.exitStatus() + " while it was starting" + log;
                if (log.contains("BindException") || log.contains("Address already in use")) {
                    throw new PortTakenException(message);
                }
                throw new ServerStartException(message, null);
            }
            if (System.nanoTime() > end) {
                throw new ServerStartException(
                        title + " was not ready within " + limit.toMillis() / 1000.0 + " s" + log, null);
            }
            pause();
        }
        process = supervised
                .processes()
                .filter(each ->
                        each.info().command().filter(c -> c.endsWith("java")).isPresent())
                .findFirst()
                .orElseThrow(() -> new ServerStartException(title + " is gone already", null));
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerStartException("Interrupted while waiting for Kafka", e);
        }
    }

    /** Returns its JVM, once it was ready. */
    ProcessHandle process() {
        ProcessHandle known = process;
        if (known == null) {
            throw new IllegalStateException(title + " was not started");
        }
        return known;
    }

    /** SIGKILL; waits for the end. */
    void kill() {
        ChildProcesses.kill(title, process());
    }

    /** Sends a signal of this name. */
    void signal(String name) {
        if (!process().isAlive()) {
            throw new IllegalStateException(title + " does not run");
        }
        try {
            ChildProcesses.signal(name, process());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Path> jars() {
        return jars;
    }

    Path folder() {
        return folder;
    }

    /** Ends it and waits for that; its folder is gone then. */
    @Override
    public void close() {
        ProcessHandle known = process;
        if (known != null && known.isAlive()) {
            signal("CONT"); // one that stands still would not heed the SIGTERM
        }
        supervised.close();
    }
}
