package dev.optimist.elasticsearch.it.connect;

import com.sun.tools.attach.VirtualMachine;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The metrics that a worker shows by JMX. */
final class Jmx {
    private Jmx() {}

    /** Returns the sums, over all tasks of a connector in this process, of what the plugin itself counts. */
    static Map<String, Double> ofPlugin(long pid, String connector) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
        JMXServiceURL url;
        try {
            url = new JMXServiceURL(machine.startLocalManagementAgent());
        } finally {
            machine.detach();
        }
        try (JMXConnector jmx = JMXConnectorFactory.connect(url)) {
            MBeanServerConnection server = jmx.getMBeanServerConnection();
            Set<ObjectName> tasks = server.queryNames(
                    new ObjectName("kafka.connect:type=plugins,connector=\"" + connector + "\",*"), null);
            Map<String, Double> sums = new TreeMap<>();
            for (ObjectName task : tasks) {
                for (MBeanAttributeInfo attribute : server.getMBeanInfo(task).getAttributes()) {
                    if (server.getAttribute(task, attribute.getName()) instanceof Number value) {
                        sums.merge(attribute.getName(), value.doubleValue(), Double::sum);
                    }
                }
            }
            return sums;
        }
    }
}
