package dev.optimist.elasticsearch.bench;

import java.util.concurrent.atomic.LongAdder;

/** As JMX wants it: a class by the name of its interface. */
final class Conversion implements ConversionMBean {
    private final LongAdder nanos;

    Conversion(LongAdder nanos) {
        this.nanos = nanos;
    }

    @Override
    public long getNanos() {
        return nanos.sum();
    }
}
