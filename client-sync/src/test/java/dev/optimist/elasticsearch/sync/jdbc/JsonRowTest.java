package dev.optimist.elasticsearch.sync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonRowTest {
    private Database database;

    @BeforeEach
    void create() throws SQLException {
        database = new Database();
    }

    @AfterEach
    void drop() throws SQLException {
        database.close();
    }

    private ObjectNode map(String columns, String... except) throws SQLException {
        try (Connection connection = database.begin();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select " + columns)) {
            assertThat(row.next()).isTrue();
            return RowMapper.json(except).map(row);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "cast('7' as int); 7",
                "9223372036854775807; 9223372036854775807",
                "cast(12345678901234567890.12 as numeric(30, 2)); 12345678901234567890.12",
                "cast(1.25 as real); 1.25",
                "cast(0.1 as double); 0.1",
                "true; true",
                "'a \"b\" 中'; \"a \\\"b\\\" 中\"",
                "date '2026-01-31'; \"2026-01-31\"",
                "time '23:59:58'; \"23:59:58\"",
                "timestamp '2026-01-31 23:59:58.123456'; \"2026-01-31T23:59:58.123456\"",
                "timestamp with time zone '2026-01-31 23:59:58+02:00'; \"2026-01-31T21:59:58Z\"",
                "x'00ff'; \"AP8=\"",
                "uuid '00000000-0000-0000-0000-0000000000ff'; \"00000000-0000-0000-0000-0000000000ff\"",
                "cast('long' as clob); \"long\"",
                "array[1, null, 3]; [1,null,3]",
                "array['a', 'b']; [\"a\",\"b\"]",
                "json '{\"a\": [1]}'; {\"a\":[1]}"
            })
    void columnsBecomeFields(String sql, String json) throws Exception {
        assertThat(new ObjectMapper().writeValueAsString(map(sql + " as \"f\"").get("f")))
                .isEqualTo(json);
    }

    @Test
    void nullIsNullInEveryType() throws SQLException {
        for (String type : new String[] {
            "int",
            "bigint",
            "numeric(5)",
            "real",
            "double",
            "boolean",
            "varchar",
            "date",
            "time",
            "timestamp",
            "timestamp with time zone",
            "varbinary",
            "uuid",
            "clob",
            "int array",
            "json"
        }) {
            assertThat(map("cast(null as " + type + ") as \"f\"").get("f").isNull())
                    .as(type)
                    .isTrue();
        }
    }

    @Test
    void columnsAreLeftOutInAnyCase() throws SQLException {
        assertThat(map("1 as a, 2 as \"b\", 3 as c", "A", "B")).hasToString("{\"C\":3}");
    }

    @Test
    void whatJsonHasNotIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> map("cast('NaN' as double) as x"))
                .withMessage("column X is NaN, which JSON has not");
    }
}
