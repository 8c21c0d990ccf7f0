package dev.optimist.elasticsearch.connect;

import dev.optimist.elasticsearch.ExternalOperation;
import org.apache.kafka.connect.sink.SinkRecord;

/** Makes an operation of a record. For one thread. */
final class RecordConverter {
    private final IndexRoutes routes;
    private final IdTemplate ids;
    private final ValueReader values;
    private final VersionSource versions;
    private final DocumentRules rules;
    private final boolean skipsCompanions;

    RecordConverter(
            IndexRoutes routes, IdTemplate ids, VersionSource versions, DocumentRules rules, boolean skipsCompanions) {
        this.routes = routes;
        this.ids = ids;
        this.values = new ValueReader(versions.fields());
        this.versions = versions;
        this.rules = rules;
        this.skipsCompanions = skipsCompanions;
    }

    /**
     * Tells the delivery where it goes and what is to be done there.
     *
     * @return false if that is nothing
     * @throws RuntimeException if the record is bad; what was found out until then is told
     */
    boolean convert(Delivery delivery) {
        SinkRecord record = delivery.record();
        String index = routes.of(record.topic());
        delivery.index = index;
        String id = ids.id(record.keySchema(), record.key());
        delivery.id = id;
        Change change = values.read(record);
        long version = versions.of(record, change);
        if (version == VersionSource.NONE) {
            if (change.kind() == Change.Kind.NOTHING && skipsCompanions && delivery.partition.isCompanion(id)) {
                return false;
            }
            throw new BadRecordException("the record has no version: " + versions.hint());
        }
        delivery.version = version;
        if (change.kind() == Change.Kind.STATE && change.row() != null) {
            delivery.operation = ExternalOperation.index(id, rules.document(change.row()), version);
        } else {
            delivery.operation = ExternalOperation.delete(id, version);
            delivery.isEventOfDelete = skipsCompanions && change.kind() == Change.Kind.DELETE;
        }
        return true;
    }
}
