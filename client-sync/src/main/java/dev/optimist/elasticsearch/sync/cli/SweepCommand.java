package dev.optimist.elasticsearch.sync.cli;

import dev.optimist.elasticsearch.sync.SyncIndex.Sweep;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Removes old tombstones from the index.",
            "",
            "A change that comes after its tombstone is gone brings the deleted document back: the age must be longer than any"
                    + " change can be late, as by a stop of the run or a backup that is restored.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all that are older are gone",
            "1:failed; the message says why",
            "2:wrong arguments or configuration; nothing was sent",
            "3:some could not be removed; sweep again"
        })
final class SweepCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--older-than",
            required = true,
            paramLabel = "TIME",
            description = "The age, 1m or longer: 7d, say.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String olderThan;

    private final Console console;

    SweepCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        Duration age = Durations.parse(olderThan);
        if (age == null || age.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new ConfigException("--older-than", null, "", "must be " + Durations.RULE + ", 1m or longer");
        }
        try (Setup setup = Setup.of(options.read(console));
                Progress progress = Progress.of(console, setup.name(), options.progressEvery())) {
            Sweep sweep = setup.index()
                    .sweep(age, Long.MAX_VALUE, s -> progress.show(new Reading(s.removed(), -1, null, "")));
            console.say("tombstones: removed " + sweep.removed() + ", replaced meanwhile " + sweep.newer() + ", failed "
                    + sweep.failed());
            return sweep.failed() == 0 ? ExitStatus.DONE : ExitStatus.DIFFERENT;
        }
    }
}
