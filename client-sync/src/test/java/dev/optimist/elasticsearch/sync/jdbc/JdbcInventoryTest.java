package dev.optimist.elasticsearch.sync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.sync.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JdbcInventoryTest {
    private Database database;

    @BeforeEach
    void create() throws SQLException {
        database = new Database();
        database.run("create table products(id int primary key, version bigint, gone boolean default false)");
        database.run("create table products_deleted(id int, version bigint)");
    }

    @AfterEach
    void drop() throws SQLException {
        database.close();
    }

    private JdbcInventory<ObjectNode> inventory(Consumer<JdbcOptions> options) {
        return JdbcTable.of(database.dataSource(), "products", o -> options.accept(o.pageSize(3)))
                .inventory();
    }

    private static List<String> said(JdbcInventory<ObjectNode> inventory) throws Exception {
        List<String> rows = new ArrayList<>();
        inventory.forEach(row -> rows.add(said(row)));
        return rows;
    }

    private static String said(Row<ObjectNode> row) {
        return (row.document() == null ? "-" : "") + row.id() + "@" + row.version();
    }

    private void product(int id, long version) {
        database.run("merge into products key (id) values (?, ?, false)", id, version);
    }

    @Test
    void everyRowIsGivenOnce() throws Exception {
        assertThat(said(inventory(o -> {}))).isEmpty();
        for (int rows = 1; rows < 8; rows++) {
            product(rows, rows);
            assertThat(said(inventory(o -> {})))
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, rows)
                            .mapToObj(i -> i + "@" + i)
                            .toList());
            assertThat(inventory(o -> {}).size()).isEqualTo(rows);
        }
        database.run("update products set gone = true where id = 4");
        assertThat(said(inventory(o -> o.deleted("gone")))).contains("3@3", "-4@4", "5@5");
    }

    @Test
    void deletesAreGivenOnceToo() throws Exception {
        for (int i = 0; i < 20; i++) {
            if (i % 3 == 0) {
                database.run("insert into products_deleted values (?, ?), (?, ?)", i, i, i, i - 100);
            } else {
                product(i, i);
            }
        }
        database.run("insert into products_deleted values (1, 0)"); // of an earlier life
        JdbcInventory<ObjectNode> inventory = inventory(o -> o.deletes("products_deleted"));
        assertThat(said(inventory))
                .containsExactlyElementsOf(IntStream.range(0, 20)
                        .mapToObj(i -> (i % 3 == 0 ? "-" : "") + i + "@" + i)
                        .toList());
        assertThat(inventory.size()).isEqualTo(13 + 14 + 1);
    }

    @Test
    void rowsThatStayAreGivenOnceWhileOthersComeAndGo() throws Exception {
        IntStream.range(0, 30).forEach(i -> product(i * 10, i));
        List<String> ids = new ArrayList<>();
        inventory(o -> {}).forEach(row -> {
            ids.add(row.id());
            int id = Integer.parseInt(row.id());
            if (id == 50) {
                database.run("delete from products where id in (30, 100)");
                product(5, 1);
                product(295, 1);
                product(200, 77);
            }
        });
        List<String> stay = IntStream.range(0, 30)
                .filter(i -> i != 10)
                .mapToObj(i -> Integer.toString(i * 10))
                .collect(Collectors.toCollection(ArrayList::new));
        stay.add("295");
        assertThat(ids).containsExactlyElementsOf(stay);
    }

    @Test
    void rowsAreFoundByTheirIdsAndNoOthers() throws Exception {
        IntStream.range(0, 1_200).forEach(i -> product(i, i));
        database.run("insert into products_deleted values (7000, 3), (7000, 5), (7, 1)");
        List<String> ids = new ArrayList<>(
                IntStream.range(0, 1_000).mapToObj(Integer::toString).toList());
        ids.addAll(List.of("7000", "8000", "no number", "007", ""));
        Map<String, Row<ObjectNode>> found =
                inventory(o -> o.deletes("products_deleted")).find(ids);
        assertThat(found).hasSize(1_001);
        assertThat(found.values().stream().map(JdbcInventoryTest::said)).contains("-7000@5", "7@7", "999@999");
        assertThat(inventory(o -> {}).find(List.of())).isEmpty();
        assertThat(inventory(o -> {}).find(List.of("007"))).as("is another _id").isEmpty();
    }

    @Test
    void idsMayBeTextOrUuids() throws Exception {
        database.run("create table texts(id varchar primary key, version int)");
        database.run("insert into texts values ('ä', 1), ('a''; drop table texts', 2), ('中', 3), ('', 4)");
        JdbcInventory<ObjectNode> texts =
                JdbcTable.of(database.dataSource(), "texts", o -> o.pageSize(1)).inventory();
        assertThat(said(texts)).containsExactlyInAnyOrder("ä@1", "a'; drop table texts@2", "中@3", "@4");
        assertThat(texts.find(List.of("a'; drop table texts", "A", "中")).keySet())
                .containsExactlyInAnyOrder("a'; drop table texts", "中");

        UUID uuid = UUID.fromString("00000000-0000-0000-0000-0000000000ff");
        database.run("create table uuids(id uuid primary key, version int)");
        database.run("insert into uuids values (?, 1), (?, 2)", uuid, new UUID(5, 5));
        JdbcInventory<ObjectNode> uuids =
                JdbcTable.of(database.dataSource(), "uuids", o -> o.pageSize(1)).inventory();
        assertThat(said(uuids)).hasSize(2).contains(uuid + "@1");
        assertThat(uuids.find(List.of(uuid.toString(), "ff", "0-0-0-0-ff"))).hasSize(1);
    }

    @Test
    void aRowWithoutAVersionIsNamed() {
        database.run("insert into products values (1, null, false)");
        assertThatIllegalStateException()
                .isThrownBy(() -> said(inventory(o -> {})))
                .withMessage("row 1 of products: version: column VERSION must not be null");
    }
}
