package dev.optimist.elasticsearch.internal;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.transport.RetryConfig;
import co.elastic.clients.transport.TransportOptions;
import co.elastic.clients.transport.rest5_client.Rest5ClientTransport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be seen of a client that was not built by us, and sends a write again behind the caller's back. */
public final class ForeignTransport {
    private ForeignTransport() {}

    /** Returns one sentence for each setting. Whether HttpClient's own retries are off, nobody can see from outside. */
    public static List<String> warnings(ElasticsearchClient client) {
        List<String> warnings = new ArrayList<>();
        try {
            look(client, warnings);
        } catch (LinkageError e) { // elasticsearch-java before 9.5 has no RetryConfig, and before 9 no Rest5Client
            warnings.add(
                    "what this client sends again of itself cannot be seen with this version of elasticsearch-java: its"
                            + " RestClient sends a write whose answer was lost again to the next node. Use VersionedClient.connect, or"
                            + " turn the write ledger on");
        }
        return warnings;
    }

    private static void look(ElasticsearchClient client, List<String> warnings) {
        if (retries(client._transportOptions())) { // the transport's own, unless the client overrides them
            warnings.add(
                    "this client has a RetryConfig: it sends a write again after a lost answer, and the conflict with"
                            + " itself is reported as one with another writer. Leave retryConfig out, or turn the write ledger on");
        }
        if (client._transport() instanceof Rest5ClientTransport rest5) {
            int nodes = rest5.restClient().getNodes().size();
            if (nodes > 1) {
                warnings.add(
                        "this Rest5Client has " + nodes + " nodes: it sends a write whose answer was lost again to the"
                                + " next. Set a NodeSelector that leaves one node, or use VersionedClient.connect, or turn the write"
                                + " ledger on");
            }
            warnings.add("this Rest5Client sends a PUT again after a reset connection, unless it was built with"
                    + " setHttpClientConfigCallback(h -> h.disableAutomaticRetries()), which cannot be seen from outside."
                    + " VersionedClient.connect does so");
        }
    }

    private static boolean retries(@Nullable TransportOptions options) {
        RetryConfig config = options == null ? null : options.retryConfig();
        return config != null && config.isEnabled();
    }
}
