package dev.optimist.elasticsearch.sync.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.sync.Inventory;
import dev.optimist.elasticsearch.sync.verify.Verifier;
import dev.optimist.elasticsearch.sync.verify.VerifyReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compares the index with the table, and prints what differs.",
            "",
            "It may go beside a run: a difference counts if it is there at a second look, verify.settle later. Writes"
                    + " nothing.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:equal",
            "1:failed; the message says why",
            "2:wrong arguments or configuration; nothing was sent",
            "3:there are differences"
        })
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--most",
            paramLabel = "N",
            defaultValue = "100",
            description = "Prints no more than N differences, and the counts of all; ${DEFAULT-VALUE} by default.")
    private int most;

    private final Console console;

    VerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        try (Setup setup = Setup.of(options.read(console));
                Inventory<ObjectNode> inventory = setup.connected().inventory();
                Progress progress = Progress.of(console, setup.name(), options.progressEvery())) {
            Bounded print = new Bounded(console, most);
            VerifyReport report = Verifier.of(setup.client(), setup.indexName(), inventory, o -> {
                        setup.apply(o);
                        o.examples(0)
                                .listener(difference -> print.say(difference.toString()))
                                .progress(p -> progress.show(Reading.of(p)));
                    })
                    .verify();
            print.end();
            console.say(Summaries.of(report));
            return report.isEqual() ? ExitStatus.DONE : ExitStatus.DIFFERENT;
        }
    }
}
