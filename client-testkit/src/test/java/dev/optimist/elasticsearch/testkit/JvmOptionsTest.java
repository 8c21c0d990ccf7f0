package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines as in the distributions. */
class JvmOptionsTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void config() throws IOException {
        file = Files.createDirectory(folder.resolve("config")).resolve("jvm.options");
    }

    @Test
    void collectorsThatThereAreNoLongerAreLeftOut() throws IOException {
        Files.writeString(file, """
                -Xms2g
                -XX:+UseConcMarkSweepGC
                -XX:CMSInitiatingOccupancyFraction=75
                -XX:+UseCMSInitiatingOccupancyOnly
                8-13:-XX:+UseConcMarkSweepGC
                -XX:+AlwaysPreTouch
                """);

        JvmOptions.adapt(folder);

        assertThat(file).hasContent("""
                -Xms2g
                8-13:-XX:+UseConcMarkSweepGC
                -XX:+AlwaysPreTouch
                """);
    }

    @Test
    void whatItWritesIsInItsFolder() throws IOException {
        Files.writeString(file, """
                -XX:HeapDumpPath=data
                # -XX:HeapDumpPath=/heap/dump/path
                -XX:ErrorFile=logs/hs_err_pid%p.log
                9-:-Xlog:gc*,gc+age=trace,safepoint:file=logs/gc.log:utctime,pid,tags:filecount=32,filesize=64m
                -Dlog4j2.formatMsgNoLookups=true
                """);

        JvmOptions.adapt(folder);

        assertThat(file).hasContent("""
                -XX:HeapDumpPath=FOLDER/data
                # -XX:HeapDumpPath=/heap/dump/path
                -XX:ErrorFile=FOLDER/logs/hs_err_pid%p.log
                9-:-Xlog:gc*,gc+age=trace,safepoint:file=FOLDER/logs/gc.log:utctime,pid,tags:filecount=32,filesize=64m
                -Dlog4j2.formatMsgNoLookups=true
                """.replace("FOLDER", folder.toString()));
    }

    @Test
    void thereNeedBeNone() throws IOException {
        JvmOptions.adapt(folder);

        assertThat(file).doesNotExist();
    }
}
