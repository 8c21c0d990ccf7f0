package dev.optimist.elasticsearch.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What servers before cannot do, or were seen to do otherwise: the test is left out there, and the report says why. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@interface Since {
    /** Returns the first version of Elasticsearch that it holds for; OpenSearch has all that came with 7.10. */
    String value();

    /** Returns what is missing before. */
    String because();
}
