package dev.optimist.elasticsearch.sync.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration file says. What is null is as the library has it by default. {@code example.yaml} says what each key
 * means.
 */
record SyncConfig(
        String name,
        ElasticsearchSection elasticsearch,
        DatabaseSection database,
        TableSection table,
        @Nullable PollSection poll,
        @Nullable CdcSection cdc,
        CheckpointSection checkpoint,
        WriterSection writer,
        VerifySection verify) {

    private static final String NAME = "[A-Za-z0-9._-]{1,200}";

    SyncConfig {
        Check.required("name", name);
        Check.matches("name", name, NAME, "1 to 200 letters, digits and . _ -");
        Check.required("elasticsearch", elasticsearch);
        Check.required("database", database);
        Check.required("table", table);
        Check.notBoth("cdc", cdc, "poll", poll);
        if (cdc == null && poll == null) {
            throw new SettingException("poll", "is missing, or cdc: how are changes found?");
        }
        if (cdc != null) {
            Check.notBoth("table.deleted", table.deleted, "cdc, which sees deletes itself", cdc);
            Check.notBoth("table.deletes", table.deletes, "cdc, which sees deletes itself", cdc);
            Check.notBoth("table.query", table.query, "cdc, which reads one table", cdc);
            Check.notBoth("table.routing", table.routing, "cdc, which has no routing", cdc);
            Check.matches("table.name", table.name, "[^.\"]+\\.[^.\"]+", "schema.name for cdc");
            Check.matches("database.url", database.url, "jdbc:postgresql://.*", "jdbc:postgresql://… for cdc");
        }
        checkpoint = checkpoint == null ? new CheckpointSection(null, null, null) : checkpoint;
        writer = writer == null ? WriterSection.NONE : writer;
        verify = verify == null ? new VerifySection(null, null, null, null) : verify;
    }

    /** The index. */
    record ElasticsearchSection(
            List<String> hosts,
            String index,
            @Nullable String searchAlias,
            @Nullable Boolean setUp,
            @Nullable Boolean plainDeletes,
            @Nullable String username,
            @Nullable Secret password,
            @Nullable Secret apiKey,
            @Nullable Path caCertificate,
            @Nullable Duration requestTimeout) {
        ElasticsearchSection {
            Check.required("hosts", hosts);
            hosts = hosts.stream()
                    .flatMap(h -> Arrays.stream(h.split(",")))
                    .map(String::strip)
                    .filter(h -> !h.isEmpty())
                    .toList();
            if (hosts.isEmpty()) {
                throw new SettingException("hosts", "is missing");
            }
            for (String host : hosts) {
                if (host.contains("@")) {
                    throw new SettingException("hosts", "must not hold a user or password; set username and password");
                }
                Check.matches("hosts", host, "(?i)https?://[^/?#\\s]+(/[^?#\\s]*)?", "like https://host:9200");
            }
            Check.required("index", index);
            Check.notEmpty("searchAlias", searchAlias);
            Check.notBoth("apiKey", apiKey, "username", username);
            Check.matches("username", username, "[^:]+", "a name without a colon");
            if ((username == null) != (password == null)) {
                throw new SettingException(username == null ? "username" : "password", "is missing");
            }
            Check.positive("requestTimeout", requestTimeout);
        }
    }

    /** Where the rows are. */
    record DatabaseSection(
            String url,
            @Nullable String user,
            @Nullable Secret password,
            @Nullable Integer connections,
            @Nullable Map<String, String> properties) {
        DatabaseSection {
            Check.required("url", url);
            Check.matches("url", url, "jdbc:.+", "like jdbc:postgresql://host/database");
            if (url.matches("(?is).*(password|passwd|pwd)\\s*=.*") || url.matches(".*:[^/@]*/[^/@]+@.*|.*//[^/]*@.*")) {
                throw new SettingException("url", "must not hold a user or password; set user and password");
            }
            Check.inBounds("connections", connections, 2, 100);
        }

        /** Without properties, as one may be a secret. */
        @Override
        public String toString() {
            return "DatabaseSection[" + url.replaceFirst("[?;].*", "") + "]";
        }
    }

    /** What the columns mean. */
    record TableSection(
            String name,
            @Nullable String query,
            @Nullable String id,
            @Nullable String version,
            @Nullable String routing,
            @Nullable String deleted,
            @Nullable String deletes,
            @Nullable List<String> exclude,
            @Nullable Integer pageSize,
            @Nullable Duration queryTimeout,
            @Nullable Duration giveUpAfter) {
        TableSection {
            Check.required("name", name);
            Check.notEmpty("query", query);
            Check.notEmpty("id", id);
            Check.notEmpty("version", version);
            Check.notEmpty("routing", routing);
            Check.notEmpty("deleted", deleted);
            Check.notEmpty("deletes", deletes);
            Check.inBounds("pageSize", pageSize, 1, 100_000);
            Check.positive("queryTimeout", queryTimeout);
            Check.positive("giveUpAfter", giveUpAfter);
        }

        List<String> excluded() {
            return exclude == null ? List.of() : exclude;
        }
    }

    /** Changes by polling. */
    record PollSection(
            @Nullable String cursor,
            @Nullable String safeUpTo,
            @Nullable String overlap,
            @Nullable Duration interval) {
        PollSection {
            Check.notEmpty("cursor", cursor);
            Check.notEmpty("safeUpTo", safeUpTo);
            Check.notBoth("overlap", overlap, "safeUpTo", safeUpTo);
            if (overlap == null && safeUpTo == null) {
                throw new SettingException(
                        "overlap", "is missing, or safeUpTo: transactions that end late would be lost");
            }
            if (overlap != null && !overlap.matches("\\d{1,18}") && Durations.parse(overlap) == null) {
                throw new SettingException("overlap", "must be a whole number or " + Durations.RULE);
            }
            Check.positive("interval", interval);
        }
    }

    /** Changes from PostgreSQL's log. */
    record CdcSection(
            @Nullable String slot,
            @Nullable String publication,
            @Nullable Map<String, String> properties) {
        private static final String RULE = "small letters, digits and _, with no digit first";

        CdcSection {
            // a backfill has a slot of its own, of a longer name
            Check.matches("slot", slot, "[a-z_][a-z0-9_]{0,53}", "1 to 54 " + RULE);
            Check.matches("publication", publication, "[a-z_][a-z0-9_]{0,62}", "1 to 63 " + RULE);
        }

        String slotName() {
            return slot == null ? "optimist" : slot;
        }

        String publicationName() {
            return publication == null ? slotName() : publication;
        }

        @Override
        public String toString() {
            return "CdcSection[" + slotName() + "]";
        }
    }

    /** Where the position is kept. */
    record CheckpointSection(
            @Nullable String index,
            @Nullable Path file,
            @Nullable Duration every) {
        CheckpointSection {
            Check.notEmpty("index", index);
            Check.notBoth("file", file, "index", index);
            Check.inBounds("every", every, Duration.ofDays(1), "1d");
        }
    }

    /** How it is written. */
    record WriterSection(
            @Nullable Integer operations,
            @Nullable Long bytes,
            @Nullable Duration flushAfter,
            @Nullable Integer requestsInFlight,
            @Nullable Duration giveUpAfter,
            @Nullable Duration stopWithin,
            @Nullable Boolean compareDuplicates,
            @Nullable Path deadLetters,
            @Nullable Long maxRejected,
            @Nullable Long maxSuspicious) {
        static final WriterSection NONE = new WriterSection(null, null, null, null, null, null, null, null, null, null);

        WriterSection {
            Check.inBounds("operations", operations, 1, 10_000);
            Check.inBounds("bytes", bytes, 1, 104_857_600);
            Check.positive("flushAfter", flushAfter);
            Check.inBounds("requestsInFlight", requestsInFlight, 1, 64);
            Check.positive("giveUpAfter", giveUpAfter);
            Check.inBounds("stopWithin", stopWithin, Duration.ofDays(1), "1d");
            Check.inBounds("maxRejected", maxRejected, 0, Long.MAX_VALUE);
            Check.inBounds("maxSuspicious", maxSuspicious, 0, Long.MAX_VALUE);
            if (deadLetters == null && (isPositive(maxRejected) || isPositive(maxSuspicious))) {
                throw new SettingException("deadLetters", "is missing: what is left behind would be lost");
            }
        }

        private static boolean isPositive(@Nullable Long value) {
            return value != null && value > 0;
        }
    }

    /** How both sides are compared. */
    record VerifySection(
            @Nullable Duration settle,
            @Nullable Boolean compareContent,
            @Nullable Integer suspects,
            @Nullable Integer pageSize) {
        VerifySection {
            Check.inBounds("settle", settle, Duration.ofHours(1), "1h");
            Check.inBounds("suspects", suspects, 1, 1_000_000);
            Check.inBounds("pageSize", pageSize, 1, 1_000);
        }
    }
}
