package dev.optimist.elasticsearch.release;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.maven.model.Model;

/** The modules of this build, as their POMs have it. */
final class Modules {
    static final Path ROOT = Path.of("..");

    private Modules() {}

    /** Returns the POM of each by its folder. */
    static Map<String, Model> all() {
        Map<String, Model> all = new TreeMap<>();
        for (String folder : pom(ROOT).getModules()) {
            all.put(folder, pom(ROOT.resolve(folder)));
        }
        return all;
    }

    /** Returns those that are published. */
    static Map<String, Model> published() {
        Map<String, Model> published = all();
        published.values().removeIf(pom -> !"false".equals(pom.getProperties().getProperty("maven.deploy.skip")));
        return published;
    }

    static Model pom(Path folder) {
        try {
            return PomRequirements.parse(Files.readString(folder.resolve("pom.xml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
