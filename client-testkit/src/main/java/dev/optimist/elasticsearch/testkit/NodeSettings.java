package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is in the settings of each node of a cluster, by its name; not where its files are. */
final class NodeSettings {
    private NodeSettings() {}

    static Map<String, Map<String, String>> of(Generation generation, ServerOptions options) throws IOException {
        List<String> names = IntStream.rangeClosed(1, options.nodes())
                .mapToObj(i -> "node-" + i)
                .toList();
        List<Integer> ports = names.size() == 1 ? List.of(0) : freePorts(names.size());
        Map<String, Map<String, String>> all = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("cluster.name", "optimist-" + ProcessHandle.current().pid());
            settings.put("network.host", "127.0.0.1");
            settings.put("http.port", "0");
            settings.put("node.portsfile", "true");
            // disks of build machines are nearly full, and then no shard would be given to a node
            settings.put("cluster.routing.allocation.disk.threshold_enabled", "false");
            settings.put(generation.transportPort(), ports.get(i).toString());
            settings.putAll(generation.settings());
            settings.putAll(names.size() == 1 ? generation.alone() : together(names, ports));
            settings.putAll(options.settings());
            settings.put("node.name", names.get(i));
            all.put(names.get(i), settings);
        }
        return all;
    }

    private static Map<String, String> together(List<String> names, List<Integer> ports) {
        return Map.of(
                "discovery.seed_hosts",
                ports.stream().map(p -> "127.0.0.1:" + p).collect(Collectors.joining(", ", "[", "]")),
                "cluster.initial_master_nodes",
                "[" + String.join(", ", names) + "]");
    }

    /** Held open together, so that they differ. */
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
                ports.add(sockets.get(i).getLocalPort());
            }
            return ports;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
