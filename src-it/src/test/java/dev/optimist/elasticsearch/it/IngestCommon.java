package dev.optimist.elasticsearch.it;

import dev.optimist.elasticsearch.testkit.ElasticsearchExtension;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What needs the processors of the module ingest-common, which distributions for tests leave out: asked of the server. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(IngestCommon.Condition.class)
public @interface IngestCommon {
    /** What the report says. */
    String BECAUSE = "drop and script are processors of 6.5 and later, and not of the distributions for tests";

    /** For JUnit. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            String processors = new Rest(ElasticsearchExtension.server(context).url())
                    .get("/_nodes/ingest?filter_path=nodes.*.ingest.processors.type")
                    .body()
                    .toString();
            return processors.contains("\"drop\"") && processors.contains("\"script\"")
                    ? ConditionEvaluationResult.enabled("it has them")
                    : ConditionEvaluationResult.disabled(BECAUSE);
        }
    }
}
