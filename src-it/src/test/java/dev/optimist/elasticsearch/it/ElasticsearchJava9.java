package dev.optimist.elasticsearch.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What is done through elasticsearch-java's own requests: with its version 8 at run time, it is left out. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(ElasticsearchJava9.Condition.class)
public @interface ElasticsearchJava9 {
    /** For JUnit. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            try {
                Class.forName("co.elastic.clients.transport.rest5_client.Rest5ClientTransport");
                return ConditionEvaluationResult.enabled("it is 9");
            } catch (ClassNotFoundException e) {
                return ConditionEvaluationResult.disabled(
                        "asks elasticsearch() for a client, for which elasticsearch-java 8 has no transport");
            }
        }
    }
}
