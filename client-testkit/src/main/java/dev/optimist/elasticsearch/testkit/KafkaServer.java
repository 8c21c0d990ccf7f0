package dev.optimist.elasticsearch.testkit;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A running Kafka broker in KRaft mode, its own controller, as a child process that listens on loopback only. It ends when it is
 * closed and at the latest with this JVM, however that ends, and leaves nothing behind. Its program comes from Maven Central. For
 * {@link ConnectCluster}, and for whatever else speaks Kafka; no listener has a password. Thread-safe.
 *
 * <p>Topics are made as they are written to, with one partition; each has one replica.
 *
 * <pre>{@code
 * try (KafkaServer kafka = KafkaServer.start()) {
 *     Properties properties = new Properties();
 *     properties.put("bootstrap.servers", kafka.bootstrapServers());
 * }
 * }</pre>
 */
public final class KafkaServer implements AutoCloseable {
    private static final int ANSWER_MILLIS = 5_000;

    private final String version;
    private final KafkaProgram program;
    private final int port;

    private KafkaServer(String version, KafkaProgram program, int port) {
        this.version = version;
        this.program = program;
        this.port = port;
    }

    /**
     * Starts one and waits until it answers.
     *
     * @throws ServerStartException if it cannot be started, saying why
     */
    public static KafkaServer start() {
        return start(options -> {});
    }

    /**
     * Starts one and waits until it answers.
     *
     * @param options what kind
     * @throws ServerStartException if it cannot be started, saying why
     */
    public static KafkaServer start(Consumer<KafkaOptions> options) {
        KafkaOptions set = new KafkaOptions();
        options.accept(set);
        List<Path> jars = KafkaProgram.jars(set.version());
        return KafkaProgram.onFreePorts(2, ports -> start(set, jars, ports.get(0), ports.get(1)));
    }

    private static KafkaServer start(KafkaOptions set, List<Path> jars, int port, int controllerPort)
            throws IOException {
        KafkaProgram program = KafkaProgram.of("Kafka " + set.version(), "kafka", jars, set.javaOptions(), set.logs());
        try {
            Path properties = program.write("server.properties", settings(set, program.folder(), port, controllerPort));
            program.run("kafka.tools.StorageTool", "format", "--cluster-id", uuid(), "--config", properties.toString());
            program.start("kafka.Kafka", properties.toString());
            program.await(set.startTimeout(), () -> answers(port));
            return new KafkaServer(set.version(), program, port);
        } catch (IOException | RuntimeException e) {
            program.close();
            throw e;
        }
    }

    private static Map<String, String> settings(KafkaOptions set, Path folder, int port, int controllerPort) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.put("log.dirs", folder.resolve("data").toString());
        for (String topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            settings.put(topic + ".replication.factor", "1");
            settings.put(topic + ".num.partitions", "3");
        }
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("num.io.threads", "4");
        settings.put("log.cleaner.dedupe.buffer.size", "4194304"); // on the heap; 128 MB else
        settings.putAll(set.settings());
        return settings;
    }

    /** In Kafka's form: 22 characters of Base64 for URLs. */
    private static String uuid() {
        UUID random = UUID.randomUUID();
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(random.getMostSignificantBits()
                        & Long.MAX_VALUE) // no "-" at the beginning, an option to the tool
                .putLong(random.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Asks which requests it knows ({@code ApiVersions}, version 0), for which nobody needs a client of Kafka. */
    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(10); // the length
            out.writeShort(18); // ApiVersions
            out.writeShort(0);
            out.writeInt(1); // by which the answer is known
            out.writeShort(-1); // no client id
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int length = in.readInt();
            return length > 6 && in.readInt() == 1 && in.readShort() == 0;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Returns the setting {@code bootstrap.servers} of a client. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Returns the version of Kafka. */
    public String version() {
        return version;
    }

    /** Returns the process id of the broker. */
    public long pid() {
        return program.process().pid();
    }

    List<Path> jars() {
        return program.jars();
    }

    /** Ends the broker and waits for that. */
    @Override
    public void close() {
        program.close();
    }
}
