/**
 * Auto-configuration for Spring Boot 4: a {@link dev.optimist.elasticsearch.VersionedClient} from {@code spring.elasticsearch.*}
 * and {@code optimist.*}, and with an actuator its health, meters and hottest documents. Conflicts of repositories become Spring's
 * {@link org.springframework.dao.OptimisticLockingFailureException}.
 */
@NullMarked
package dev.optimist.elasticsearch.spring;

import org.jspecify.annotations.NullMarked;
