package dev.optimist.elasticsearch.sync.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * {@code sync}, the command line. {@code java -jar optimist-sync.jar --help} says what it does, {@code sync init} prints a
 * configuration to begin with. Drivers of other databases than PostgreSQL are put beside it: {@code java -cp
 * 'optimist-sync.jar:lib/*' dev.optimist.elasticsearch.sync.cli.SyncMain}.
 */
public final class SyncMain {
    private static final String LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    private final Set<String> secrets = Redacted.secrets();
    private final Ending ending = new Ending();

    private SyncMain() {}

    /** Runs, and ends the process. */
    public static void main(String[] arguments) {
        new SyncMain().run(arguments);
    }

    private void run(String[] arguments) {
        PrintStream out = Redacted.stream(new FileOutputStream(FileDescriptor.out), secrets);
        PrintStream err = Redacted.stream(new FileOutputStream(FileDescriptor.err), secrets);
        System.setOut(out);
        System.setErr(err);
        // before the first logger is made, so none is a field of these classes
        setDefault(LEVEL, "warn");
        setDefault("org.slf4j.simpleLogger.showDateTime", "true");
        setDefault("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
        ending.install();
        Console console = new Console(out, err, secrets, ending);
        ending.exit(commandLine(console).execute(arguments));
    }

    static CommandLine commandLine(Console console) {
        CommandLine commands = new CommandLine(new SyncCommand());
        commands.addSubcommand(new RunCommand(console));
        commands.addSubcommand(new BackfillCommand(console));
        commands.addSubcommand(new VerifyCommand(console));
        commands.addSubcommand(new RepairCommand(console));
        commands.addSubcommand(new SweepCommand(console));
        commands.addSubcommand(new StatusCommand(console));
        commands.addSubcommand(new InitCommand(console));
        commands.setExecutionExceptionHandler((e, command, parsed) -> failed(console, e));
        commands.setUsageHelpAutoWidth(true);
        return commands;
    }

    private static int failed(Console console, Exception e) {
        if (e instanceof ConfigException) {
            console.complain(String.valueOf(e.getMessage()));
            return ExitStatus.WRONG_CONFIG;
        }
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        console.complain(messages(e));
        if (!"warn".equals(System.getProperty(LEVEL))) {
            e.printStackTrace(console.err());
        }
        return ExitStatus.FAILED;
    }

    /** Of all causes, without those that a message has already. */
    private static String messages(Throwable e) {
        StringBuilder text = new StringBuilder();
        int depth = 0;
        for (@Nullable Throwable cause = e; cause != null && depth < 10; cause = cause.getCause(), depth++) {
            String message = cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
            if (text.indexOf(message) < 0) {
                text.append(text.isEmpty() ? "" : "\n  because: ").append(message);
            }
        }
        return text.toString();
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
