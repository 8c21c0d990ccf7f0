package dev.optimist.elasticsearch.it.connect;

import dev.optimist.elasticsearch.testkit.ConnectCluster;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;

/** The metrics that a worker shows by JMX. */
final class Jmx {
    private Jmx() {}

    /** Returns the sums, over all tasks of a connector in this process, of what the plugin itself counts. */
    static Map<String, Long> ofPlugin(ConnectCluster connect, int worker, String connector) throws Exception {
        try (JMXConnector jmx = connect.jmx(worker)) {
            MBeanServerConnection server = jmx.getMBeanServerConnection();
            Set<ObjectName> tasks =
                    server.queryNames(new ObjectName("kafka.connect:type=plugins,connector=" + connector + ",*"), null);
            Map<String, Long> sums = new TreeMap<>();
            for (ObjectName task : tasks) {
                for (MBeanAttributeInfo attribute : server.getMBeanInfo(task).getAttributes()) {
                    if (server.getAttribute(task, attribute.getName()) instanceof Number value) {
                        sums.merge(attribute.getName(), value.longValue(), Long::sum);
                    }
                }
            }
            return sums;
        }
    }
}
