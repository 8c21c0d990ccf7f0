package dev.optimist.elasticsearch.testkit;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Workers of Kafka Connect in distributed mode, each a child process that listens on loopback only. They end when this is closed
 * and at the latest with this JVM, however that ends, and leave nothing behind but their topics. Workers can be added, killed,
 * made to stand still and ended. Thread-safe.
 *
 * <pre>{@code
 * try (KafkaServer kafka = KafkaServer.start();
 *         ConnectCluster connect = ConnectCluster.start(kafka, o -> o.workers(2).plugin(zip))) {
 *     connect.connectors().put("sink", Map.of("connector.class", "OptimisticSinkConnector", "topics", "products"));
 *     connect.connectors().awaitRunning("sink", 1, Duration.ofMinutes(1));
 * }
 * }</pre>
 */
public final class ConnectCluster implements AutoCloseable {
    private final KafkaServer kafka;
    private final ConnectClusterOptions options;
    private final PluginFolder plugins;
    private final String group = "connect-" + UUID.randomUUID();
    private final List<ConnectWorker> workers = new CopyOnWriteArrayList<>();
    private final Connectors connectors = new Connectors(this::urls);

    private ConnectCluster(KafkaServer kafka, ConnectClusterOptions options, PluginFolder plugins) {
        this.kafka = kafka;
        this.options = options;
        this.plugins = plugins;
    }

    /**
     * Starts one and waits until all of its workers answer.
     *
     * @param kafka whose version the workers have; closing it is yours, after this
     * @param options what the workers are to be
     * @throws ServerStartException if it cannot be started, saying why
     */
    public static ConnectCluster start(KafkaServer kafka, Consumer<ConnectClusterOptions> options) {
        ConnectClusterOptions set = new ConnectClusterOptions();
        options.accept(set);
        PluginFolder plugins;
        try {
            plugins = PluginFolder.of(set.plugins(), set.artifacts(), set.classes());
        } catch (IOException e) {
            throw new ServerStartException("Plugins cannot be copied: " + e, e);
        }
        ConnectCluster cluster = new ConnectCluster(kafka, set, plugins);
        try {
            for (int i = 0; i < set.workers(); i++) {
                cluster.addWorker();
            }
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /**
     * Starts one more and waits until it answers.
     *
     * @return its number; they are counted from 0 on
     * @throws ServerStartException if it cannot be started, saying why
     */
    public synchronized int addWorker() {
        int number = workers.size();
        workers.add(KafkaProgram.onFreePorts(
                1,
                ports -> ConnectWorker.start(
                        number, kafka, options, settings(plugins.path(), ports.get(0)), ports.get(0))));
        return number;
    }

    private Map<String, String> settings(Path pluginPath, int port) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("bootstrap.servers", kafka.bootstrapServers());
        settings.put("group.id", group);
        for (String topic : List.of("config", "offset", "status")) {
            settings.put(topic + ".storage.topic", group + "-" + topic);
            settings.put(topic + ".storage.replication.factor", "1");
        }
        settings.put("offset.storage.partitions", "3");
        settings.put("status.storage.partitions", "1");
        settings.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
        settings.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        settings.put("listeners", "http://127.0.0.1:" + port);
        settings.put("rest.advertised.host.name", "127.0.0.1");
        settings.put("rest.advertised.port", Integer.toString(port));
        settings.put("plugin.path", pluginPath.toString());
        settings.put("offset.flush.interval.ms", "1000");
        settings.put("scheduled.rebalance.max.delay.ms", "2000");
        settings.putAll(options.settings());
        return settings;
    }

    /** Returns the connectors, by whichever worker answers. */
    public Connectors connectors() {
        return connectors;
    }

    /** Returns the numbers of the workers that run and do not stand still. */
    public List<Integer> running() {
        return IntStream.range(0, workers.size())
                .filter(number -> workers.get(number).answers())
                .boxed()
                .toList();
    }

    private List<String> urls() {
        return running().stream().map(this::url).toList();
    }

    /** Returns the address of a worker. */
    public String url(int worker) {
        return worker(worker).url();
    }

    /** Returns what the status of a task calls this worker: {@code host:port}. */
    public String workerId(int worker) {
        return worker(worker).url().substring("http://".length());
    }

    /** Returns the process id of a worker. */
    public long pid(int worker) {
        return worker(worker).pid();
    }

    /**
     * Returns a connection to the JMX of a worker, for its metrics; closing it is yours. Attaches to its JVM, so this one has to
     * have the module {@code jdk.attach}.
     */
    @SuppressWarnings("BanJNDI") // it is a child of this JVM that answers
    public JMXConnector jmx(int worker) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid(worker)));
            try {
                return JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException(e);
        }
    }

    /** SIGKILL; waits for the end. */
    public void killWorker(int worker) {
        worker(worker).kill();
    }

    /** SIGSTOP: it stands still, and the others take it for dead after a while. */
    public void pauseWorker(int worker) {
        worker(worker).pause();
    }

    /** SIGCONT: it goes on where it was, whatever the others have done meanwhile. */
    public void resumeWorker(int worker) {
        worker(worker).resume();
    }

    /** SIGTERM; waits for the end. */
    public void stopWorker(int worker) {
        worker(worker).close();
    }

    private ConnectWorker worker(int number) {
        if (number < 0 || number >= workers.size()) {
            throw new IllegalArgumentException("worker must be below " + workers.size() + ", is " + number);
        }
        return workers.get(number);
    }

    /** Ends all workers and waits for that. */
    @Override
    public void close() {
        workers.parallelStream().forEach(ConnectWorker::close);
        plugins.close();
    }
}
