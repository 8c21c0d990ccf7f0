package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is in the settings of each node of a cluster, by its name; not where its files are. */
final class NodeSettings {
    private static final int MOST_PORTS_TRIED = 1000;

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
            // each time a server of 8 or later looks at its disks, and that is off, it takes a block for full disks
            // away
            settings.put("cluster.info.update.interval", "24h");
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

    /**
     * Returns ports of loopback that nobody listens at. They are lower than those that systems give to connections (from 32768
     * on Linux, 49152 elsewhere): of these one could be taken before the node is there. Held open together, so that they
     * differ.
     */
    static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < MOST_PORTS_TRIED && sockets.size() < count; i++) {
                int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
                try {
                    sockets.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
                } catch (BindException taken) {
                    // the next
                }
            }
            if (sockets.size() < count) {
                throw new BindException("no free ports");
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
