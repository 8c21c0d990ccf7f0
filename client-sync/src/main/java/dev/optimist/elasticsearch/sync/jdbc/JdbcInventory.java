package dev.optimist.elasticsearch.sync.jdbc;

import dev.optimist.elasticsearch.sync.Inventory;
import dev.optimist.elasticsearch.sync.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a {@link JdbcTable}, read in the order of their ids, each page by a query of its own: it needs no snapshot, and
 * no more than a page of memory, and the table may change meanwhile. A row that is there from the beginning to the end is
 * given once, in the state that it has when its page is read. With a table of deletes the ids of both are gone through
 * together, and each is given once; a row that exists comes before its delete.
 *
 * <p>A failure that may pass is repeated ({@link JdbcOptions#giveUpAfter}); it throws what {@link JdbcSource} throws.
 * Thread-safe.
 *
 * <pre>{@code
 * Verifier<ObjectNode> verifier = Verifier.of(
 *         client, "products", JdbcTable.of(dataSource, "products", o -> {}).inventory(), o -> {});
 * }</pre>
 *
 * @param <T> the class of the documents
 */
public final class JdbcInventory<T> implements Inventory<T> {
    /** Some databases take 1 000 in a list, some 2 100 parameters. */
    private static final int IN_LIST = 500;

    private final JdbcTable<T> table;
    private final JdbcOptions options;
    private volatile Relation.@Nullable Both relations;

    JdbcInventory(JdbcTable<T> table) {
        this.table = table;
        this.options = table.options();
    }

    @Override
    public void forEach(Consumer<? super Row<T>> rows) throws SQLException, InterruptedException {
        Relation deletes = relations().deletes();
        if (deletes != null) {
            forEachOfBoth(deletes, rows);
            return;
        }
        Relation relation = relations().rows();
        Comparable<?> last = null;
        List<Fetched<T>> page;
        do {
            Query query = after(new Query("select r.* from " + relation.from() + " r"), relation, last);
            page = list(relation, query, new Fetched.Reader<>(relation, table.mapper()));
            for (Fetched<T> fetched : page) {
                rows.accept(fetched.row());
                last = fetched.place().id();
            }
        } while (page.size() == options.pageSize());
    }

    /** The database puts the ids of both in order, as only it knows how it compares them. */
    private void forEachOfBoth(Relation deletes, Consumer<? super Row<T>> rows)
            throws SQLException, InterruptedException {
        Relation relation = relations().rows();
        Scalar type = relation.id().ordered();
        Comparable<?> last = null;
        List<Map.Entry<Comparable<?>, String>> page;
        do {
            Query query =
                    new Query("select u.id from (" + ids(relation, last) + " union " + ids(deletes, last) + ") u");
            if (last != null) {
                query.with(type, last).with(type, last);
            }
            query.first(relation.dialect(), "u.id", options.pageSize());
            page = list(relation, query, row -> Map.entry(type.read(row, 1), row.getString(1)));
            List<String> ids = page.stream().map(Map.Entry::getValue).toList();
            Map<String, Row<T>> found = find(ids);
            for (String id : ids) {
                Row<T> row = found.get(id);
                if (row != null) { // else it is gone meanwhile
                    rows.accept(row);
                }
            }
            last = page.isEmpty() ? last : page.get(page.size() - 1).getKey();
        } while (page.size() == options.pageSize());
    }

    /** A page of each is enough for a page of both. */
    private String ids(Relation relation, @Nullable Comparable<?> last) {
        String id = relation.id().sql();
        String select = "select distinct " + id + " as id from " + relation.from() + " r"
                + (last == null ? "" : " where " + id + " > ?") + " order by " + id;
        return "select p.id from (" + relation.dialect().limited(select, options.pageSize()) + ") p";
    }

    private Query after(Query query, Relation relation, @Nullable Comparable<?> last) {
        if (last != null) {
            query.and(relation.id().sql() + " > ?").with(relation.id().ordered(), last);
        }
        return query.first(relation.dialect(), relation.id().sql(), options.pageSize());
    }

    @Override
    public Map<String, Row<T>> find(Collection<String> ids) throws SQLException, InterruptedException {
        Relation.Both both = relations();
        Map<String, Row<T>> found = new HashMap<>();
        find(both.rows(), table.mapper(), ids, found);
        Relation deletes = both.deletes();
        if (deletes != null) {
            List<String> others =
                    ids.stream().filter(id -> !found.containsKey(id)).toList();
            find(deletes, null, others, found);
        }
        return found;
    }

    private void find(
            Relation relation, @Nullable RowMapper<T> mapper, Collection<String> ids, Map<String, Row<T>> found)
            throws SQLException, InterruptedException {
        Scalar type = relation.id().ordered();
        Set<String> wanted = new HashSet<>();
        List<Comparable<?>> keys = new ArrayList<>();
        for (String id : ids) {
            try {
                keys.add(type.parse(id));
                wanted.add(id);
            } catch (RuntimeException e) {
                // no row can have such an id
            }
        }
        for (int i = 0; i < keys.size(); i += IN_LIST) {
            List<Comparable<?>> some = keys.subList(i, Math.min(keys.size(), i + IN_LIST));
            Query query = new Query("select r.* from " + relation.from() + " r")
                    .and(relation.id().sql() + " in (" + String.join(", ", Collections.nCopies(some.size(), "?"))
                            + ")");
            some.forEach(key -> query.with(type, key));
            for (Fetched<T> fetched : list(relation, query, new Fetched.Reader<>(relation, mapper))) {
                if (wanted.contains(fetched.row().id())) { // and not 7 for 007
                    found.merge(fetched.row().id(), fetched.row(), JdbcInventory::newer);
                }
            }
        }
    }

    /** An id may have several deletes. */
    private static <T> Row<T> newer(Row<T> one, Row<T> other) {
        Long version1 = one.version();
        Long version2 = other.version();
        return version1 != null && version2 != null && version2 > version1 ? other : one;
    }

    @Override
    public long size() throws SQLException, InterruptedException {
        Relation.Both both = relations();
        Relation deletes = both.deletes();
        return count(both.rows()) + (deletes == null ? 0 : count(deletes));
    }

    private long count(Relation relation) throws SQLException, InterruptedException {
        Query query = new Query("select count(*) from " + relation.from() + " r");
        return list(relation, query, row -> row.getLong(1)).get(0);
    }

    private Relation.Both relations() throws SQLException, InterruptedException {
        Relation.Both known = relations;
        if (known == null) {
            known = read(table.table(), connection -> Relation.of(table, connection));
            relations = known;
        }
        return known;
    }

    private <R> List<R> list(Relation relation, Query query, Query.Row<? extends R> row)
            throws SQLException, InterruptedException {
        return read(relation.name(), connection -> query.<R>list(connection, options, row));
    }

    private <R> R read(String what, Reads.Read<R> read) throws SQLException, InterruptedException {
        try {
            return table.reads().read(what, () -> false, read);
        } catch (Reads.StoppedException e) {
            throw new IllegalStateException(e); // nobody asks it to stop
        }
    }
}
