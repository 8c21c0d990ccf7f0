package dev.optimist.elasticsearch.spring;

import dev.optimist.elasticsearch.AttemptsExhaustedException;
import dev.optimist.elasticsearch.VersionConflictException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.support.PersistenceExceptionTranslator;

/**
 * Makes conflicts Spring's: a {@link VersionConflictException}, and an {@link AttemptsExhaustedException} after one, become an
 * {@link OptimisticLockingFailureException}, whose cause they are. Nothing was written then, so that who tries again does no
 * harm. All other exceptions stay as they are; above all, an unknown outcome is not to look like one that may be repeated.
 *
 * <p>Spring asks it for exceptions of beans with {@code @Repository}. Thread-safe.
 *
 * <pre>{@code
 * @Repository
 * class Pieces {
 *     void count(VersionedDocument<Stock> read, Stock counted) {
 *         stock.index(read.id(), counted, WriteCondition.unchangedSince(read));
 *     }
 * }
 *
 * @Service
 * class Counting {
 *     Pieces pieces; // a bean; an exception of one that was made by new stays what it is
 *
 *     void save() {
 *         try {
 *             pieces.count(read, counted);
 *         } catch (OptimisticLockingFailureException e) {
 *             log.info("somebody was faster: read it again", e.getCause());
 *         }
 *     }
 * }
 * }</pre>
 */
public final class OptimistExceptionTranslator implements PersistenceExceptionTranslator {
    @Override
    public @Nullable DataAccessException translateExceptionIfPossible(RuntimeException e) {
        boolean conflict = e instanceof VersionConflictException
                || (e instanceof AttemptsExhaustedException && e.getCause() instanceof VersionConflictException);
        return conflict ? new OptimisticLockingFailureException(e.getMessage(), e) : null;
    }
}
