package dev.optimist.elasticsearch.it;

import dev.optimist.elasticsearch.AsyncVersionedDocuments;
import dev.optimist.elasticsearch.DocumentOptions;
import dev.optimist.elasticsearch.Modification;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteResult;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The methods that wait, by either face of the library: what is true of one has to be true of the other. */
interface Documents<T> {

    /** The faces. */
    enum Face {
        BLOCKING {
            @Override
            <T> Documents<T> of(VersionedDocuments<T> documents) {
                return new Blocking<>(documents);
            }
        },
        ASYNC {
            @Override
            <T> Documents<T> of(VersionedDocuments<T> documents) {
                return new Async<>(documents.async());
            }
        };

        abstract <T> Documents<T> of(VersionedDocuments<T> documents);
    }

    Documents<T> with(Consumer<DocumentOptions> options);

    Optional<VersionedDocument<T>> get(String id);

    WriteResult create(String id, T document);

    WriteResult index(String id, T document, WriteCondition condition);

    WriteResult delete(String id, WriteCondition condition);

    ModificationResult<T> readModifyWrite(String id, UnaryOperator<T> modifier);

    ModificationResult<T> readModifyWrite(String id, String writeId, UnaryOperator<T> modifier);

    ModificationResult<T> readModifyWriteOptional(String id, Function<Optional<T>, Modification<T>> modifier);

    ModificationResult<T> readModifyWriteOptional(
            String id, String writeId, Function<Optional<T>, Modification<T>> modifier);

    <U> U unwrap(Class<U> type);

    void putLedgerMapping();

    /** As they are. */
    record Blocking<T>(VersionedDocuments<T> documents) implements Documents<T> {
        @Override
        public Documents<T> with(Consumer<DocumentOptions> options) {
            return new Blocking<>(documents.with(options));
        }

        @Override
        public Optional<VersionedDocument<T>> get(String id) {
            return documents.get(id);
        }

        @Override
        public WriteResult create(String id, T document) {
            return documents.create(id, document);
        }

        @Override
        public WriteResult index(String id, T document, WriteCondition condition) {
            return documents.index(id, document, condition);
        }

        @Override
        public WriteResult delete(String id, WriteCondition condition) {
            return documents.delete(id, condition);
        }

        @Override
        public ModificationResult<T> readModifyWrite(String id, UnaryOperator<T> modifier) {
            return documents.readModifyWrite(id, modifier);
        }

        @Override
        public ModificationResult<T> readModifyWrite(String id, String writeId, UnaryOperator<T> modifier) {
            return documents.readModifyWrite(id, writeId, modifier);
        }

        @Override
        public ModificationResult<T> readModifyWriteOptional(
                String id, Function<Optional<T>, Modification<T>> modifier) {
            return documents.readModifyWriteOptional(id, modifier);
        }

        @Override
        public ModificationResult<T> readModifyWriteOptional(
                String id, String writeId, Function<Optional<T>, Modification<T>> modifier) {
            return documents.readModifyWriteOptional(id, writeId, modifier);
        }

        @Override
        public <U> U unwrap(Class<U> type) {
            return documents.unwrap(type);
        }

        @Override
        public void putLedgerMapping() {
            documents.putLedgerMapping();
        }
    }

    /** Futures, of which each is waited for. */
    record Async<T>(AsyncVersionedDocuments<T> documents) implements Documents<T> {
        @Override
        public Documents<T> with(Consumer<DocumentOptions> options) {
            return new Async<>(documents.blocking().with(options).async());
        }

        @Override
        public Optional<VersionedDocument<T>> get(String id) {
            return join(documents.get(id));
        }

        @Override
        public WriteResult create(String id, T document) {
            return join(documents.create(id, document));
        }

        @Override
        public WriteResult index(String id, T document, WriteCondition condition) {
            return join(documents.index(id, document, condition));
        }

        @Override
        public WriteResult delete(String id, WriteCondition condition) {
            return join(documents.delete(id, condition));
        }

        @Override
        public ModificationResult<T> readModifyWrite(String id, UnaryOperator<T> modifier) {
            return join(documents.readModifyWrite(id, modifier));
        }

        @Override
        public ModificationResult<T> readModifyWrite(String id, String writeId, UnaryOperator<T> modifier) {
            return join(documents.readModifyWrite(id, writeId, modifier));
        }

        @Override
        public ModificationResult<T> readModifyWriteOptional(
                String id, Function<Optional<T>, Modification<T>> modifier) {
            return join(documents.readModifyWriteOptional(id, modifier));
        }

        @Override
        public ModificationResult<T> readModifyWriteOptional(
                String id, String writeId, Function<Optional<T>, Modification<T>> modifier) {
            return join(documents.readModifyWriteOptional(id, writeId, modifier));
        }

        @Override
        public <U> U unwrap(Class<U> type) {
            return documents.blocking().unwrap(type);
        }

        @Override
        public void putLedgerMapping() {
            documents.blocking().putLedgerMapping();
        }

        private static <R> R join(CompletableFuture<R> future) {
            try {
                return future.join();
            } catch (CompletionException e) {
                throw Async.<RuntimeException>sneaky(e.getCause());
            }
        }

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        private static <E extends Throwable> E sneaky(Throwable thrown) throws E {
            throw (E) thrown;
        }
    }
}
