package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** The blocks of Java in README.md and docs, and how one is compiled and run. */
final class Snippets {
    private static final Pattern BLOCK =
            Pattern.compile("^( *)```java\n(.*?)^ *```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Path ROOT = Path.of("..");

    private Snippets() {}

    /** Returns all of them, by the name of the file and how many are before it in that. */
    static Map<String, String> all() throws IOException {
        Map<String, String> all = new TreeMap<>();
        List<Path> files = new ArrayList<>();
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"));
                Stream<Path> top = Files.list(ROOT)) {
            Stream.concat(top, docs)
                    .filter(file -> file.getFileName().toString().endsWith(".md"))
                    .forEach(files::add);
        }
        for (Path file : files) {
            Matcher block = BLOCK.matcher(Files.readString(file));
            for (int i = 0; block.find(); i++) {
                // a README in another language has the very same blocks (DocsTest)
                if (!file.getFileName().toString().matches("README\\.[a-z].*\\.md")) {
                    all.put(file.getFileName() + " " + i, block.group(2));
                }
            }
        }
        return all;
    }

    /**
     * Compiles a class and calls its {@code main(Object[])}.
     *
     * @param folder for its files
     * @param imports packages and classes, as they stand after that word
     * @param body the statements of the method; {@code argument(i)} are those below
     * @param members of the class, beside the method
     */
    static void run(Path folder, List<String> imports, String members, String body, Object... arguments)
            throws Exception {
        StringBuilder source = new StringBuilder();
        imports.forEach(i -> source.append("import ").append(i).append(";\n"));
        source.append("public class Snippet {\n").append(members);
        source.append("\npublic static void main(Object[] arguments) throws Exception {\n");
        source.append(body).append("}}\n");
        URL classes = compiled(folder, source.toString());
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes}, Snippets.class.getClassLoader())) {
            loader.loadClass("Snippet").getMethod("main", Object[].class).invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception failed ? failed : e;
        }
    }

    private static URL compiled(Path folder, String source) throws IOException {
        Path file = Files.writeString(folder.resolve("Snippet.java"), source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        List<String> options = List.of(
                "-proc:none", "-parameters", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
        boolean done = compiler.getTask(
                        errors,
                        null,
                        null,
                        options,
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(file))
                .call();
        assertThat(done).as("%s\n%s", errors, source).isTrue();
        return folder.toUri().toURL();
    }
}
