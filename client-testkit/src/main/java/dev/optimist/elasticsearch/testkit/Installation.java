package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What nodes are run from.
 *
 * @param generation how
 * @param home an unpacked distribution, which is not written to
 * @param java what it runs on
 */
record Installation(Generation generation, Path home, JavaHome java) {

    /** Returns the command of a node that has its files in this folder. */
    List<String> command(Path folder) {
        List<String> command = asUser("bin/" + generation.product().word());
        command.addAll(generation.arguments(folder));
        return command;
    }

    /** Returns all the environment of such a node. */
    Map<String, String> environment(Path folder, List<String> javaOptions) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
        environment.put("LANG", "C.UTF-8");
        environment.put("HOME", folder.resolve("tmp").toString());
        environment.put("JAVA_HOME", java.path().toString());
        environment.put(generation.product().variable("JAVA_HOME"), java.path().toString());
        environment.putAll(generation.environment(folder, javaOptions));
        return environment;
    }

    /** Returns the file in the folder of its configuration that holds the settings of a node. */
    String settingsFile() {
        return generation.product().word() + ".yml";
    }

    /** Runs another of its programs to its end. */
    void run(List<String> command, String input, Map<String, String> environment) throws IOException {
        List<String> all = asUser(command.get(0));
        all.addAll(command.subList(1, command.size()));
        ProcessBuilder builder =
                new ProcessBuilder(all).directory(home.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Programs.run(builder, input);
    }

    /** All of them refuse to run as root, so root runs them in a user namespace where it is user 1000. */
    private List<String> asUser(String program) {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("unshare", "--user", "--map-user=1000", "--map-group=1000"));
        }
        command.add(home.resolve(program).toString());
        return command;
    }
}
