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

/** The examples of README.md, compiled and run as they stand there, but for the address. */
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

    @Test
    void theExampleOfTheLedgerDoesWhatItSays(@TempDir Path folder) throws Exception {
        rest.delete("/stock");
        rest.put("/stock", "{\"settings\":{\"number_of_replicas\":0}}").ok();
        rest.put("/stock/_doc/4711", "{\"pieces\":100}").ok();
        String program = "record Stock(int pieces) {}\nrecord Order(String id) {}\nOrder order = new Order(\"881\");\n"
                + "try (VersionedClient client = VersionedClient.connect(\"" + server.url() + "\")) {\n" + block(1)
                + "}\n";
        run(compiled(folder, inMain(program)));

        assertThat(rest.get("/stock/_doc/4711").body().at("/_source/pieces").asInt())
                .isEqualTo(98);
        run(compiled(folder, inMain(program)));
        assertThat(rest.get("/stock/_doc/4711").body().at("/_source/pieces").asInt())
                .as("the order once, over restarts too")
                .isEqualTo(97);
    }

    private String example() throws Exception {
        String address = "http://localhost:9200";
        assertThat(block(0)).contains(address);
        return inMain(block(0).replace(address, server.url()));
    }

    private static String block(int number) throws Exception {
        Matcher block = EXAMPLE.matcher(Files.readString(Path.of("..", "README.md")));
        for (int i = 0; i <= number; i++) {
            assertThat(block.find()).isTrue();
        }
        return block.group(1);
    }

    private static String inMain(String program) {
        return "import dev.optimist.elasticsearch.*;\npublic class Example {\npublic static void main(String[] arguments) {\n"
                + program + "}}\n";
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
