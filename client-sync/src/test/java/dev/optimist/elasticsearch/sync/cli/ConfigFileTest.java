package dev.optimist.elasticsearch.sync.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.optimist.elasticsearch.sync.cli.SyncConfig.CdcSection;
import dev.optimist.elasticsearch.sync.cli.SyncConfig.PollSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "DB_PASSWORD", "hunter2-db", "EMPTY", "", "INDEX", "products", "URL_WITH", "jdbc:h2:x;PASSWORD=hunter2");

    private static final String GOOD = """
            name: products
            elasticsearch:
              hosts: [http://a:9200, http://b:9200]
              index: ${INDEX}
            database:
              url: jdbc:h2:mem:cli
              user: sa
              password: ${DB_PASSWORD}
            table:
              name: products
              pageSize: 500
            poll:
              overlap: 10
              interval: 250ms
            writer:
              requestsInFlight: 4
            """;

    @TempDir
    Path folder;

    @Test
    void readsYaml() throws IOException {
        SyncConfig config = read(GOOD).config();
        assertThat(config.name()).isEqualTo("products");
        assertThat(config.elasticsearch().hosts()).containsExactly("http://a:9200", "http://b:9200");
        assertThat(config.elasticsearch().index()).isEqualTo("products");
        assertThat(config.database().password()).extracting(Secret::reveal).isEqualTo("hunter2-db");
        assertThat(config.table().pageSize()).isEqualTo(500);
        assertThat(config.poll()).extracting(PollSection::interval).isEqualTo(Duration.ofMillis(250));
        assertThat(config.writer().requestsInFlight()).isEqualTo(4);
        assertThat(config.verify().settle()).isNull();
    }

    @Test
    void readsTheSameFromProperties() throws IOException {
        String properties = """
                # a comment
                name = products
                elasticsearch.hosts = http://a:9200, \\
                    http://b:9200
                elasticsearch.index = ${INDEX}
                database.url = jdbc:h2:mem:cli
                database.user: sa
                database.password = ${DB_PASSWORD}
                ! another
                table.name = products
                table.pageSize = 500
                poll.overlap = 10
                poll.interval = 250ms
                writer.requestsInFlight = 4
                """;
        assertThat(read("sync.properties", properties).config().toString())
                .isEqualTo(read(GOOD).config().toString());
        assertThat(read("sync.properties", properties + "database.properties.a.b = c\n")
                        .config()
                        .database()
                        .properties())
                .containsExactly(Map.entry("a.b", "c"));
        assertWrong(
                "sync.properties",
                properties.replace("overlap = 10", "overlapp = 10"),
                "sync.properties:12: poll.overlapp: is unknown here; is it overlap?");
        assertWrong(
                "sync.properties",
                properties + "database = x\n",
                "sync.properties:15: database: is a section, and has no value");
        assertWrong("sync.properties", properties + "x = \\u12\n", "sync.properties:15: is not a line of properties");
    }

    @Test
    void theExampleIsRight() throws IOException {
        String example = InitCommand.example();
        Map<String, String> environment = Map.of("SHOP_PASSWORD", "x", "ES_PASSWORD", "y");
        Path file = Files.writeString(folder.resolve("sync.yaml"), example);
        assertThat(ConfigFile.read(file, environment::get).config().name()).isEqualTo("products");
        // and so is every key that is commented out, but for those that exclude others
        List<String> others = List.of("apiKeyFile", "passwordFile", "safeUpTo", "file", "deleted");
        String all = example.lines()
                .filter(line -> others.stream().noneMatch(k -> line.matches("\\s*#\\s*" + k + ":.*")))
                .map(line -> line.replaceFirst("^( *)# ((  )*[a-zA-Z.]+:( |$))", "$1$2"))
                .filter(line -> !line.matches("(?s)cdc:.*|  slot:.*|  publication:.*|    database.sslmode:.*"))
                .reduce("", (a, b) -> a + b + "\n");
        all = all.replaceAll("  properties:            # of Debezium\n", "");
        Path whole = Files.writeString(folder.resolve("all.yaml"), all);
        SyncConfig config = ConfigFile.read(whole, environment::get).config();
        assertThat(config.elasticsearch().requestTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.checkpoint().index()).isEqualTo("optimist-sync");
        assertThat(config.verify().pageSize()).isEqualTo(1000);
        assertThat(config.writer().maxSuspicious()).isZero();
    }

    /** What is replaced in the good one, and what is said then. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pageSize: 500       | page-size: 500       | 11: table.page-size: is unknown here; is it pageSize?
            interval: 250ms     | sparkle: 1           | 14: poll.sparkle: is unknown here; there are cursor, interval, overlap, safeUpTo
            writer:             | writers:             | 15: writers: is unknown here; is it writer?
            pageSize: 500       | pageSize: many       | 11: table.pageSize: must be a whole number
            pageSize: 500       | pageSize: 1.5        | 11: table.pageSize: must be a whole number
            pageSize: 500       | pageSize: 99999999999| 11: table.pageSize: must be a whole number
            pageSize: 500       | pageSize: [1, 2]     | 11: table.pageSize: must be a whole number
            pageSize: 500       | pageSize: 0          | 11: table.pageSize: must be between 1 and 100000, is 0
            requestsInFlight: 4 | requestsInFlight: 65 | 16: writer.requestsInFlight: must be between 1 and 64, is 65
            requestsInFlight: 4 | maxRejected: 5       | 15: writer.deadLetters: is missing
            requestsInFlight: 4 | compareDuplicates: perhaps | 16: writer.compareDuplicates: must be true or false
            interval: 250ms     | interval: soon       | 14: poll.interval: must be a time such as 500ms
            interval: 250ms     | interval: 0s         | 14: poll.interval: must be longer than 0
            interval: 250ms     | safeUpTo: select 1   | 13: poll.overlap: cannot be set beside safeUpTo
            overlap: 10         | cursor: x            | 12: poll.overlap: is missing, or safeUpTo
            overlap: 10         | overlap: -1          | 13: poll.overlap: must be a whole number or a time
            poll:               | polls:               | 12: polls: is unknown here; is it poll?
            name: products      | name: a b            | 1: name: must be 1 to 200 letters
            url: jdbc:h2:mem:cli | user: x             | 7: database.user: is in line 6 already
            url: jdbc:h2:mem:cli | url: jdbc:h2:x;password=hunter2 | 6: database.url: must not hold a user or password
            url: jdbc:h2:mem:cli | url: ${URL_WITH}    | 6: database.url: must not hold a user or password
            url: jdbc:h2:mem:cli | url: jdbc:postgresql://me:hunter2@h/d | 6: database.url: must not hold a user or password
            url: jdbc:h2:mem:cli | connections: 4      | 5: database.url: is missing
            password: ${DB_PASSWORD} | password: hunter2 | 8: database.password: must be ${NAME}
            password: ${DB_PASSWORD} | password: ${NONE} | 8: database.password: NONE is not set in the environment
            password: ${DB_PASSWORD} | password: ${EMPTY} | 8: database.password: the variable of the environment is empty
            password: ${DB_PASSWORD} | passwordFile: none.txt | 8: database.passwordFile:
            password: ${DB_PASSWORD} | password: "hunter2 | is not YAML
            index: ${INDEX}     | username: x          | 2: elasticsearch.index: is missing
            index: ${INDEX}     | index: [             | is not YAML
            hosts: [http://a:9200, http://b:9200] | hosts: http://me:hunter2@a:9200 | 3: elasticsearch.hosts: must not hold a user or password
            hosts: [http://a:9200, http://b:9200] | hosts: a:9200 | 3: elasticsearch.hosts: must be like https://host:9200
            hosts: [http://a:9200, http://b:9200] | hosts: [] | 3: elasticsearch.hosts: is missing
            """)
    void aWrongOneNamesTheKeyAndTheLine(String good, String wrong, String said) throws IOException {
        assertThat(GOOD).contains(good);
        String yaml = GOOD.replace(good, wrong);
        if (wrong.equals("index: [")) {
            yaml = GOOD.replace(good, wrong + "\n");
        }
        assertWrong("sync.yaml", yaml, said);
    }

    @Test
    void sectionsAreNamedWhereTheyAreMissing() throws IOException {
        assertWrong(
                "sync.yaml", GOOD.replaceFirst("(?s)poll:.*writer:", "writer:"), "sync.yaml: poll: is missing, or cdc");
        assertWrong("sync.yaml", GOOD.replaceFirst("(?s)table:.*poll:", "poll:"), "sync.yaml: table: is missing");
        assertWrong("sync.yaml", GOOD + "cdc: {slot: a}\n", "sync.yaml:17: cdc: cannot be set beside poll");
        assertWrong("sync.yaml", GOOD + "verify: 5\n", "sync.yaml:17: verify: must be a section of keys");
        assertWrong("sync.yaml", "", "sync.yaml: name: is missing");
        assertWrong("sync.yaml", "- a\n", "sync.yaml:1: must begin with a key");
        assertWrong("sync.yaml", GOOD + "---\nname: x\n", "must be one document");
        assertThatThrownBy(() -> ConfigFile.read(folder.resolve("none.yaml"), ENVIRONMENT::get))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("none.yaml: cannot be read: NoSuchFileException");
    }

    @Test
    void cdcHasItsOwnRules() throws IOException {
        String cdc = GOOD.replaceFirst("(?s)poll:.*writer:", "cdc:\n  slot: shop\nwriter:")
                .replace("jdbc:h2:mem:cli", "jdbc:postgresql://localhost:5433/shop")
                .replace("  name: products\n", "  name: public.products\n");
        assertThat(read(cdc).config().cdc())
                .extracting(CdcSection::publicationName)
                .isEqualTo("shop");
        assertWrong("sync.yaml", cdc.replace("public.", ""), "sync.yaml:10: table.name: must be schema.name for cdc");
        assertWrong("sync.yaml", cdc.replace("slot: shop", "slot: Shop"), "sync.yaml:13: cdc.slot: must be 1 to 54");
        assertWrong(
                "sync.yaml",
                cdc.replace("pageSize: 500", "deleted: gone"),
                "sync.yaml:11: table.deleted: cannot be set beside cdc");
        assertWrong(
                "sync.yaml",
                cdc.replace("slot: shop", "properties: {sslpassword: hunter2}"),
                "sync.yaml:13: cdc.properties.sslpassword: must be ${NAME}");
        assertSetupRefuses(
                cdc.replace("slot: shop", "properties: {slot.name: x}"),
                "sync.yaml:13: cdc.properties.slot.name: is set by the source itself");
    }

    @Test
    void whatTheLibraryRefusesIsNamedToo() throws IOException {
        assertSetupRefuses(GOOD.replace("pageSize: 500", "id: 'a b; drop'"), "sync.yaml:11: table.id: ");
        assertSetupRefuses(GOOD.replace("jdbc:h2:mem:cli", "jdbc:none:x"), "sync.yaml:6: database.url: no JDBC driver");
        assertSetupRefuses(
                GOOD.replace("index: ${INDEX}", "index: products\n  caCertificate: none.crt"),
                "sync.yaml:5: elasticsearch.caCertificate: ");
        Setup.of(read(GOOD)).close();
    }

    @Test
    void secretsComeFromFilesAndAreInNoText() throws IOException {
        Files.writeString(folder.resolve("secret.txt"), "hunter2-file\n");
        ConfigFile file = read(GOOD.replace("password: ${DB_PASSWORD}", "passwordFile: secret.txt"));
        assertThat(file.config().database().password())
                .extracting(Secret::reveal)
                .isEqualTo("hunter2-file");
        assertThat(file.secrets()).containsExactly("hunter2-file");
        assertThat(file + " " + file.config()).doesNotContain("hunter2");

        ConfigFile properties = read(
                GOOD.replace("  user: sa", "  user: sa\n  properties: {sslpassword: '${DB_PASSWORD}', a: '${INDEX}'}"));
        assertThat(properties.config().database().properties())
                .containsEntry("sslpassword", "hunter2-db")
                .containsEntry("a", "products");
        assertThat(properties.secrets()).containsExactly("hunter2-db");
        assertThat(properties + " " + properties.config()).doesNotContain("hunter2");

        Files.writeString(folder.resolve("empty.txt"), "\n");
        assertWrong(
                "sync.yaml", GOOD.replace("password: ${DB_PASSWORD}", "passwordFile: empty.txt"), "empty.txt is empty");
        assertWrong(
                "sync.yaml",
                GOOD.replace("  user: sa", "  passwordFile: secret.txt"),
                "sync.yaml:7: database.passwordFile: cannot be set beside password");
    }

    private ConfigFile read(String yaml) throws IOException {
        return read("sync.yaml", yaml);
    }

    private ConfigFile read(String name, String content) throws IOException {
        return ConfigFile.read(Files.writeString(folder.resolve(name), content), ENVIRONMENT::get);
    }

    /** And it has no secret in it, nor in its causes. */
    private void assertWrong(String name, String content, String said) throws IOException {
        Path file = Files.writeString(folder.resolve(name), content);
        Throwable thrown = catchThrowable(() -> ConfigFile.read(file, ENVIRONMENT::get));
        assertThat(thrown)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(said)
                .hasNoCause();
        assertThat(thrown.getMessage()).startsWith(folder.toString()).doesNotContain("hunter2");
    }

    private void assertSetupRefuses(String yaml, String said) throws IOException {
        ConfigFile file = read(yaml);
        Throwable thrown = catchThrowable(() -> Setup.of(file).close());
        assertThat(thrown)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(said)
                .hasNoCause();
        assertThat(thrown.getMessage()).doesNotContain("hunter2");
    }
}
