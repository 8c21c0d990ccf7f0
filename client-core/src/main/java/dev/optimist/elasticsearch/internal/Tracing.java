package dev.optimist.elasticsearch.internal;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;

/**
 * Whether elasticsearch-java's transport would trace. Its own look at that ({@code OpenTelemetryForElasticsearch.getDefault}) is
 * right only for the first client of a JVM: the next one finds the wrapped no-op that the first has left, and makes of every
 * request a span that nobody gets.
 */
final class Tracing {
    private static final String NAME = "optimist";

    private Tracing() {}

    /** Returns whether there is an OpenTelemetry in this JVM that does something with spans. */
    static boolean isOn() {
        try {
            return GlobalOpenTelemetry.getTracer(NAME) != OpenTelemetry.noop().getTracer(NAME);
        } catch (NoClassDefFoundError excluded) { // from the class path, which elasticsearch-java allows
            return false;
        }
    }
}
