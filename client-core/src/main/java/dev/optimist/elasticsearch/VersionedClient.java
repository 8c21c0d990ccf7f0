package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.internal.DocumentCodec;
import dev.optimist.elasticsearch.internal.ForeignTransport;
import dev.optimist.elasticsearch.internal.RestDialect;
import dev.optimist.elasticsearch.internal.StrictTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in. One for the whole application is enough: it is thread-safe and holds the connections.
 *
 * <pre>{@code
 * try (VersionedClient client = VersionedClient.connect("http://localhost:9200")) {
 *     VersionedDocuments<Stock> stock = client.documents("stock", Stock.class);
 *     stock.readModifyWrite("4711", s -> s.withPieces(s.pieces() - 1));
 * }
 * }</pre>
 */
public final class VersionedClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VersionedClient.class);
    private static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(30);

    private final Supplier<ElasticsearchClient> client;
    private final RestDialect dialect;
    private final ObjectMapper objectMapper;
    private final Rounds rounds;
    private final VersionedDocuments.Client shared;

    /** Null if the client is not ours. */
    private final @Nullable StrictTransport transport;

    private VersionedClient(
            Supplier<ElasticsearchClient> client,
            RestDialect dialect,
            ObjectMapper objectMapper,
            Duration requestTimeout,
            int retryBudget,
            int asyncOperations,
            List<OperationListener> listeners,
            @Nullable StrictTransport transport) {
        this.client = client;
        this.dialect = dialect;
        this.objectMapper = objectMapper;
        Exchange exchange = new Exchange(dialect, requestTimeout, new RetryBudget(retryBudget), Pace.REAL);
        this.rounds = new Rounds(exchange);
        this.shared = new VersionedDocuments.Client(
                exchange, new WriteIds(), new Lanes(rounds), new InFlight(asyncOperations), new Observer(listeners));
        this.transport = transport;
    }

    /**
     * Connects to Elasticsearch or OpenSearch with a transport that sends each request exactly once and within bounded time.
     * Nothing is sent until the first request. Documents of servers before 7 have a
     * {@linkplain DocumentOptions#mappingType mapping type}, which has to be told.
     *
     * @param urls addresses of nodes, such as {@code http://localhost:9200}
     * @throws IllegalArgumentException if there is none or one is not an http or https address
     */
    public static VersionedClient connect(String... urls) {
        return connect(options -> options.hosts(urls));
    }

    /**
     * The same, with authentication, certificates, time-outs and the like.
     *
     * @param options sets them
     * @throws IllegalArgumentException if one is out of its bounds, naming it
     */
    public static VersionedClient connect(Consumer<ConnectOptions> options) {
        ConnectOptions set = new ConnectOptions();
        options.accept(set);
        StrictTransport transport = StrictTransport.open(set.settings());
        return new VersionedClient(
                transport::client,
                RestDialect.of(transport),
                set.objectMapper(),
                set.requestTimeout(),
                set.retryBudget(),
                set.asyncOperations(),
                set.listeners(),
                transport);
    }

    /**
     * Uses a client of yours, as it is; closing this one leaves yours open. You give up what {@link #connect} makes sure
     * of: the default transport of elasticsearch-java sends a write again after some failures, so that a
     * {@link VersionConflictException} may be a conflict with your own write, which was applied; a readModifyWrite then
     * applies its function a second time, unless the {@link WriteLedger} is on. What can be seen of that in the client's
     * settings is logged as a warning. Every request still ends within 30 s.
     *
     * @param client whose JSON mapper is a {@code JacksonJsonpMapper}; documents are mapped with its object mapper
     * @throws IllegalArgumentException if the mapper is another
     */
    public static VersionedClient of(ElasticsearchClient client) {
        return of(client, new OperationListener[0]);
    }

    /**
     * The same, with listeners to its operations.
     *
     * @param client whose JSON mapper is a {@code JacksonJsonpMapper}
     * @param listeners see {@link OperationListener}
     * @throws IllegalArgumentException if the mapper is another
     */
    public static VersionedClient of(ElasticsearchClient client, OperationListener... listeners) {
        ObjectMapper mapper = RestDialect.jackson(client);
        ForeignTransport.warnings(client).forEach(LOG::warn);
        return new VersionedClient(
                () -> client,
                RestDialect.of(client),
                mapper,
                DEFAULT_REQUEST_TIMEOUT,
                RetryBudget.DEFAULT_CAPACITY,
                InFlight.DEFAULT,
                List.of(listeners),
                null);
    }

    /**
     * Returns the documents of one index as objects of one class. Nothing is sent.
     *
     * @param index the name of one index or alias
     * @param type a class that Jackson maps: a record, a POJO, {@code JsonNode}
     * @param <T> the class
     * @throws IllegalArgumentException if the name cannot be that of one index
     */
    public <T> VersionedDocuments<T> documents(String index, Class<T> type) {
        return documents(index, objectMapper.constructType(Bounds.notNull("type", type)));
    }

    /**
     * The same for a generic type, such as {@code new TypeReference<Map<String, Object>>() {}}.
     *
     * @param index the name of one index or alias
     * @param type a type that Jackson maps
     * @param <T> the type
     * @throws IllegalArgumentException if the name cannot be that of one index
     */
    public <T> VersionedDocuments<T> documents(String index, TypeReference<T> type) {
        return documents(index, objectMapper.constructType(Bounds.notNull("type", type)));
    }

    private <T> VersionedDocuments<T> documents(String index, JavaType type) {
        DocumentCodec<T> codec = new DocumentCodec<>(objectMapper, type);
        return new VersionedDocuments<>(shared, codec, Bounds.index(index), new DocumentOptions());
    }

    /** Returns how many requests were begun, repeats included; for tests. */
    long requests() {
        return dialect.requests();
    }

    /** Returns how many documents have calls under way; for tests. */
    int lanes() {
        return shared.lanes().size();
    }

    /**
     * Returns the client of elasticsearch-java with the same transport, for what this library does not do.
     *
     * @throws IllegalStateException if {@link #connect} has made this client and elasticsearch-java is one before 9, which has
     *     no transport for it
     */
    public ElasticsearchClient elasticsearch() {
        return client.get();
    }

    /**
     * Closes the connections, unless the client was given to {@link #of}. Calls after it are refused; those under way end as
     * their requests do, and those that wait for others end with {@link ServerUnavailableException}.
     */
    @Override
    public void close() {
        shared.lanes().close();
        rounds.close();
        if (transport != null) {
            try {
                transport.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
