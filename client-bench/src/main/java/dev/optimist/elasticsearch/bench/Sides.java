package dev.optimist.elasticsearch.bench;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import dev.optimist.elasticsearch.VersionedClient;
import java.util.ArrayList;
import java.util.List;

/** All sides, by the names that ratios and charts have them by. */
final class Sides {
    static final String NAIVE = "naive";
    static final String EXPONENTIAL = "exponential";
    static final String FULL_JITTER = "full-jitter";
    static final String SPRING_DATA = "spring-data";
    static final String SCRIPT = "script";
    static final String PARTIAL_UPDATE = "partial-update";
    static final String BLIND_INDEX = "blind-index";
    static final String NONE = "none";
    static final String SERIALIZE = "serialize";
    static final String COMBINE = "combine";
    static final String COMBINE_REUSE = "combine-reuse";

    static final String BY_HAND = "by-hand";
    static final String DEFAULTS = "defaults";
    static final String READ_MODIFY_WRITE = "read-modify-write";
    static final String REUSE = "reuse";
    static final String LEDGER = "ledger";

    static final String ONE_BY_ONE = "one-by-one";
    static final String ALL = "all";
    static final String ALL_DISTURBED = "all-disturbed";
    static final String INDEX = "index";
    static final String BULK = "bulk";

    /** Those of one document that are this library's. */
    static final List<String> OURS = List.of(NONE, SERIALIZE, COMBINE, COMBINE_REUSE);

    /** Those that the ratios need: a quick run has no time for more. */
    private static final List<String> QUICK =
            List.of(NAIVE, FULL_JITTER, PARTIAL_UPDATE, BLIND_INDEX, COMBINE, COMBINE_REUSE);

    /** Those that two JVMs compare: the same without the blind one, which cannot be helped by being two. */
    private static final List<String> TWO_JVMS = List.of(NAIVE, FULL_JITTER, PARTIAL_UPDATE, COMBINE);

    private Sides() {}

    /** Returns those for one document that all want, all through the transport of this client. */
    private static List<Side> contended(VersionedClient client, String index) {
        ElasticsearchClient same = client.elasticsearch();
        List<Side> all = new ArrayList<>();
        all.add(new ByHand.Loop(NAIVE, same, index, ByHand::none));
        all.add(new ByHand.Loop(EXPONENTIAL, same, index, ByHand::exponential));
        all.add(new ByHand.Loop(FULL_JITTER, same, index, ByHand::fullJitter));
        all.add(ByHand.PartialUpdate.of(PARTIAL_UPDATE, same, index));
        all.add(new ByHand.BlindIndex(same, index));
        all.addAll(Strategies.contended(client, index));
        return all;
    }

    /** Returns those of {@link #contended}, and those that bring much of their own along. */
    static List<Side> full(VersionedClient client, String index) {
        List<Side> all = new ArrayList<>(contended(client, index));
        all.add(new SpringData(client.elasticsearch(), index));
        return all;
    }

    /** Returns those of {@link #contended} that a quick run has. */
    static List<Side> quick(VersionedClient client, String index) {
        return only(QUICK, contended(client, index));
    }

    /** Returns those that are compared on a server that has scripts. */
    static List<Side> script(VersionedClient client, Rest5Client lowLevel, String index) {
        List<Side> all =
                new ArrayList<>(only(List.of(NAIVE, FULL_JITTER, COMBINE, COMBINE_REUSE), contended(client, index)));
        all.add(OldUpdate.partial(lowLevel, index));
        all.add(OldUpdate.script(lowLevel, index));
        return all;
    }

    /** Returns those of {@link #contended} that two JVMs have. */
    static List<Side> twoJvms(VersionedClient client, String index) {
        return only(TWO_JVMS, contended(client, index));
    }

    /**
     * Returns those for documents that one thread each has.
     *
     * @param defaults elasticsearch-java with nothing set
     */
    static List<Side> uncontended(VersionedClient client, ElasticsearchClient defaults, String index) {
        List<Side> all = new ArrayList<>();
        all.add(new ByHand.Loop(BY_HAND, client.elasticsearch(), index, ByHand::none));
        all.add(new ByHand.Loop(DEFAULTS, defaults, index, ByHand::none));
        all.addAll(Strategies.uncontended(client, index));
        return all;
    }

    private static List<Side> only(List<String> names, List<Side> sides) {
        return sides.stream().filter(s -> names.contains(s.name())).toList();
    }
}
