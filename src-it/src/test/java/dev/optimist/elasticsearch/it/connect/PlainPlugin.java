package dev.optimist.elasticsearch.it.connect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.kafka.connect.sink.SinkConnector;

/** Makes a plugin of {@link PlainSink}. */
final class PlainPlugin {
    private PlainPlugin() {}

    /** Returns the folder of the plugin, made in this one. */
    static Path in(Path folder) throws IOException {
        Path plugin = Files.createDirectory(folder.resolve("plain-sink"));
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(plugin.resolve("plain-sink.jar")))) {
            for (Class<?> each : List.of(PlainSink.class, PlainSinkTask.class)) {
                String name = each.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(name));
                try (InputStream bytes = each.getClassLoader().getResourceAsStream(name)) {
                    bytes.transferTo(jar);
                }
            }
            jar.putNextEntry(new JarEntry("META-INF/services/" + SinkConnector.class.getName()));
            jar.write(PlainSink.class.getName().getBytes(StandardCharsets.UTF_8));
        }
        return plugin;
    }
}
