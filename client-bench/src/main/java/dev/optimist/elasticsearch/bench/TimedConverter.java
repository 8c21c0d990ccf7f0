package dev.optimist.elasticsearch.bench;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.Converter;

/** Another converter, and how long it takes: runs in a worker of Connect, which shows that by JMX. */
public final class TimedConverter implements Converter {
    /** The setting with the class of the other one. */
    static final String DELEGATE = "delegate";

    static final String NAME = "optimist.bench:type=Conversion";

    private static final LongAdder NANOS = new LongAdder();

    private volatile Converter delegate;

    /** Makes one that has to be configured. */
    @SuppressWarnings("NullAway.Init") // Connect configures it before it does anything else
    public TimedConverter() {}

    @Override
    public void configure(Map<String, ?> settings, boolean isKey) {
        try {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            ObjectName name = new ObjectName(NAME);
            synchronized (NANOS) { // there is one for each task
                if (!server.isRegistered(name)) {
                    server.registerMBean(new Conversion(NANOS), name);
                }
            }
            Class<?> other = Class.forName(String.valueOf(settings.get(DELEGATE)));
            delegate = (Converter) other.getDeclaredConstructor().newInstance();
        } catch (JMException | ReflectiveOperationException e) {
            throw new ConnectException(e);
        }
        delegate.configure(settings, isKey);
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte[] value) {
        long begun = System.nanoTime();
        try {
            return delegate.toConnectData(topic, value);
        } finally {
            NANOS.add(System.nanoTime() - begun);
        }
    }

    @Override
    public SchemaAndValue toConnectData(String topic, Headers headers, byte[] value) {
        long begun = System.nanoTime();
        try {
            return delegate.toConnectData(topic, headers, value);
        } finally {
            NANOS.add(System.nanoTime() - begun);
        }
    }

    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
        return delegate.fromConnectData(topic, schema, value);
    }
}
