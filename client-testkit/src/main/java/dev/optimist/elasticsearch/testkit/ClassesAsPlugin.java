package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** Classes of this JVM that become a plugin. */
record ClassesAsPlugin(Class<?> service, Class<?> provider, List<Class<?>> others) {

    /** Makes a folder with the jar in this folder. */
    void in(Path folder) throws IOException {
        Path plugin = Files.createDirectory(folder.resolve(provider.getSimpleName()));
        List<Class<?>> all = new ArrayList<>(others);
        all.add(provider);
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(plugin.resolve("classes.jar")))) {
            for (Class<?> each : all) {
                String name = each.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(name));
                try (InputStream bytes = each.getResourceAsStream("/" + name)) {
                    Objects.requireNonNull(bytes, name).transferTo(jar);
                }
            }
            jar.putNextEntry(new JarEntry("META-INF/services/" + service.getName()));
            jar.write(provider.getName().getBytes(StandardCharsets.UTF_8));
        }
    }
}
