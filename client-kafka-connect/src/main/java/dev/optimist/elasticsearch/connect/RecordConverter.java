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
    private final NullValues nullValues;

    RecordConverter(
            IndexRoutes routes, IdTemplate ids, VersionSource versions, DocumentRules rules, NullValues nullValues) {
        this.routes = routes;
        this.ids = ids;
        this.values = new ValueReader(versions.fields());
        this.versions = versions;
        this.rules = rules;
        this.nullValues = nullValues;
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
            if (change.kind() == Change.Kind.NOTHING && isSkipped(delivery.partition, id)) {
                return false;
            }
            throw new BadRecordException("the record has no version: " + versions.hint());
        }
        delivery.version = version;
        if (change.kind() == Change.Kind.STATE && change.row() != null) {
            delivery.operation = ExternalOperation.index(id, rules.document(change.row()), version);
        } else {
            delivery.operation = ExternalOperation.delete(id, version);
            delivery.isEventOfDelete = nullValues == NullValues.SKIP_COMPANION && change.kind() == Change.Kind.DELETE;
        }
        return true;
    }

    private boolean isSkipped(Partition partition, String id) {
        return switch (nullValues) {
            case SKIP_COMPANION -> partition.isCompanion(id);
            case SKIP -> true;
            case ERROR -> false;
        };
    }
}
