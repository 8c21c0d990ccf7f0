package dev.optimist.elasticsearch;

import static dev.optimist.elasticsearch.ExternalVersions.ofMySqlBinlog;
import static dev.optimist.elasticsearch.ExternalVersions.ofPostgresLsn;
import static dev.optimist.elasticsearch.ExternalVersions.ofRowVersion;
import static dev.optimist.elasticsearch.ExternalVersions.ofTimestampAndCounter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalVersionsTest {
    private static final int SAMPLES = 2_000;
    private static final long LAST_MILLI = (1L << 43) - 1;

    private record Moment(long millis, long counter) {}

    private record Binlog(int file, long position, int row) {}

    @Test
    void valuesThatCanBeLookedUp() {
        assertThat(ofRowVersion(0)).isZero();
        assertThat(ofRowVersion(Long.MAX_VALUE - 1)).isEqualTo(Long.MAX_VALUE - 1);
        assertThat(ofTimestampAndCounter(Instant.ofEpochMilli(3), 5)).isEqualTo(3L * 1024 * 1024 + 5);
        assertThat(ofPostgresLsn("16/B374D848")).isEqualTo(0x16B374D848L);
        assertThat(ofPostgresLsn("0/0")).isZero();
        assertThat(ofPostgresLsn("7fffffff/fffffffe")).isEqualTo(Long.MAX_VALUE - 1);
        assertThat(ofPostgresLsn(0x16B374D848L)).isEqualTo(ofPostgresLsn("16/B374D848"));
        assertThat(ofMySqlBinlog("mysql-bin.000123", 4, 2)).isEqualTo((123L << 44) + (4L << 12) + 2);
        assertThat(ofMySqlBinlog("a.b.000001", 4_294_967_295L, 4_095)).isLessThan(ofMySqlBinlog("a.b.2", 0, 0));
        assertThat(ofMySqlBinlog("log.524287", 4_294_967_295L, 4_094)).isEqualTo(Long.MAX_VALUE - 1);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void orderIsKept(long seed) {
        Random random = new Random(seed);
        ordered(
                random,
                r -> new Moment(r.nextLong(LAST_MILLI), r.nextLong(1 << 20)),
                Comparator.comparing(Moment::millis).thenComparing(Moment::counter),
                m -> ofTimestampAndCounter(Instant.ofEpochMilli(m.millis()), m.counter()));
        ordered(
                random,
                r -> new Moment(r.nextLong(3), r.nextLong(3)),
                Comparator.comparing(Moment::millis).thenComparing(Moment::counter),
                m -> ofTimestampAndCounter(Instant.ofEpochMilli(m.millis()), m.counter()));
        ordered(
                random,
                r -> (Long) r.nextLong(Long.MAX_VALUE),
                Comparator.<Long>naturalOrder(),
                lsn -> ofPostgresLsn(String.format(Locale.ROOT, "%X/%X", lsn >>> 32, lsn & 0xFFFFFFFFL)));
        ordered(
                random,
                r -> new Binlog(r.nextInt(1 << 19), r.nextLong(1L << 32), r.nextInt(1 << 12)),
                Comparator.comparing(Binlog::file)
                        .thenComparing(Binlog::position)
                        .thenComparing(Binlog::row),
                b -> ofMySqlBinlog("mysql-bin." + String.format(Locale.ROOT, "%06d", b.file()), b.position(), b.row()));
    }

    private static <V> void ordered(
            Random random, Function<Random, V> value, Comparator<V> order, ToLongFunction<V> version) {
        List<V> values =
                Stream.generate(() -> value.apply(random)).limit(SAMPLES).toList();
        for (int i = 1; i < SAMPLES; i++) {
            V one = values.get(i - 1);
            V other = values.get(i);
            long version1 = version.applyAsLong(one);
            assertThat(version1).isBetween(0L, Long.MAX_VALUE - 1);
            assertThat(Integer.signum(Long.compare(version1, version.applyAsLong(other))))
                    .as("%s and %s", one, other)
                    .isEqualTo(Integer.signum(order.compare(one, other)));
        }
    }

    @Test
    void whatHasNoPlaceIsRefusedByItsName() {
        refused("rowVersion", () -> ofRowVersion(-1));
        refused("rowVersion", () -> ofRowVersion(Long.MAX_VALUE));
        refused("timestamp", () -> ofTimestampAndCounter(Instant.ofEpochMilli(-1), 0));
        refused("timestamp", () -> ofTimestampAndCounter(Instant.ofEpochMilli(LAST_MILLI + 1), 0));
        refused("timestamp", () -> ofTimestampAndCounter(Instant.MAX, 0));
        refused("timestamp", () -> ofTimestampAndCounter(Instant.MIN, 0));
        refused("counter", () -> ofTimestampAndCounter(Instant.EPOCH, -1));
        refused("counter", () -> ofTimestampAndCounter(Instant.EPOCH, 1 << 20));
        refused(
                "timestamp and counter",
                () -> ofTimestampAndCounter(Instant.ofEpochMilli(LAST_MILLI), (1 << 20) - 1)); // Long.MAX_VALUE
        for (String lsn : List.of("", "16", "16/", "/B3", "16/B374D8481", "16/G", "-1/0", "1/2/3", " 1/2")) {
            refused("lsn", () -> ofPostgresLsn(lsn));
        }
        refused("lsn", () -> ofPostgresLsn("80000000/0"));
        refused("lsn", () -> ofPostgresLsn("7FFFFFFF/FFFFFFFF"));
        refused("lsn", () -> ofPostgresLsn(-1));
        refused("file", () -> ofMySqlBinlog("mysql-bin", 4, 0));
        refused("file", () -> ofMySqlBinlog("mysql-bin.x1", 4, 0));
        refused("number of the file", () -> ofMySqlBinlog("mysql-bin.524288", 4, 0));
        refused("position", () -> ofMySqlBinlog("mysql-bin.000001", -1, 0));
        refused("position", () -> ofMySqlBinlog("mysql-bin.000001", 1L << 32, 0));
        refused("rowInEvent", () -> ofMySqlBinlog("mysql-bin.000001", 4, -1));
        refused("rowInEvent", () -> ofMySqlBinlog("mysql-bin.000001", 4, 4_096));
        refused("file, position", () -> ofMySqlBinlog("mysql-bin.524287", 4_294_967_295L, 4_095)); // Long.MAX_VALUE
    }

    private static void refused(String parameter, ThrowingCallable what) {
        assertThatIllegalArgumentException().isThrownBy(what).withMessageStartingWith(parameter);
    }
}
