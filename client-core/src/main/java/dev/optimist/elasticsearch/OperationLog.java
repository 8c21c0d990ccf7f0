package dev.optimist.elasticsearch;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What is logged of operations: what is expected at debug, what has used up its attempts as a warning, what nobody knows as an
 * error. Ids and tokens are key-value pairs. Exceptions are not logged, as they go to the caller; nor are documents.
 */
record OperationLog(Logger logger) {
    /** A name that users can set a level for; no class's, as those may change. */
    static final String NAME = "dev.optimist.elasticsearch.operations";

    OperationLog() {
        this(LoggerFactory.getLogger(NAME));
    }

    void conflicts(List<VersionConflictException> conflicts) {
        if (conflicts.isEmpty() || !logger.isDebugEnabled()) {
            return;
        }
        for (VersionConflictException e : conflicts) {
            LoggingEventBuilder line =
                    document(logger.atDebug(), e).addKeyValue("kind", e.kind()).addKeyValue("attempt", e.attempts());
            line = add(line, "required_seq_no", e.requiredSeqNo());
            line = add(line, "required_primary_term", e.requiredPrimaryTerm());
            line = add(line, "required_version", e.requiredVersion());
            line = add(line, "current_seq_no", e.currentSeqNo());
            line = add(line, "current_primary_term", e.currentPrimaryTerm());
            line = add(line, "current_version", e.currentVersion());
            line.log("version conflict");
        }
    }

    void failed(Throwable failure) {
        if (failure instanceof AttemptsExhaustedException e) {
            document(logger.atWarn(), e)
                    .addKeyValue("limit", e.limit())
                    .addKeyValue("attempts", e.attempts())
                    .log("attempts exhausted, nothing was written");
        } else if (failure instanceof OutcomeUnknownException e) {
            LoggingEventBuilder line =
                    token(document(logger.atError(), e), e.token().orElse(null));
            String writeId = e.writeId().orElse(null);
            line = writeId == null ? line : line.addKeyValue("write_id", writeId);
            line.addKeyValue("operation", e.operation())
                    .addKeyValue("cause", cause(e))
                    .log("outcome unknown: nobody can tell whether it was or will be applied");
        } else if (failure instanceof IncarnationChangedException e) {
            token(document(logger.atError(), e), e.required())
                    .log("applied to a document of another incarnation of the index, which was never read");
        }
    }

    /** One line for all, as a lost answer may be that of a thousand. */
    void unknown(List<OutcomeUnknownException> ofOneRequest) {
        if (!ofOneRequest.isEmpty()) {
            OutcomeUnknownException first = ofOneRequest.get(0);
            document(logger.atError(), first)
                    .addKeyValue("operations", ofOneRequest.size())
                    .addKeyValue("cause", cause(first))
                    .log("outcome unknown of operations of a bulk request, of which this id is the first");
        }
    }

    private static LoggingEventBuilder document(LoggingEventBuilder line, OptimistException e) {
        return line.addKeyValue("index", e.index()).addKeyValue("id", e.id());
    }

    private static LoggingEventBuilder token(LoggingEventBuilder line, @Nullable DocumentToken token) {
        return token == null
                ? line
                : line.addKeyValue("required_seq_no", token.seqNo())
                        .addKeyValue("required_primary_term", token.primaryTerm())
                        .addKeyValue("required_version", token.version());
    }

    private static LoggingEventBuilder add(LoggingEventBuilder line, String key, OptionalLong value) {
        return value.isPresent() ? line.addKeyValue(key, value.getAsLong()) : line;
    }

    /** Its class alone: what a server or proxy says may quote what it was sent. */
    private static String cause(OptimistException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == e ? "none" : cause.getClass().getName();
    }
}
