package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example at the top of README.md, compiled and run as it stands there, but for the address. */
class ReadmeIT extends ServerTest {
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void theExampleDoesWhatItSays(@TempDir Path folder) throws Exception {
        rest.delete("/stock"); // of an earlier run, on a server that was there
        rest.put("/stock", "{\"settings\":{\"number_of_replicas\":0}}").ok();
        rest.put("/stock/_doc/4711", "{\"pieces\":100}").ok();
        run(compiled(folder, example()));

        assertThat(rest.get("/stock/_doc/4711").body().path("_version").asInt()).isEqualTo(3);
        assertThat(rest.get("/stock/_doc/4711").body().at("/_source/pieces").asInt())
                .isEqualTo(10);
    }

    private String example() throws Exception {
        Matcher block = EXAMPLE.matcher(Files.readString(Path.of("..", "README.md")));
        assertThat(block.find()).isTrue();
        String address = "http://localhost:9200";
        assertThat(block.group(1)).contains(address);
        return "import dev.optimist.elasticsearch.*;\npublic class Example {\npublic static void main(String[] arguments) {\n"
                + block.group(1).replace(address, server.url()) + "}}\n";
    }

    private static URL compiled(Path folder, String source) throws Exception {
        Path file = Files.writeString(folder.resolve("Example.java"), source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        boolean done = compiler.getTask(
                        errors,
                        null,
                        null,
                        List.of(
                                "-proc:none",
                                "-parameters",
                                "-d",
                                folder.toString(),
                                "-cp",
                                System.getProperty("java.class.path")),
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(file))
                .call();
        assertThat(done).as("%s\n%s", errors, source).isTrue();
        return folder.toUri().toURL();
    }

    private static void run(URL classes) throws Exception {
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes})) {
            Object[] arguments = {new String[0]};
            loader.loadClass("Example").getMethod("main", String[].class).invoke(null, arguments);
        }
    }
}
