package dev.optimist.elasticsearch.sync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What people see. */
class PrintedTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Set<String> secrets = Redacted.secrets();
    private final PrintStream out = Redacted.stream(bytes, secrets);

    @Test
    void secretsAreStarsInEverything() {
        Redacted.add(secrets, List.of("hunter2", "ab"));
        out.print("a hunt");
        out.println("er2 b ab");
        out.write('h');
        out.print("unter2");
        out.flush();
        out.printf("%s %s%n", "hunter2", "é中");
        assertThat(printed())
                .isEqualTo("a *** b ab\n***".replace("\n", System.lineSeparator()) + "*** é中" + System.lineSeparator());
    }

    @Test
    void linesComeAtIntervalsAndHaveRateLagAndEta() {
        AtomicLong nanos = new AtomicLong();
        ProgressLines lines = new ProgressLines(out, "products", Duration.ofSeconds(10), nanos::get);
        nanos.set(9_000_000_000L);
        lines.show(new Reading(900, 4_000, Duration.ofMillis(1_500), ""));
        assertThat(printed()).isEmpty();
        nanos.set(10_000_000_000L);
        lines.show(new Reading(1_000, 4_000, Duration.ofMillis(1_500), ""));
        nanos.set(20_000_000_000L);
        lines.show(new Reading(5_000, 4_000, null, "rejected 2"));
        nanos.set(30_000_000_000L);
        lines.show(new Reading(5_000, -1, Duration.ofMinutes(61), ""));
        assertThat(printed().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .endsWith("Z products: 1000 of about 4000 (25 %), 100/s, lag 1.5 s, ETA 30.0 s"),
                        line -> assertThat(line).endsWith("products: 5000 of about 4000 (100 %), 400/s; rejected 2"),
                        line -> assertThat(line).endsWith("products: 5000, 0/s, lag 1 h 1 min"));
    }

    @Test
    void theBarHasRateLagAndEtaInOneLine() {
        AtomicLong nanos = new AtomicLong();
        try (ProgressBar bar = new ProgressBar(out, "products", 92, nanos::get)) {
            nanos.set(400_000_000L);
            bar.show(new Reading(100, 4_000, Duration.ofMillis(1_500), ""));
            assertThat(printed()).isEmpty();
            nanos.set(1_000_000_000L);
            bar.show(new Reading(1_000, 4_000, Duration.ofMillis(1_500), "rejected 2"));
        }
        assertThat(printed())
                .isEqualTo(
                        "\rproducts [#####...............] 1000 of about 4000 (25 %), 1000/s, lag 1.5 s, ETA 3.0 s; re"
                                + "\u001b[K" + System.lineSeparator());
    }

    @Test
    void everyCommandHasAHelpWithItsExitStatuses() {
        CommandLine commands = SyncMain.commandLine(new Console(out, out, secrets, new Ending()));
        assertThat(commands.getUsageMessage())
                .contains("Exit status", "password: ${SHOP_PASSWORD}", "sync init > sync.yaml")
                .doesNotContain("$$");
        assertThat(commands.getSubcommands())
                .containsOnlyKeys("run", "backfill", "verify", "repair", "sweep", "status", "init");
        commands.getSubcommands().forEach((name, command) -> {
            String help = command.getUsageMessage();
            assertThat(help)
                    .startsWith("Usage: sync " + name)
                    .contains("Exit status:")
                    .contains("  0   ");
            assertThat(help.lines()).as("%s", help).allMatch(line -> line.length() <= 100);
        });
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
