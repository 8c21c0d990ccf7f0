package dev.optimist.elasticsearch.sync;

import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a primary database holds now, so that an index can be compared with it. Thread-safe.
 *
 * <pre>{@code
 * class Products implements Inventory<Product> {
 *     @Override
 *     public void forEach(Consumer<? super Row<Product>> rows) {
 *         table.values().forEach(rows);
 *     }
 *
 *     @Override
 *     public Map<String, Row<Product>> find(Collection<String> ids) {
 *         Map<String, Row<Product>> found = new HashMap<>(table);
 *         found.keySet().retainAll(ids);
 *         return found;
 *     }
 * }
 * }</pre>
 *
 * @param <T> the class of the documents
 */
public interface Inventory<T> extends AutoCloseable {

    /**
     * Gives every row, deletes that the database remembers included, once, in any order, with no more than a page of them in
     * memory.
     *
     * @param rows takes them; what it throws ends the reading
     */
    void forEach(Consumer<? super Row<T>> rows) throws Exception;

    /**
     * Looks rows up, as they are now.
     *
     * @param ids at most 1 000
     * @return by id; those that do not exist are left out, and those whose delete is remembered have no document
     */
    Map<String, Row<T>> find(Collection<String> ids) throws Exception;

    /** Returns how many rows there are, about, for the progress; -1 if that is not known. By default -1. */
    default long size() throws Exception {
        return -1;
    }

    @Override
    default void close() {}
}
