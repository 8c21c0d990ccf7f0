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
import org.junit.platform.commons.support.AnnotationSupport;

/** What servers before cannot do, or were seen to do otherwise: the test is left out there, and the report says why. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(Since.Condition.class)
public @interface Since {
    /** Returns the first version of Elasticsearch that it holds for; OpenSearch has all that came with 7.10. */
    String value() default "1";

    /** Returns what is missing before. */
    String because();

    /** Returns whether it holds for OpenSearch. */
    boolean openSearch() default true;

    /** For JUnit. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getElement(), Since.class)
                    .filter(since -> !holds(
                            since,
                            Generation.of(ElasticsearchExtension.server(context).version())))
                    .map(since -> ConditionEvaluationResult.disabled(since.because()))
                    .orElse(ConditionEvaluationResult.enabled("it can"));
        }

        static boolean holds(Since since, Generation generation) {
            return generation.isAtLeast(since.value()) && (since.openSearch() || !generation.isOpenSearch());
        }
    }
}
