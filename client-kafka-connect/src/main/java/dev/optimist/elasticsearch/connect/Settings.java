package dev.optimist.elasticsearch.connect;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.jspecify.annotations.Nullable;

/** The settings of the connector, as Connect shows and checks them. What one alone cannot tell, {@link Checks} does. */
final class Settings {
    static final String CONNECTION_URL = "connection.url";
    static final String CONNECTION_USERNAME = "connection.username";
    static final String CONNECTION_PASSWORD = "connection.password";
    static final String CONNECTION_API_KEY = "connection.api.key";
    static final String CONNECTION_CA_FILE = "connection.ca.file";
    static final String CONNECTION_CA_FINGERPRINT = "connection.ca.fingerprint";
    static final String CONNECTION_PROXY = "connection.proxy";
    static final String CONNECTION_COMPRESSION = "connection.compression";
    static final String CONNECTION_TIMEOUT = "connection.timeout.ms";
    static final String REQUEST_TIMEOUT = "connection.request.timeout.ms";
    static final String INDEX = "index";
    static final String INDEX_ROUTES = "index.routes";
    static final String DOCUMENT_ID = "document.id";
    static final String DOCUMENT_EXCLUDE = "document.exclude";
    static final String DOCUMENT_UNAVAILABLE = "document.unavailable.value";
    static final String VERSION_FROM = "version.from";
    static final String VERSION_HEADER = "version.header";
    static final String VERSION_FIELD = "version.field";
    static final String VERSION_TIMESTAMP_FIELD = "version.timestamp.field";
    static final String VERSION_COUNTER_FIELD = "version.counter.field";
    static final String VERSION_SNAPSHOT = "version.snapshot";
    static final String DELETE_MODE = "delete.mode";
    static final String DELETE_NULL_VALUE = "delete.null.value";
    static final String DELETE_TOMBSTONE_FIELD = "delete.tombstone.field";
    static final String BATCH_SIZE = "batch.size";
    static final String BATCH_BYTES = "batch.bytes";
    static final String MAX_IN_FLIGHT = "max.in.flight";
    static final String LINGER = "linger.ms";
    static final String PUT_TIMEOUT = "put.timeout.ms";
    static final String FLUSH_TIMEOUT = "flush.timeout.ms";
    static final String RETRY_TIMEOUT = "retry.timeout.ms";
    static final String RETRY_BACKOFF = "retry.backoff.ms";
    static final String RETRY_BACKOFF_MAX = "retry.backoff.max.ms";
    static final String COMPARE_DUPLICATES = "compare.duplicates";
    static final String ERRORS_SUSPICIOUS = "errors.suspicious";

    static final ConfigDef DEFINITION = define();

    private static final int DAY = 86_400_000;

    private Settings() {}

    private static ConfigDef define() {
        ConfigDef settings = new ConfigDef();
        connection(new Group(settings, "Connection"));
        index(new Group(settings, "Index"));
        document(new Group(settings, "Document"));
        version(new Group(settings, "Version"));
        deletes(new Group(settings, "Deletes"));
        writing(new Group(settings, "Writing"));
        errors(new Group(settings, "Errors"));
        return settings;
    }

    private static void connection(Group group) {
        group.required(
                CONNECTION_URL,
                ConfigDef.Type.LIST,
                Validators.urls(),
                "Addresses of nodes of Elasticsearch or OpenSearch, such as https://es1:9200,https://es2:9200. Each request"
                        + " goes to one of them, in turn.");
        group.optional(
                CONNECTION_USERNAME, ConfigDef.Type.STRING, null, null, Importance.MEDIUM, "The name to sign in with.");
        group.optional(
                CONNECTION_PASSWORD,
                ConfigDef.Type.PASSWORD,
                null,
                null,
                Importance.MEDIUM,
                "The password to sign in with. Better from a ConfigProvider than as it is.");
        group.optional(
                CONNECTION_API_KEY,
                ConfigDef.Type.PASSWORD,
                null,
                null,
                Importance.MEDIUM,
                "An API key to sign in with, in its encoded form, instead of name and password.");
        group.optional(
                CONNECTION_CA_FILE,
                ConfigDef.Type.STRING,
                null,
                Validators.file(),
                Importance.MEDIUM,
                "A file in PEM form with the certificate authority to trust, and no other. By default what the worker's JVM"
                        + " trusts is trusted.");
        group.optional(
                CONNECTION_CA_FINGERPRINT,
                ConfigDef.Type.STRING,
                null,
                Validators.matching("[0-9a-fA-F:]+", "a SHA-256 in hexadecimal digits"),
                Importance.MEDIUM,
                "The SHA-256 fingerprint of the certificate authority to trust, and no other, instead of its file.");
        group.optional(
                CONNECTION_PROXY,
                ConfigDef.Type.STRING,
                null,
                Validators.url(),
                Importance.LOW,
                "An HTTP proxy, such as http://proxy:3128.");
        group.optional(
                CONNECTION_COMPRESSION,
                ConfigDef.Type.BOOLEAN,
                false,
                null,
                Importance.LOW,
                "Whether requests and answers are compressed: where bytes are slow or paid for.");
        group.optional(
                CONNECTION_TIMEOUT,
                ConfigDef.Type.INT,
                5_000,
                Range.between(1, DAY),
                Importance.LOW,
                "The longest time to open a connection.");
        group.optional(
                REQUEST_TIMEOUT,
                ConfigDef.Type.INT,
                30_000,
                Range.between(1, DAY),
                Importance.LOW,
                "The longest time for one request. What was not answered by then is sent again.");
    }

    private static void index(Group group) {
        group.optional(
                INDEX,
                ConfigDef.Type.STRING,
                IndexRoutes.TOPIC,
                Validators.index(),
                Importance.HIGH,
                "The index or alias to write to, for topics that no route names. ${topic} stands for the topic, in lower case.");
        group.optional(
                INDEX_ROUTES,
                ConfigDef.Type.LIST,
                "",
                Validators.routes(),
                Importance.MEDIUM,
                "Routes from topics to indices, regex:index each; the first one whose regular expression matches the whole"
                        + " topic is taken. The index may have ${topic}, and $1 for the first group. A comma divides routes and"
                        + " cannot be in one.");
    }

    private static void document(Group group) {
        group.optional(
                DOCUMENT_ID,
                ConfigDef.Type.STRING,
                IdTemplate.KEY,
                Validators.id(),
                Importance.HIGH,
                "The _id, made of the record's key: ${key} for a key that is a text or number or has one field only,"
                        + " ${key.name} for a field, ${key.a.b} for one inside another, with any text between.");
        group.optional(
                DOCUMENT_EXCLUDE,
                ConfigDef.Type.LIST,
                "",
                null,
                Importance.LOW,
                "Fields that are left out of the document, by name, at its top only: __deleted,__op,__source_lsn.");
        group.optional(
                DOCUMENT_UNAVAILABLE,
                ConfigDef.Type.STRING,
                "__debezium_unavailable_value",
                null,
                Importance.LOW,
                "What Debezium puts in place of a value that it does not know (its unavailable.value.placeholder). A record"
                        + " with it is an error, as the document would lose the real value. Empty: do not look.");
    }

    private static void version(Group group) {
        group.choice(
                VERSION_FROM,
                VersionFrom.names(),
                null,
                Importance.HIGH,
                "Where the version comes from. header: a header. field: a field of the document. postgres-lsn, mysql-binlog:"
                        + " Debezium's position in the log. timestamp: a time and a counter. offset: the record's offset, if"
                        + " one topic alone fills the index, all records of an id are in one partition, and the topic is"
                        + " never made anew. A record without a version is an error.");
        group.optional(
                VERSION_HEADER,
                ConfigDef.Type.STRING,
                "version",
                new ConfigDef.NonEmptyString(),
                Importance.MEDIUM,
                "For version.from=header: its name. Its value is a number or the text of one.");
        group.optional(
                VERSION_FIELD,
                ConfigDef.Type.STRING,
                "version",
                Validators.path(),
                Importance.MEDIUM,
                "For version.from=field: its path, such as version or meta.version. A delete of Debezium's has the version"
                        + " of the last row, and is taken as one above it.");
        group.optional(
                VERSION_TIMESTAMP_FIELD,
                ConfigDef.Type.STRING,
                null,
                Validators.path(),
                Importance.MEDIUM,
                "For version.from=timestamp: the path of a field with a time, in milliseconds since 1970, as ISO 8601, or in"
                        + " a type of Connect's or Debezium's.");
        group.optional(
                VERSION_COUNTER_FIELD,
                ConfigDef.Type.STRING,
                null,
                Validators.path(),
                Importance.LOW,
                "For version.from=timestamp: the path of a field with a number from 0 to 1048575 that tells changes within"
                        + " one millisecond apart. Without it two of them are one, and the second is dropped.");
        group.optional(
                VERSION_SNAPSHOT,
                ConfigDef.Type.LONG,
                0L,
                Validators.version(),
                Importance.LOW,
                "For version.from=postgres-lsn: the version of rows that Debezium reads from the table, and not from the log."
                        + " 0 is below every change, and right for the first snapshot into a new index. One that is made"
                        + " again needs a position from before it: pg_current_wal_lsn() as a number, less one, taken when"
                        + " no transaction is open that has written already.");
    }

    private static void deletes(Group group) {
        group.choice(
                DELETE_MODE,
                List.of("tombstone", "delete"),
                "tombstone",
                Importance.MEDIUM,
                "How a delete is written. tombstone: as a small document at the delete's version, which nothing older gets"
                        + " past; searches leave it out by an alias. delete: as Elasticsearch's own, which it forgets after"
                        + " index.gc_deletes (60 s): an older record that comes later brings the document back.");
        group.choice(
                DELETE_NULL_VALUE,
                NullValues.names(),
                NullValues.SKIP_COMPANION.setting(),
                Importance.MEDIUM,
                "What becomes of a record without a value and without a version. skip-companion: it is skipped if it is the"
                        + " one that Debezium sends after a delete for Kafka's sake, which is known by the record right before"
                        + " it, a delete of the same id; all others are errors. skip: all are skipped, which is for a new index"
                        + " from a compacted topic, where the deletes before them are gone. error: all are errors.");
        group.optional(
                DELETE_TOMBSTONE_FIELD,
                ConfigDef.Type.STRING,
                "optimist_tombstone",
                Validators.matching("[A-Za-z0-9_-]+", "letters, digits, _ and -"),
                Importance.LOW,
                "The field that marks a tombstone. No document of your own may have it.");
    }

    private static void writing(Group group) {
        group.optional(
                BATCH_SIZE,
                ConfigDef.Type.INT,
                1_000,
                Range.between(1, 10_000),
                Importance.MEDIUM,
                "The most records in one request.");
        group.optional(
                BATCH_BYTES,
                ConfigDef.Type.INT,
                5 * 1024 * 1024,
                Range.between(1, 100 * 1024 * 1024),
                Importance.MEDIUM,
                "The most bytes in one request, about. A document that is larger goes alone.");
        group.optional(
                MAX_IN_FLIGHT,
                ConfigDef.Type.INT,
                2,
                Range.between(1, 64),
                Importance.MEDIUM,
                "The most requests of a task under way at a time, for each index. Twice as many requests' worth of records"
                        + " are held at most.");
        group.optional(
                LINGER,
                ConfigDef.Type.INT,
                200,
                Range.between(1, DAY),
                Importance.LOW,
                "How long a record waits for others to fill a request.");
        group.optional(
                PUT_TIMEOUT,
                ConfigDef.Type.INT,
                3_000,
                Range.between(0, 60_000),
                Importance.LOW,
                "How long a delivery waits for room while Elasticsearch is slow. After that Connect is asked to deliver again"
                        + " later (RetriableException), and pauses the partitions. Keep it under the worker's"
                        + " task.shutdown.graceful.timeout.ms.");
        group.optional(
                FLUSH_TIMEOUT,
                ConfigDef.Type.INT,
                3_000,
                Range.between(0, 60_000),
                Importance.LOW,
                "How long a task that stops waits for the answers to what it has sent, and a commit for the dead-letter"
                        + " topic.");
        group.optional(
                RETRY_TIMEOUT,
                ConfigDef.Type.INT,
                300_000,
                Range.between(1, DAY),
                Importance.LOW,
                "How long a record that Elasticsearch did not take, or whose answer was lost, is sent again before Connect is"
                        + " told (RetriableException); then again, until it is taken.");
        group.optional(
                RETRY_BACKOFF,
                ConfigDef.Type.INT,
                100,
                Range.between(1, DAY),
                Importance.LOW,
                "The longest pause after the first RetriableException. It doubles with each, and is chosen at random between"
                        + " 0 and that.");
        group.optional(
                RETRY_BACKOFF_MAX,
                ConfigDef.Type.INT,
                10_000,
                Range.between(1, DAY),
                Importance.LOW,
                "The longest pause of all.");
        group.optional(
                COMPARE_DUPLICATES,
                ConfigDef.Type.BOOLEAN,
                true,
                null,
                Importance.LOW,
                "Whether a document is read when the same version is there already: another document of it is SUSPICIOUS."
                        + " Switch it off where an ingest pipeline changes documents.");
    }

    private static void errors(Group group) {
        group.choice(
                ERRORS_SUSPICIOUS,
                List.of("report", "fail"),
                "report",
                Importance.MEDIUM,
                "What becomes of a record that finds what cannot come from this source: another document of the same version."
                        + " report: as with one that Elasticsearch refuses, errors.tolerance decides, and it goes to the"
                        + " dead-letter topic. fail: the task fails.");
    }

    /** Settings that are shown together, in the order in which they are told. */
    private static final class Group {
        private final ConfigDef settings;
        private final String name;
        private int order;

        Group(ConfigDef settings, String name) {
            this.settings = settings;
            this.name = name;
        }

        void required(String setting, ConfigDef.Type type, Validator validator, String text) {
            define(setting, type, ConfigDef.NO_DEFAULT_VALUE, validator, Importance.HIGH, text, null);
        }

        void optional(
                String setting,
                ConfigDef.Type type,
                @Nullable Object otherwise,
                @Nullable Validator validator,
                Importance importance,
                String text) {
            define(setting, type, otherwise, validator, importance, text, null);
        }

        /** Required if there is no default. */
        void choice(
                String setting, List<String> values, @Nullable String otherwise, Importance importance, String text) {
            define(
                    setting,
                    ConfigDef.Type.STRING,
                    otherwise == null ? ConfigDef.NO_DEFAULT_VALUE : otherwise,
                    ConfigDef.ValidString.in(values.toArray(String[]::new)),
                    importance,
                    text,
                    new Choice(values));
        }

        private void define(
                String setting,
                ConfigDef.Type type,
                @Nullable Object otherwise,
                @Nullable Validator validator,
                Importance importance,
                String text,
                ConfigDef.@Nullable Recommender recommender) {
            settings.define(
                    setting,
                    type,
                    otherwise,
                    validator,
                    importance,
                    text,
                    name,
                    ++order,
                    type == ConfigDef.Type.LIST ? Width.LONG : Width.MEDIUM,
                    setting,
                    recommender);
        }
    }

    /** The few values that there are. */
    private record Choice(List<String> values) implements ConfigDef.Recommender {
        @Override
        public List<Object> validValues(String name, Map<String, Object> parsed) {
            return List.copyOf(values);
        }

        @Override
        public boolean visible(String name, Map<String, Object> parsed) {
            return true;
        }
    }
}
