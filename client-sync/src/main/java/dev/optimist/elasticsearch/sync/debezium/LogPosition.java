package dev.optimist.elasticsearch.sync.debezium;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.optimist.elasticsearch.ExternalVersions;
import java.util.Map;

/**
 * A place in the log between two commits, as Debezium's connector has it in its offset. Without {@code lsn_proc} the connector
 * does not look for the one event in a transaction that it has seen last, but begins with the first transaction that was
 * committed after it; the half one comes again.
 *
 * @param lsn the bytes before it
 */
record LogPosition(long lsn) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String LSN = "lsn";
    static final String COMMIT = "lsn_commit";

    static LogPosition parse(String json) {
        try {
            JsonNode node = JSON.readTree(json);
            if (node.path(LSN).canConvertToLong() && node.path(LSN).isIntegralNumber()) {
                return new LogPosition(node.path(LSN).longValue());
            }
            throw new IllegalArgumentException("not a position of a DebeziumSource: " + json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a position of a DebeziumSource: " + json, e);
        }
    }

    Map<String, Long> offset() {
        return Map.of(LSN, lsn, COMMIT, lsn);
    }

    String toJson() {
        return "{\"" + LSN + "\":" + lsn + ",\"" + COMMIT + "\":" + lsn + "}";
    }

    /** Returns it as PostgreSQL writes it. */
    @Override
    public String toString() {
        return String.format("%X/%X", lsn >>> Integer.SIZE, lsn & 0xFFFF_FFFFL);
    }

    /** Reads what PostgreSQL writes. */
    static LogPosition ofText(String text) {
        return new LogPosition(ExternalVersions.ofPostgresLsn(text));
    }
}
