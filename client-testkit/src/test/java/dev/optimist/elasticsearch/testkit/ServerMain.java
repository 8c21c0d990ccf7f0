package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** For a {@link ChildJvm}: starts a server and never closes it. Arguments: options, as {@code name=value}. */
final class ServerMain {
    private ServerMain() {}

    public static void main(String[] arguments) throws IOException {
        ServerOptions[] set = new ServerOptions[1];
        try {
            ElasticsearchServer server = ElasticsearchServer.start(options -> {
                set[0] = options.server("process");
                for (String argument : arguments) {
                    String[] words = argument.split("=", 2);
                    set(options, words[0], words[1]);
                }
            });
            report("url", server.url());
            report("kind", server.kind().toString());
            report("version", server.version());
            report("pid", String.valueOf(ProcessHandle.current().pid()));
            report("user", System.getProperty("user.name"));
            report("pids", server.pids().stream().map(String::valueOf).collect(Collectors.joining(",")));
        } catch (ServerStartException e) {
            report("failed", String.valueOf(e.getMessage()).replace("\n", " | "));
            Path cache = set[0].cache();
            report(
                    "cached",
                    Files.isDirectory(cache.resolve("elasticsearch"))
                            ? Distribution.versions(cache).toString()
                            : "[]");
        }
        int end = System.in.read();
        report("end", String.valueOf(end));
    }

    private static void set(ServerOptions options, String name, String value) {
        switch (name) {
            case "server" -> options.server(value);
            case "version" -> options.version(value);
            case "cache" -> options.cache(Path.of(value));
            case "password" -> options.password(value);
            case "startTimeout" -> options.startTimeout(Duration.parse(value));
            case "javaHomes" -> options.javaHomes(List.of());
            default -> options.setting(name, value);
        }
    }

    private static void report(String key, String value) {
        System.out.println(key + "=" + value);
    }
}
