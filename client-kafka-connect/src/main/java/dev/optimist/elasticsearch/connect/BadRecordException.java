package dev.optimist.elasticsearch.connect;

import org.apache.kafka.connect.errors.DataException;

/** A record of which no operation can be made, or that Elasticsearch refuses; it says why. */
final class BadRecordException extends DataException {
    private static final long serialVersionUID = 1;

    BadRecordException(String reason) {
        super(reason);
    }

    BadRecordException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
