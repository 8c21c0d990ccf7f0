package dev.optimist.elasticsearch.connect;

import static dev.optimist.elasticsearch.connect.Records.json;
import static dev.optimist.elasticsearch.connect.Records.map;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.optimist.elasticsearch.ExternalVersions;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids, indices, versions and documents of records, in every form that converters give them. */
class RecordConverterTest {
    private static final String[] LSN = {"version.from", "postgres-lsn"};

    private static SinkRecord plain(@Nullable Object key, @Nullable Object value) {
        return Records.of(0, 7, key, 5L, value);
    }

    private static SinkRecord to(String topic) {
        return new SinkRecord(topic, 0, null, "1", null, json("{}"), 3);
    }

    // documents

    @Test
    void bytesGoIntoTheRequestAsTheyCame() {
        byte[] value = json("{'id': 1, 'n': 1.10, 'x': [1, {'op': 2}]}");
        assertThat(Converted.of(plain("1", value)).bytes()).isSameAs(value);
        assertThat(Converted.of(plain("1", new String(value, UTF_8))).bytes()).isEqualTo(value);
        assertThat(Converted.of(plain("1", ByteBuffer.wrap(value))).bytes()).isEqualTo(value);
    }

    /** Else it would be several lines of a bulk request, and the second of them an operation of its own. */
    @Test
    void jsonOfSeveralLinesIsPutOnOne() throws Exception {
        byte[] value = json("\uFEFF {\r\n  'n': 1\n}\n");
        byte[] before = value.clone();
        byte[] line = Converted.of(plain("1", value)).bytes();
        assertThat(new String(line, UTF_8)).isEqualTo("{    \"n\": 1 }");
        assertThat(value).as("is Connect's").isEqualTo(before);
        byte[] nothingAround = json("{'n':\n1}");
        assertThat(new String(Converted.of(plain("1", nothingAround)).bytes(), UTF_8))
                .isEqualTo("{\"n\": 1}");
        assertThat(nothingAround).as("is Connect's").isEqualTo(json("{'n':\n1}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{'n':",
                "nothing",
                "[1]",
                "5",
                "null",
                "'text'",
                "{'n':1}{'n':2}",
                "{'n':NaN}",
                "{'n':1,}",
                "{'n':1}\n{'index':{'_id':'planted'}}\n{'n':6}"
            })
    void whatIsNoObjectIsABadRecord(String text) {
        assertThatThrownBy(() -> Converted.of(plain("1", json(text)))).isInstanceOf(BadRecordException.class);
    }

    @Test
    void whatIsNotUtf8IsABadRecord() {
        byte[] cut = {'{', '"', 'n', '"', ':', '"', (byte) 0xc3, (byte) 0x28, '"', '}'};
        assertThatThrownBy(() -> Converted.of(plain("1", cut))).isInstanceOf(BadRecordException.class);
        assertThatThrownBy(() -> Converted.of(plain("1", "{\"n\":1}".getBytes(UTF_16BE))))
                .isInstanceOf(BadRecordException.class);
        assertThatThrownBy(() -> Converted.of(plain("1", "{\"n\":1}".getBytes(UTF_16LE))))
                .isInstanceOf(BadRecordException.class);
    }

    /** What is wrong is told, and not the document, which may be private. */
    @Test
    void malformedJsonIsNotQuoted() {
        assertThatThrownBy(() -> Converted.of(plain("1", json("{'n': secret}"))))
                .hasMessageContaining("byte")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aPrimitiveIsABadRecord() {
        assertThatThrownBy(() -> Converted.of(plain("1", 5))).hasMessageContaining("Integer");
        assertThatThrownBy(() -> Converted.of(plain("1", List.of(1)))).isInstanceOf(BadRecordException.class);
    }

    @Test
    void maps() throws Exception {
        Map<String, @Nullable Object> value =
                map("n", 1L, "d", 1.5, "b", true, "s", "x", "none", null, "list", List.of(1, map("a", 2)));
        assertThat(Converted.of(plain("1", value)).document())
                .isEqualTo(Converted.tree("{'n':1,'d':1.5,'b':true,'s':'x','none':null,'list':[1,{'a':2}]}"));
    }

    @Test
    void whatConvertersWithSchemasPutAroundIsTakenAway() throws Exception {
        byte[] value = json("{'schema':{'type':'struct'},'payload':{'n':1}}");
        assertThat(Converted.of(plain("1", value)).document()).isEqualTo(Converted.tree("{'n':1}"));
        byte[] none = json("{'schema':{'type':'struct'},'payload':null}");
        assertThat(Converted.of(plain("1", none)).isDelete()).isTrue();
        byte[] own = json("{'schema':{'type':'struct'},'payload':{'n':1},'more':1}");
        assertThat(Converted.of(plain("1", own)).document().size()).isEqualTo(3);
    }

    @Test
    void fieldsAreLeftOut() throws Exception {
        String[] without = {"document.exclude", "__deleted,n"};
        byte[] value = json("{'id':1,'n':2,'in':{'n':3},'d':1.10,'__deleted':'false'}");
        assertThat(new String(Converted.of(plain("1", value), without).bytes(), UTF_8))
                .isEqualTo("{\"id\":1,\"in\":{\"n\":3},\"d\":1.10}");
        assertThat(Converted.of(plain("1", map("id", 1, "n", 2)), without).document())
                .isEqualTo(Converted.tree("{'id':1}"));
        SinkRecord struct = Records.withSchemas(
                Records.KEY, new Struct(Records.KEY).put("id", 1L), Records.ROW, Records.row(1, "a", 5));
        assertThat(Converted.of(struct, "document.exclude", "name", "version.from", "field")
                        .document())
                .isEqualTo(Converted.tree("{'id':1,'version':5}"));
    }

    /** It stands for a value that is in the table and not in the log: stored, it would take the value's place. */
    @Test
    void whatDebeziumDoesNotKnowIsABadRecord() {
        String unknown = "__debezium_unavailable_value";
        assertThatThrownBy(() -> Converted.of(plain("1", json("{'text':'" + unknown + "'}"))))
                .hasMessageContaining("REPLICA IDENTITY FULL");
        assertThatThrownBy(() -> Converted.of(plain("1", map("text", unknown))).bytes())
                .hasMessageContaining("REPLICA IDENTITY FULL");
        assertThatThrownBy(() ->
                        Converted.of(plain("1", map("list", List.of(unknown)))).bytes())
                .hasMessageContaining("REPLICA IDENTITY FULL");
        assertThatThrownBy(() -> Converted.of(plain("1", map("b", unknown.getBytes(UTF_8))))
                        .bytes())
                .hasMessageContaining("REPLICA IDENTITY FULL");
        assertThat(Converted.of(plain("1", map("text", unknown)), "document.unavailable.value", "")
                        .bytes())
                .isNotEmpty();
    }

    // ids

    @Test
    void idsOfKeys() {
        byte[] value = json("{}");
        assertThat(Converted.of(plain("4711", value)).id()).isEqualTo("4711");
        assertThat(Converted.of(plain(4711, value)).id()).isEqualTo("4711");
        assertThat(Converted.of(plain(4711L, value)).id()).isEqualTo("4711");
        assertThat(Converted.of(plain("4711".getBytes(UTF_8), value)).id()).isEqualTo("4711");
        assertThat(Converted.of(plain(map("id", 4711), value)).id()).isEqualTo("4711");
        assertThat(Converted.of(plain("{\"id\":4711}", value)).id()).isEqualTo("4711");
        assertThat(Converted.of(plain("{\"schema\":{},\"payload\":{\"id\":4711}}".getBytes(UTF_8), value))
                        .id())
                .isEqualTo("4711");
        assertThat(Converted.of(plain(map("a", 1, "b", "x"), value), "document.id", "${key.a}-${key.b}")
                        .id())
                .isEqualTo("1-x");
        assertThat(Converted.of(plain("x", value), "document.id", "p/${key}").id())
                .isEqualTo("p/x");
        assertThat(Converted.of(plain(map("k", map("a", 1)), value), "document.id", "${key.k.a}")
                        .id())
                .isEqualTo("1");
    }

    @Test
    void aKeyWithoutAnIdIsABadRecord() {
        byte[] value = json("{}");
        assertThatThrownBy(() -> Converted.of(plain(null, value))).hasMessageContaining("no key");
        assertThatThrownBy(() -> Converted.of(plain(map("id", null), value))).hasMessageContaining("${key.id}");
        assertThatThrownBy(() -> Converted.of(plain(map("a", 1, "b", 2), value)))
                .hasMessageContaining("document.id");
        assertThatThrownBy(() -> Converted.of(plain(map("a", 1), value), "document.id", "${key.id}"))
                .hasMessageContaining("${key.id}");
        assertThatThrownBy(() -> Converted.of(plain(1.5, value))).hasMessageContaining("Double");
        assertThat(Converted.of(plain("{\"a\":", value)).id())
                .as("no object, but a text")
                .isEqualTo("{\"a\":");
        assertThatThrownBy(() -> Converted.of(plain("{\"a\":}", value))).isInstanceOf(BadRecordException.class);
        assertThatThrownBy(() -> Converted.of(plain(new byte[] {(byte) 0xff}, value)))
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> Converted.of(plain("x".repeat(513), value))).hasMessageContaining("512");
        assertThatThrownBy(() -> Converted.of(plain("", value))).hasMessageContaining("id");
    }

    // indices

    @Test
    void indicesOfTopics() {
        String[] routes = {
            "version.from",
            "offset",
            "index",
            "${topic}",
            "index.routes",
            "shop\\.(.*):$1-v2, old.*:archive, all:${topic}x"
        };
        assertThat(Converted.of(to("shop.Products"), routes).index()).isEqualTo("products-v2");
        assertThat(Converted.of(to("older"), routes).index()).isEqualTo("archive");
        assertThat(Converted.of(to("all"), routes).index()).isEqualTo("allx");
        assertThat(Converted.of(to("Server.Schema.Table"), routes).index()).isEqualTo("server.schema.table");
    }

    @Test
    void aTopicWithoutAnIndexIsABadRecord() {
        assertThatThrownBy(() -> Converted.of(to("a"), "version.from", "offset", "index", "", "index.routes", "b:b"))
                .isInstanceOf(BadRecordException.class)
                .hasMessageContaining("topic a");
        assertThatThrownBy(() -> Converted.of(to("_a"), "version.from", "offset", "index", "${topic}"))
                .isInstanceOf(BadRecordException.class);
    }

    @Test
    void offsetsOfTwoTopicsDoNotGoIntoOneIndex() {
        IndexRoutes routes = new SinkConfig(Converted.settings("version.from", "offset")).routes();
        assertThat(routes.of("a")).isEqualTo("products");
        assertThat(routes.of("a")).isEqualTo("products");
        assertThatThrownBy(() -> routes.of("b"))
                .isNotInstanceOf(BadRecordException.class)
                .hasMessageContaining("version.from=offset");
        assertThat(new SinkConfig(Converted.settings()).routes().of("b")).isEqualTo("products");
    }

    // versions

    @ParameterizedTest
    @CsvSource({"5, 5", "0, 0", "9223372036854775806, 9223372036854775806"})
    void versionsOfHeaders(String header, long version) {
        assertThat(Converted.of(Records.of(0, 7, "1", header, json("{}"))).version())
                .isEqualTo(version);
        assertThat(Converted.of(Records.of(0, 7, "1", header.getBytes(UTF_8), json("{}")))
                        .version())
                .isEqualTo(version);
        assertThat(Converted.of(Records.of(0, 7, "1", version, json("{}"))).version())
                .isEqualTo(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-3", "three", "", "1.5", "9223372036854775807", "99999999999999999999"})
    void whatIsNoVersionIsABadRecord(String header) {
        assertThatThrownBy(() -> Converted.of(Records.of(0, 7, "1", header, json("{}"))))
                .isInstanceOf(BadRecordException.class)
                .hasMessageContaining("version");
    }

    /** Never an unguarded write. */
    @Test
    void aRecordWithoutAVersionIsABadRecord() {
        for (String from : List.of("header", "field", "postgres-lsn", "mysql-binlog", "timestamp")) {
            for (Object value : new Object[] {json("{'n':1}"), map("n", 1), null}) {
                assertThatThrownBy(() -> Converted.of(
                                Records.of(0, 7, "1", null, value),
                                "version.from",
                                from,
                                "version.timestamp.field",
                                "at"))
                        .as(from)
                        .isInstanceOf(BadRecordException.class)
                        .hasMessageContaining("no version");
            }
        }
    }

    @Test
    void versionsOfFields() {
        for (Object value :
                new Object[] {json("{'n':1,'meta':{'a':0,'version':12}}"), map("meta", map("version", 12))}) {
            assertThat(Converted.of(plain("1", value), "version.from", "field", "version.field", "meta.version")
                            .version())
                    .isEqualTo(12);
        }
        assertThatThrownBy(() -> Converted.of(plain("1", json("{'version':1.5}")), "version.from", "field"))
                .hasMessageContaining("field version");
        assertThatThrownBy(() -> Converted.of(plain("1", json("{'version':-1}")), "version.from", "field"))
                .hasMessageContaining("-1");
    }

    @Test
    void versionsOfTimestamps() {
        String[] both = {"version.from", "timestamp", "version.timestamp.field", "at", "version.counter.field", "n"};
        long version = ExternalVersions.ofTimestampAndCounter(Instant.ofEpochMilli(1_700_000_000_000L), 7);
        assertThat(Converted.of(plain("1", json("{'at':1700000000000,'n':7}")), both)
                        .version())
                .isEqualTo(version);
        assertThat(Converted.of(plain("1", json("{'at':'2023-11-14T22:13:20Z','n':7}")), both)
                        .version())
                .isEqualTo(version);
        Schema schema = SchemaBuilder.struct()
                .field(
                        "at",
                        SchemaBuilder.int64()
                                .name("io.debezium.time.MicroTimestamp")
                                .build())
                .field("n", Schema.INT32_SCHEMA)
                .build();
        Struct value = new Struct(schema).put("at", 1_700_000_000_000_000L).put("n", 7);
        assertThat(Converted.of(Records.withSchemas(Schema.STRING_SCHEMA, "1", schema, value), both)
                        .version())
                .isEqualTo(version);
        assertThatThrownBy(() -> Converted.of(plain("1", json("{'at':1700000000000}")), both))
                .hasMessageContaining("no version");
        assertThatThrownBy(() -> Converted.of(plain("1", json("{'at':'2023-11-14','n':7}")), both))
                .hasMessageContaining("ISO 8601");
        assertThatThrownBy(() -> Converted.of(plain("1", json("{'at':1,'n':1048576}")), both))
                .hasMessageContaining("counter");
    }

    /** That of the broker, whatever transforms have made of the topic. */
    @Test
    void versionsOfOffsets() {
        SinkRecord record = new SinkRecord(
                "renamed", 0, null, "1", null, json("{}"), 7, null, TimestampType.CREATE_TIME, null, "shop", 3, 42);
        assertThat(Converted.of(record, "version.from", "offset").version()).isEqualTo(42);
    }

    // Debezium

    private static SinkRecord event(Struct value) {
        return Records.withSchemas(Records.KEY, new Struct(Records.KEY).put("id", 4711L), Records.EVENT, value);
    }

    @Test
    void eventsOfDebezium() throws Exception {
        Converted written = Converted.of(event(Records.event("u", null, Records.row(4711, "b", 3), 99)), LSN);
        assertThat(written.id()).isEqualTo("4711");
        assertThat(written.version()).isEqualTo(99);
        assertThat(written.document()).isEqualTo(Converted.tree("{'id':4711,'name':'b','version':3}"));

        Converted deleted = Converted.of(event(Records.event("d", Records.row(4711, "b", 3), null, 100)), LSN);
        assertThat(deleted.isDelete()).isTrue();
        assertThat(deleted.version()).isEqualTo(100);
    }

    /** A change that was logged before the table was read, and committed after, has a lower position, and must win. */
    @Test
    void aRowThatWasReadIsBelowAllThatIsLogged() {
        assertThat(Converted.of(event(Records.event("r", null, Records.row(4711, "a", 3), 500)), LSN)
                        .version())
                .isZero();
        assertThat(Converted.of(plain("1", json("{'n':1,'__op':'r','__source_lsn':500}")), LSN)
                        .version())
                .isZero();
    }

    @Test
    void aSnapshotThatIsMadeAgainGetsThePositionFromBeforeIt() {
        assertThat(Converted.of(
                                event(Records.event("r", null, Records.row(4711, "a", 3), 500)),
                                "version.from",
                                "postgres-lsn",
                                "version.snapshot",
                                "450")
                        .version())
                .isEqualTo(450);
    }

    @Test
    void aDeleteIsAboveTheRowThatItDeletes() {
        String[] field = {"version.from", "field"};
        assertThat(Converted.of(event(Records.event("c", null, Records.row(1, "b", 3), 9)), field)
                        .version())
                .isEqualTo(3);
        Converted deleted = Converted.of(event(Records.event("d", Records.row(1, "b", 3), null, 10)), field);
        assertThat(deleted.version()).isEqualTo(4);
        assertThat(deleted.isDelete()).isTrue();
        assertThatThrownBy(() -> Converted.of(event(Records.event("d", null, null, 10)), field))
                .hasMessageContaining("REPLICA IDENTITY FULL");
    }

    @Test
    void eventsWithoutASchema() throws Exception {
        String source = "'source':{'connector':'postgresql','lsn':99,'ts_ms':1}";
        byte[] json = json("{'before':null,'after':{'id':1,'op':'x'},'op':'c'," + source + "}");
        assertThat(Converted.of(plain("1", json), LSN).version()).isEqualTo(99);
        assertThat(new String(Converted.of(plain("1", json), LSN).bytes(), UTF_8))
                .isEqualTo("{\"id\":1,\"op\":\"x\"}");
        byte[] wrapped =
                json("{'schema':{'type':'struct'},'payload':{'before':{'id':1},'after':null,'op':'d'," + source + "}}");
        assertThat(Converted.of(plain("1", wrapped), LSN).isDelete()).isTrue();
        Map<String, @Nullable Object> map =
                map("op", "u", "after", map("id", 1), "source", map("connector", "postgresql", "lsn", 99L));
        assertThat(Converted.of(plain("1", map), LSN).document()).isEqualTo(Converted.tree("{'id':1}"));
    }

    @Test
    void documentsThatLookLikeEventsAreNone() throws Exception {
        byte[] value = json("{'op':'c','source':{'name':'x'},'after':{'n':1}}");
        assertThat(Converted.of(plain("1", value)).document()).isEqualTo(Converted.tree(new String(value, UTF_8)));
    }

    @Test
    void eventsOfNoRowAreBadRecords() {
        assertThatThrownBy(() -> Converted.of(event(Records.event("t", null, null, 9)), LSN))
                .hasMessageContaining("truncated");
        assertThatThrownBy(() -> Converted.of(event(Records.event("m", null, null, 9)), LSN))
                .isInstanceOf(BadRecordException.class);
        assertThatThrownBy(() -> Converted.of(event(Records.event("u", null, null, 9)), LSN))
                .isInstanceOf(BadRecordException.class);
    }

    @Test
    void unwrappedEvents() {
        assertThat(Converted.of(plain("1", json("{'n':1,'__source_lsn':99}")), LSN)
                        .version())
                .isEqualTo(99);
        assertThat(Converted.of(plain("1", json("{'n':1,'__lsn':99}")), LSN).version())
                .isEqualTo(99);
        Converted deleted = Converted.of(plain("1", json("{'n':1,'__deleted':'true','__source_lsn':99}")), LSN);
        assertThat(deleted.isDelete()).isTrue();
        assertThat(deleted.version()).isEqualTo(99);
        assertThat(Converted.of(plain("1", json("{'n':1,'__deleted':'false','__lsn':99}")), LSN)
                        .isDelete())
                .isFalse();
        SinkRecord header = plain("1", null);
        header.headers().addLong("__source_lsn", 99);
        assertThat(Converted.of(header, LSN).isDelete()).isTrue();
        assertThat(Converted.of(header, LSN).version()).isEqualTo(99);
        SinkRecord text = plain("1", json("{'n':1}"));
        text.headers().addString("__source_lsn", "16/B374D848");
        assertThat(Converted.of(text, LSN).version()).isEqualTo(ExternalVersions.ofPostgresLsn("16/B374D848"));
    }

    @Test
    void positionsInMySqlsLog() {
        String[] binlog = {"version.from", "mysql-binlog"};
        long version = ExternalVersions.ofMySqlBinlog("mysql-bin.000123", 4567, 2);
        String source = "{'connector':'mysql','file':'mysql-bin.000123','pos':4567,'row':2}";
        assertThat(Converted.of(plain("1", json("{'op':'u','after':{'n':1},'source':" + source + "}")), binlog)
                        .version())
                .isEqualTo(version);
        assertThat(Converted.of(
                                plain(
                                        "1",
                                        json(
                                                "{'n':1,'__source_file':'mysql-bin.000123','__source_pos':4567,'__source_row':2}")),
                                binlog)
                        .version())
                .isEqualTo(version);
        assertThatThrownBy(() -> Converted.of(plain("1", json("{'__file':'mysql-bin','__pos':4}")), binlog))
                .hasMessageContaining("file");
    }
}
