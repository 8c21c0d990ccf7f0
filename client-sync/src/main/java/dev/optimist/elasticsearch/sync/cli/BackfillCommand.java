package dev.optimist.elasticsearch.sync.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.sync.Checkpoints;
import dev.optimist.elasticsearch.sync.Inventory;
import dev.optimist.elasticsearch.sync.SyncJob;
import dev.optimist.elasticsearch.sync.SyncStatus;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "backfill",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Brings all rows into the index once more, from the beginning.",
            "",
            "It may go beside a run: what is newer in the index stays, and the position of the run is not touched. It keeps"
                    + " no position of its own: stopped, it begins anew. With cdc it reads by a replication slot SLOT_backfill,"
                    + " which it removes at its end and, after a kill, at its next start.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all rows are in the index, or newer ones",
            "1:failed; the message says why",
            "2:wrong arguments or configuration; nothing was sent",
            "4:stopped by a signal before its end"
        })
final class BackfillCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    private final Console console;

    BackfillCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        try (Setup setup = Setup.of(options.read(console))) {
            String name = setup.name() + "-backfill";
            setup.connected().setUpIndex();
            setup.rows().clearBackfill();
            long total;
            try (Inventory<ObjectNode> inventory = setup.inventory()) {
                total = inventory.size();
            }
            console.say(name + ": about " + total + " rows");
            SyncStatus end;
            // the dead letters of the run are locked
            try (SyncJob<ObjectNode> job = setup.job(name, setup.rows().backfill(), new Nowhere(), ".backfill")) {
                end = Runner.run(console, options, job, name, total, false);
            } finally {
                setup.rows().clearBackfill();
            }
            console.say(Runner.summary(end));
            if (console.ending().isSignalled()) {
                console.say(name + ": stopped before its end");
                return ExitStatus.STOPPED;
            }
            return ExitStatus.DONE;
        }
    }

    /** A backfill begins at the beginning. */
    private static final class Nowhere implements Checkpoints {
        @Override
        public Optional<String> load() {
            return Optional.empty();
        }

        @Override
        public void store(String position) {}
    }
}
