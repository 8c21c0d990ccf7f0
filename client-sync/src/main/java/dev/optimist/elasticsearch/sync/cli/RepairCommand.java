package dev.optimist.elasticsearch.sync.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.sync.Inventory;
import dev.optimist.elasticsearch.sync.verify.Repair;
import dev.optimist.elasticsearch.sync.verify.RepairReport;
import dev.optimist.elasticsearch.sync.verify.Verifier;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compares the index with the table, and mends what differs: by default only says how.",
            "",
            "With --apply it writes, at the database's versions only, so that nothing newer is ever replaced; it may go beside"
                    + " a run, be stopped, and be done again. What the index has at a higher version than the database (ahead)"
                    + " is listed, and left to you.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:equal, or mended",
            "1:failed; the message says why",
            "2:wrong arguments or configuration; nothing was sent",
            "3:something is left: to be repaired by --apply, or by you"
        })
final class RepairCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Option(names = "--apply", description = "Writes what is to be repaired.")
    private boolean apply;

    @Option(
            names = "--most",
            paramLabel = "N",
            defaultValue = "100",
            description = "Prints no more than N repairs, and the counts of all; ${DEFAULT-VALUE} by default.")
    private int most;

    private final Console console;

    RepairCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        try (Setup setup = Setup.of(options.read(console));
                Inventory<ObjectNode> inventory = setup.connected().inventory();
                Progress progress = Progress.of(console, setup.name(), options.progressEvery())) {
            Bounded print = new Bounded(console, most);
            RepairReport report = Verifier.of(setup.client(), setup.indexName(), inventory, o -> {
                        setup.apply(o);
                        o.examples(0).progress(p -> progress.show(Reading.of(p)));
                    })
                    .repair(setup.documents(), o -> o.dryRun(!apply).listener(repair -> print.say(line(repair))));
            print.end();
            console.say(Summaries.of(report.found()));
            console.say(Summaries.of(report));
            if (!apply && report.count(Repair.Outcome.PLANNED) > 0) {
                console.say("nothing was written; --apply does");
            }
            return report.isMended() ? ExitStatus.DONE : ExitStatus.DIFFERENT;
        }
    }

    private static String line(Repair repair) {
        return repair.outcome().name().toLowerCase(Locale.ROOT)
                + (repair.version() == null ? "" : " at version " + repair.version()) + ": " + repair.difference()
                + (repair.reason() == null ? "" : " — " + repair.reason());
    }
}
