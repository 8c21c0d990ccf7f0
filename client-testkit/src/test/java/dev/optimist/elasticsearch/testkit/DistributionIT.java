package dev.optimist.elasticsearch.testkit;

import static dev.optimist.elasticsearch.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionIT {
    private static final String VERSION = "7.17.29";

    @TempDir
    Path folder;

    @TempDir
    Path cache;

    @Test
    void isUnpackedAsItIsInTheZip() throws Exception {
        Path home = Distribution.home(ServerVersion.chosen(VERSION), cache);

        assertThat(home).isEqualTo(home());
        assertWhole();
        assertThat(home.resolve("bin")).isDirectoryContaining("glob:**/elasticsearch");
        try (Stream<Path> programs = Files.list(home.resolve("bin"))) {
            assertThat(programs.filter(p -> !p.getFileName().toString().contains(".")))
                    .isNotEmpty()
                    .allMatch(Files::isExecutable);
        }
    }

    @Test
    void twoJvmsAtOnceUnpackItOnce() throws Exception {
        String[] arguments = {VERSION, cache.toString()};
        try (ChildJvm one = ChildJvm.start(folder, DistributionMain.class, arguments);
                ChildJvm other = ChildJvm.start(folder, DistributionMain.class, arguments)) {
            one.report("ready");
            other.report("ready");
            one.goOn();
            other.goOn();

            assertThat(one.report("home")).isEqualTo(home().toString());
            assertThat(other.report("home")).isEqualTo(home().toString());
            assertThat((one.output() + other.output()).lines().filter(line -> line.contains("unpacking")))
                    .hasSize(1);
        }
        assertWhole();
    }

    @Test
    void twoThreadsAtOnceUnpackItOnce() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        List<CompletableFuture<Path>> homes = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> {
                            await(both);
                            return Distribution.home(ServerVersion.chosen(VERSION), cache);
                        },
                        command -> new Thread(command, "unpacks").start()))
                .limit(2)
                .toList();

        for (CompletableFuture<Path> home : homes) {
            assertThat(home.get(2, TimeUnit.MINUTES)).isEqualTo(home());
        }
        assertWhole();
    }

    @Test
    void whatAKilledJvmLeftIsReplaced() throws Exception {
        Path partial = cache.resolve("elasticsearch").resolve(VERSION + ".unpacking");
        try (ChildJvm jvm = ChildJvm.start(folder, DistributionMain.class, VERSION, cache.toString())) {
            jvm.goOn();
            eventually("it unpacks", Duration.ofMinutes(2), () -> Files.exists(partial.resolve("lib")));
            jvm.kill();
        }
        assertThat(partial).isDirectory();
        assertThat(home()).doesNotExist();

        Distribution.home(ServerVersion.chosen(VERSION), cache);

        assertWhole();
    }

    @Test
    void isNotUnpackedASecondTime() throws Exception {
        Path marker = Files.createFile(
                Distribution.home(ServerVersion.chosen(VERSION), cache).resolve("marker"));

        assertThat(Distribution.home(ServerVersion.chosen(VERSION), cache)).isEqualTo(home());
        assertThat(marker).exists();
    }

    private Path home() {
        return cache.resolve("elasticsearch").resolve(VERSION);
    }

    private void assertWhole() throws Exception {
        assertThat(Distribution.versions(cache)).containsExactly(VERSION);
        assertThat(sizes(home())).containsExactlyInAnyOrderEntriesOf(DistributionZip.files(VERSION));
    }

    private static Map<String, Long> sizes(Path home) throws IOException {
        try (Stream<Path> all = Files.walk(home)) {
            return all.filter(Files::isRegularFile)
                    .collect(Collectors.toMap(
                            p -> home.relativize(p).toString(), p -> p.toFile().length()));
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(1, TimeUnit.MINUTES);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
