package dev.optimist.elasticsearch.bench;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import java.time.Duration;
import java.util.Objects;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.data.elasticsearch.client.elc.ElasticsearchTemplate;
import org.springframework.data.elasticsearch.core.ElasticsearchOperations;
import org.springframework.data.elasticsearch.core.mapping.IndexCoordinates;
import org.springframework.retry.support.RetryTemplate;

/**
 * Spring Data Elasticsearch with {@code @Version}, in a template of Spring Retry: as many attempts and the same pauses as
 * others here, without the refresh after each write that a repository does.
 */
final class SpringData implements Side {
    private static final int ATTEMPTS = 50;

    private final ElasticsearchOperations operations;
    private final IndexCoordinates index;
    private final RetryTemplate retry = RetryTemplate.builder()
            .maxAttempts(ATTEMPTS)
            .exponentialBackoff(Duration.ofMillis(5), 2, Duration.ofMillis(500), true)
            .retryOn(OptimisticLockingFailureException.class)
            .build();

    SpringData(ElasticsearchClient client, String index) {
        this.operations = new ElasticsearchTemplate(client);
        this.index = IndexCoordinates.of(index);
    }

    @Override
    public String name() {
        return Sides.SPRING_DATA;
    }

    @Override
    public Outcome sellOne(String id, long end) {
        try {
            return retry.execute(context -> {
                if (context.getRetryCount() > 0 && end - System.nanoTime() <= 0) {
                    return Outcome.UNFINISHED;
                }
                SpringArticle article = Objects.requireNonNull(operations.get(id, SpringArticle.class, index), id);
                operations.save(article.sellOne(), index);
                return Outcome.ACKNOWLEDGED;
            });
        } catch (OptimisticLockingFailureException e) {
            return Outcome.GAVE_UP;
        }
    }
}
