package dev.optimist.elasticsearch.sync.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "sync",
        mixinStandardHelpOptions = true,
        versionProvider = SyncVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Keeps an Elasticsearch index equal to a table of a database, deletes included.",
            "",
            "Begin with:  sync init > sync.yaml",
            "Then:        sync run --config sync.yaml",
            ""
        },
        commandListHeading = "Commands:%n",
        exitCodeListHeading = "%nExit status, of all commands:%n",
        exitCodeList = {
            "0:done, or equal",
            "1:failed; the message says why",
            "2:wrong arguments or configuration; nothing was sent anywhere",
            "3:differences (verify), something is left to do (repair, sweep), not healthy (status)",
            "4:stopped by a signal before its end (backfill)"
        },
        footer = {
            "",
            "A minimal configuration; `sync init` prints one with all keys and what they mean:",
            "",
            "  name: products",
            "  elasticsearch:",
            "    hosts: http://localhost:9200",
            "    index: products",
            "  database:",
            "    url: jdbc:postgresql://localhost/shop",
            "    user: sync",
            "    password: $${SHOP_PASSWORD}     # or passwordFile: /run/secrets/shop",
            "  table:",
            "    name: products                # with columns id and version",
            "    deleted: deleted_at",
            "  poll:",
            "    overlap: 100000",
            "",
            "Documentation: docs/sync.md"
        })
final class SyncCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing: COMMAND");
    }
}
