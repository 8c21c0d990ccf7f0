package dev.optimist.elasticsearch.sync.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.optimist.elasticsearch.sync.Checkpoints;
import dev.optimist.elasticsearch.sync.SyncStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Prints the position and the status that the run has stored, and its lag now.",
            "",
            "The run stores its status beside the position when it changes, and every 30 s; only with checkpoints in"
                    + " Elasticsearch. The lag now is the one that it told, and the time since then.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:there is a position, the run has not failed, and the lag is not above --max-lag",
            "1:failed; the message says why",
            "2:wrong arguments or configuration; nothing was sent",
            "3:not so"
        })
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Option(names = "--max-lag", paramLabel = "TIME", description = "A lag above this is not healthy: 5m, say.")
    private @Nullable String maxLag;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    private final Console console;

    StatusCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        Duration most = maxLag == null ? null : Durations.parse(maxLag);
        if (maxLag != null && most == null) {
            throw new ConfigException("--max-lag", null, "", "must be " + Durations.RULE);
        }
        try (Setup setup = Setup.of(options.read(console))) {
            Checkpoints checkpoints = setup.checkpoints();
            String position = checkpoints.load().orElse(null);
            SyncStatus status = checkpoints.status().orElse(null);
            Duration lag = status == null ? null : status.lag().plus(age(status));
            print(all(setup.name(), position, status, lag));
            boolean hasFailed = status != null && status.state() == SyncStatus.State.FAILED;
            boolean isLate = most != null && (lag == null || lag.compareTo(most) > 0);
            return position == null || hasFailed || isLate ? ExitStatus.DIFFERENT : ExitStatus.DONE;
        }
    }

    private static Duration age(SyncStatus status) {
        Duration age = Duration.between(status.at(), Instant.now());
        return age.isNegative() ? Duration.ZERO : age; // clocks differ
    }

    private static Map<String, Object> all(
            String name, @Nullable String position, @Nullable SyncStatus status, @Nullable Duration lag) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", name);
        all.put("position", position == null ? "none" : position);
        if (status == null || lag == null) {
            all.put("state", "unknown");
            return all;
        }
        all.put("state", status.state().name());
        all.put("lag_seconds", lag.toMillis() / 1000.0);
        all.put("seen_at", status.at().toString());
        if (status.storedAt() != null) {
            all.put("stored_at", status.storedAt().toString());
        }
        all.put("applied", status.applied());
        all.put("superseded", status.superseded());
        all.put("duplicate", status.duplicate());
        all.put("suspicious", status.suspicious());
        all.put("rejected", status.rejected());
        all.put("unresolved", status.unresolved());
        all.put("in_flight", status.inFlight());
        if (status.lastError() != null) {
            all.put("last_error", status.lastError());
        }
        return all;
    }

    private void print(Map<String, Object> all) throws Exception {
        if (json) {
            console.say(new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(all));
        } else {
            all.forEach((key, value) -> console.say(String.format("%-12s %s", key, value)));
        }
    }
}
