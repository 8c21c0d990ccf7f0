package dev.optimist.elasticsearch.testkit;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives the tests of a whole run one Elasticsearch: {@code @ExtendWith(ElasticsearchExtension.class)} on a class, and a
 * parameter of type {@link ElasticsearchServer} wherever JUnit Jupiter resolves parameters.
 *
 * <p>It starts before the first test class that has the extension and stops after the last test. Tests share it: let each
 * use an index of its own.
 *
 * <pre>{@code
 * @ExtendWith(ElasticsearchExtension.class)
 * class StockTest {
 *     @Test
 *     void isOneServerForAllClasses(ElasticsearchServer server) {
 *         log.info(server.url());
 *     }
 * }
 * }</pre>
 */
public final class ElasticsearchExtension implements BeforeAllCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(ElasticsearchExtension.class);

    /** For JUnit. */
    public ElasticsearchExtension() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        server(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == ElasticsearchServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return server(context);
    }

    /**
     * Returns the server of this run for another extension, a condition say. It is started if it is not there yet.
     *
     * @param context of what runs
     * @throws ServerStartException if it does not start
     */
    public static ElasticsearchServer server(ExtensionContext context) {
        return context.getRoot() // JUnit closes what its store holds
                .getStore(NAMESPACE)
                .computeIfAbsent(
                        ElasticsearchServer.class, key -> ElasticsearchServer.start(), ElasticsearchServer.class);
    }
}
