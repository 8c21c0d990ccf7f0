package dev.optimist.elasticsearch.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.optimist.elasticsearch.OptimistException;
import dev.optimist.elasticsearch.ServerUnavailableException;
import dev.optimist.elasticsearch.VersionedClient;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Conflicts are translated in the sample, on a real server; here is what is not. */
class OptimistExceptionTranslatorTest {
    private final OptimistExceptionTranslator translator = new OptimistExceptionTranslator();

    @Test
    void whatIsNoConflictStaysAsItIs() {
        try (VersionedClient client =
                VersionedClient.connect(o -> o.hosts("http://localhost:1").retryBudget(0))) {
            OptimistException unavailable = catchThrowableOfType(
                    ServerUnavailableException.class,
                    () -> client.documents("i", Map.class).get("1"));
            assertThat(translator.translateExceptionIfPossible(unavailable)).isNull();
        }
        assertThat(translator.translateExceptionIfPossible(new IllegalStateException()))
                .isNull();
    }
}
