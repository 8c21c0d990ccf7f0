package dev.optimist.elasticsearch.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.optimist.elasticsearch.ExternalVersionWriter;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.internal.CheckedJson;
import dev.optimist.elasticsearch.testkit.ConnectCluster;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import dev.optimist.elasticsearch.testkit.KafkaServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.storage.Converter;

/**
 * The sink on Kafka Connect with three tasks against {@code ExternalVersionWriter} alone in one process: the same records, in a
 * topic and in memory, as JSON in bytes. In turns, on one server; each fills an index of its own, which is counted and deleted.
 * Beside them, a loop by hand over a consumer, which is what a sink without Connect would be. Then the same with two workers, and
 * how long the workers' conversion takes. Prints a line for each ratio.
 */
public final class ConnectBench implements AutoCloseable {
    /** What the sink is compared with: documents that are text, by what is public. */
    static final String WRITER = "writer";

    /** The same with documents that need not be looked at any more, as the sink has them. */
    static final String WRITER_BYTES = "writer-bytes";

    /** A loop by hand over a consumer, in one process with the writer: what of the sink's cost is Kafka's and not Connect's. */
    static final String CONSUMER = "consumer-bytes";

    private static final String CONNECTOR = "dev.optimist.elasticsearch.connect.OptimisticSinkConnector";
    private static final int TASKS = 3;
    private static final int MAX_POLL = 2000;

    /** The sink's; the writer's own is 1000. */
    private static final int BATCH_SIZE = Integer.getInteger("optimist.bench.batchSize", 1000);

    /** Rounds until the workers' compilers have done their work, about. */
    private static final int WARM_UP = 3;

    private static final String INDEX = "connect";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final ElasticsearchServer server;
    private final VersionedClient client;
    private final KafkaServer kafka;
    private final ConnectCluster connect;
    private final Admin admin;
    private final KafkaProducer<String, byte[]> producer;
    private final int documents;
    private final String workerOptions;
    private final List<byte[]> records = new ArrayList<>();
    private final ConnectFigures figures = new ConnectFigures();
    private int connectors;

    private ConnectBench(int documents, String workerOptions, Path plugin, Path logs) throws Exception {
        this.documents = documents;
        this.workerOptions = workerOptions;
        this.server = ElasticsearchServer.start(o -> o.javaOptions("-Xms1g", "-Xmx1g", "-XX:-AlwaysPreTouch"));
        this.client = VersionedClient.connect(server.url());
        this.kafka = KafkaServer.start(
                o -> o.javaOptions("-Xms384m", "-Xmx384m", "-XX:+UseSerialGC").logs(logs));
        this.connect = ConnectCluster.start(
                kafka,
                o -> o.javaOptions(workerOptions.split(" "))
                        .plugin(plugin)
                        .plugin(Converter.class, TimedConverter.class, Conversion.class, ConversionMBean.class)
                        .logs(logs));
        Map<String, Object> servers = Map.of("bootstrap.servers", kafka.bootstrapServers());
        this.admin = Admin.create(servers);
        // a topic that is a moment old has idempotent producers out of order for ever
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "enable.idempotence", false),
                new StringSerializer(),
                new ByteArraySerializer());
        ObjectMapper mapper = new ObjectMapper();
        for (int i = 0; i < documents; i++) {
            records.add(mapper.writeValueAsBytes(SyncBench.Product.of(i)));
        }
    }

    /**
     * Runs.
     *
     * @param arguments the folder for the figures, and the plugin's zip
     */
    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.getInteger("optimist.bench.rounds", 5);
        int documents = Integer.getInteger("optimist.bench.documents", 400_000);
        Path folder = Path.of(arguments[0]);
        try (ConnectBench bench = new ConnectBench(
                documents,
                Objects.requireNonNull(
                        System.getProperty("optimist.bench.workerOptions"), "optimist.bench.workerOptions is not set"),
                Path.of(arguments[1]),
                folder.resolve("connect-bench"))) {
            bench.series(1, rounds);
            bench.conversion();
            bench.connect.addWorker();
            bench.series(2, rounds);
            bench.figures.write(folder, bench.circumstances(rounds));
            bench.figures.lines().forEach(System.out::println);
        }
    }

    private void fill(String topic, ValueForm form) {
        for (int i = 0; i < documents; i++) {
            ProducerRecord<String, byte[]> record =
                    new ProducerRecord<>(topic, Integer.toString(i), form.inTopic(records.get(i)));
            record.headers().add("version", Long.toString(version(i)).getBytes(StandardCharsets.UTF_8));
            var unused = producer.send(record);
        }
        producer.flush();
    }

    private static long version(int document) {
        return 1_000_000L + document;
    }

    private void series(int workers, int rounds) throws Exception {
        List<ValueForm> forms = List.of(ValueForm.values());
        for (int round = -WARM_UP; round < rounds; round++) {
            for (int side : Orders.of(forms.size() + 3, round + WARM_UP)) {
                String name;
                ConnectFigures.Run run;
                if (side < 2) {
                    name = side == 0 ? WRITER : WRITER_BYTES;
                    run = writer(side == 0 ? ConnectBench::text : CheckedJson::new);
                } else if (side == 2) {
                    name = CONSUMER;
                    run = consumer();
                } else {
                    name = forms.get(side - 3).side();
                    run = sink(forms.get(side - 3), false);
                }
                System.out.printf(
                        Locale.ROOT,
                        "%d worker(s), round %d: %s %.0f documents/s, %.1f µs of processor a document%n",
                        workers,
                        round,
                        name,
                        run.perSecond(),
                        run.cpuMicros());
                if (round >= 0) {
                    figures.add(workers, name, run);
                }
            }
        }
    }

    private static Object text(byte[] json) {
        return new RawValue(new String(json, StandardCharsets.UTF_8));
    }

    private ConnectFigures.Run writer(Function<byte[], Object> document) throws Exception {
        newIndex();
        return inThisProcess(() -> write(document));
    }

    private ConnectFigures.Run consumer() throws Exception {
        newIndex();
        String topic = CONSUMER + "-" + connectors++;
        admin.createTopics(List.of(new NewTopic(topic, TASKS, (short) 1))).all().get();
        fill(topic, ValueForm.BYTES);
        ConnectFigures.Run run = inThisProcess(() -> consume(topic));
        admin.deleteTopics(List.of(topic)).all().get();
        return run;
    }

    private ConnectFigures.Run inThisProcess(Runnable writing) throws Exception {
        double before = cpuMicros(ProcessHandle.current());
        CompletableFuture<Void> written = CompletableFuture.runAsync(writing);
        double perSecond = clock().await();
        written.get();
        double cpu = (cpuMicros(ProcessHandle.current()) - before) / documents;
        countAndDelete();
        return new ConnectFigures.Run(perSecond, cpu);
    }

    private void write(Function<byte[], Object> document) {
        try (ExternalVersionWriter<Object> writer =
                client.documents(INDEX, Object.class).externalVersionWriter(o -> {})) {
            for (int i = 0; i < documents; i++) {
                var unused = writer.index(Integer.toString(i), document.apply(records.get(i)), version(i));
            }
            writer.flush();
            if (writer.counts().applied() != documents) {
                throw new IllegalStateException(writer.counts().toString());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    private void consume(String topic) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "max.poll.records",
                MAX_POLL,
                "enable.auto.commit",
                false);
        try (KafkaConsumer<String, byte[]> consumer =
                        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
                ExternalVersionWriter<Object> writer =
                        client.documents(INDEX, Object.class).externalVersionWriter(o -> {})) {
            List<TopicPartition> partitions = IntStream.range(0, TASKS)
                    .mapToObj(i -> new TopicPartition(topic, i))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            int taken = 0;
            while (taken < documents) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    byte[] version = record.headers().lastHeader("version").value();
                    var unused = writer.index(
                            record.key(),
                            new CheckedJson(record.value()),
                            Long.parseLong(new String(version, StandardCharsets.UTF_8)));
                    taken++;
                }
            }
            writer.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    /**
     * Each task has its partition of an empty topic and stands still while that is filled; then all begin at the same moment.
     * Else the first one alone would begin with all partitions, and lose them again to the others.
     */
    private ConnectFigures.Run sink(ValueForm form, boolean timed) throws Exception {
        newIndex();
        String name = form.side() + "-" + connectors++;
        admin.createTopics(List.of(new NewTopic(name, TASKS, (short) 1))).all().get();
        Map<String, String> settings = new LinkedHashMap<>(form.converters(timed));
        settings.put("connector.class", CONNECTOR);
        settings.put("tasks.max", Integer.toString(TASKS));
        settings.put("topics", name);
        settings.put("connection.url", server.url());
        settings.put("index", INDEX);
        settings.put("version.from", "header");
        settings.put("version.header", "version");
        settings.put("header.converter", "org.apache.kafka.connect.storage.StringConverter");
        settings.put("batch.size", Integer.toString(BATCH_SIZE));
        settings.put("consumer.override.max.poll.records", Integer.toString(MAX_POLL));
        connect.connectors().put(name, settings);
        connect.connectors().awaitRunning(name, TASKS, LIMIT);
        awaitMembers("connect-" + name);
        connect.connectors().pause(name);
        fill(name, form);
        double before = workersCpuMicros();
        connect.connectors().resume(name);
        double perSecond = clock().await();
        double cpu = (workersCpuMicros() - before) / documents;
        connect.connectors().delete(name);
        admin.deleteTopics(List.of(name)).all().get();
        countAndDelete();
        return new ConnectFigures.Run(perSecond, cpu);
    }

    /** Waits until each task has its partition. */
    private void awaitMembers(String group) throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!hasAllMembers(group)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("the tasks of " + group + " have not shared the partitions");
            }
            Thread.sleep(50);
        }
    }

    private boolean hasAllMembers(String group) throws InterruptedException, ExecutionException {
        try {
            Collection<MemberDescription> members = Objects.requireNonNull(admin.describeConsumerGroups(List.of(group))
                            .all()
                            .get()
                            .get(group))
                    .members();
            return members.size() == TASKS
                    && members.stream()
                            .allMatch(member ->
                                    member.assignment().topicPartitions().size() == 1);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return false;
            }
            throw e;
        }
    }

    /** Apart from the rounds: looking at the clock twice a record takes time, too. */
    private void conversion() throws Exception {
        for (ValueForm form : ValueForm.values()) {
            if (form == ValueForm.SCHEMAS) {
                sink(form, true); // the first of this converter
            }
            long before = conversionNanos();
            double busy = taskSeconds(form);
            double seconds = (conversionNanos() - before) / 1e9;
            figures.conversion(form.side(), seconds / busy, seconds * 1e6 / documents);
            System.out.printf(
                    Locale.ROOT,
                    "conversion: %s %.2f µs a record, %.3f of the tasks' time%n",
                    form.side(),
                    seconds * 1e6 / documents,
                    seconds / busy);
        }
    }

    /** Returns the time of all tasks together. */
    private double taskSeconds(ValueForm form) throws Exception {
        return TASKS * documents / sink(form, true).perSecond();
    }

    private long conversionNanos() throws IOException, JMException {
        try (JMXConnector jmx = connect.jmx(0)) {
            return (Long) jmx.getMBeanServerConnection().getAttribute(new ObjectName(TimedConverter.NAME), "Nanos");
        }
    }

    private double workersCpuMicros() {
        double sum = 0;
        for (int worker : connect.running()) {
            sum += ProcessHandle.of(connect.pid(worker))
                    .map(ConnectBench::cpuMicros)
                    .orElse(0.0);
        }
        return sum;
    }

    private static double cpuMicros(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e3;
    }

    private IndexClock clock() {
        return new IndexClock(client.elasticsearch(), INDEX, documents);
    }

    private void newIndex() throws IOException {
        client.elasticsearch()
                .indices()
                .create(c -> c.index(INDEX).settings(s -> s.numberOfShards("1").numberOfReplicas("0")));
    }

    private void countAndDelete() throws IOException {
        client.elasticsearch().indices().refresh(r -> r.index(INDEX));
        long count = client.elasticsearch().count(c -> c.index(INDEX)).count();
        if (count != documents) {
            throw new IllegalStateException(INDEX + " has " + count + " documents");
        }
        client.elasticsearch().indices().delete(d -> d.index(INDEX));
    }

    private Map<String, Object> circumstances(int rounds) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("Elasticsearch", server.version() + ", 1 GB, one shard");
        all.put(
                "Kafka",
                kafka.version() + ", one broker of 384 MB, " + TASKS + " partitions; workers with " + workerOptions
                        + ", batch.size " + BATCH_SIZE);
        all.put("Java", Runtime.version().toString());
        all.put("processors", Runtime.getRuntime().availableProcessors());
        all.put("documents", documents + " of " + Objects.requireNonNull(records.get(0)).length + " bytes");
        all.put("rounds", rounds + " in turns, after " + WARM_UP + " to warm up");
        return all;
    }

    @Override
    public void close() {
        try (server;
                client;
                kafka) {
            producer.close();
            admin.close();
            connect.close();
        }
    }
}
