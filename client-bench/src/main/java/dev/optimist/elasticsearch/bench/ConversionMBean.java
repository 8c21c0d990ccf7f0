package dev.optimist.elasticsearch.bench;

/** How long a {@link TimedConverter} took. */
public interface ConversionMBean {
    /** Returns the nanoseconds of all threads together. */
    long getNanos();
}
