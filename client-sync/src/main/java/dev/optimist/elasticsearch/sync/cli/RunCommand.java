package dev.optimist.elasticsearch.sync.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.sync.Checkpoints;
import dev.optimist.elasticsearch.sync.Inventory;
import dev.optimist.elasticsearch.sync.SyncJob;
import dev.optimist.elasticsearch.sync.SyncStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Brings all rows into the index, and then their changes, until SIGTERM or SIGINT.",
            "",
            "It goes on from the position that it stored last; killed at any moment it loses nothing. On a signal it writes"
                    + " what is under way, stores the position and ends with 0. One at a time for a name.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:stopped by a signal, or at the end of the changes (--once)",
            "1:failed; the message says why",
            "2:wrong arguments or configuration; nothing was sent"
        })
final class RunCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Option(names = "--once", description = "Ends when everything was brought that is there.")
    private boolean once;

    private final Console console;

    RunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        try (Setup setup = Setup.of(options.read(console))) {
            setup.connected().setUpIndex();
            Checkpoints checkpoints = setup.checkpoints();
            long total = checkpoints.load().isPresent() ? -1 : size(setup);
            try (SyncJob<ObjectNode> job = setup.job(setup.name(), setup.rows().source(once), checkpoints, "")) {
                console.say(setup.name() + ": runs");
                SyncStatus end = Runner.run(console, options, job, setup.name(), total, true);
                console.say(Runner.summary(end));
                console.say(setup.name() + ": position " + (end.position() == null ? "none" : end.position()));
                return ExitStatus.DONE;
            }
        }
    }

    /** For the progress alone. */
    private static long size(Setup setup) {
        try (Inventory<ObjectNode> inventory = setup.inventory()) {
            return inventory.size();
        } catch (Exception e) {
            return -1; // the job meets it, too
        }
    }
}
