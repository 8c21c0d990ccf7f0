package dev.optimist.elasticsearch.testkit;

import java.io.IOException;

/** For a {@link ChildJvm}: starts a PostgreSQL and never closes it. */
final class PostgresMain {
    private PostgresMain() {}

    public static void main(String[] arguments) throws IOException {
        PostgresServer server = PostgresServer.start();
        System.out.println("pid=" + server.pid());
        int end = System.in.read();
        System.out.println("end=" + end);
    }
}
