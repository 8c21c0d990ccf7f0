package dev.optimist.elasticsearch.testkit;

import java.io.IOException;

/** For a {@link ChildJvm}: starts a broker and a worker of Connect and never closes them. */
final class KafkaMain {
    private KafkaMain() {}

    public static void main(String[] arguments) throws IOException {
        KafkaServer kafka = KafkaServer.start();
        ConnectCluster connect = ConnectCluster.start(kafka, o -> {});
        System.out.println("pids=" + kafka.pid() + "," + connect.pid(0));
        int end = System.in.read();
        System.out.println("end=" + end);
    }
}
