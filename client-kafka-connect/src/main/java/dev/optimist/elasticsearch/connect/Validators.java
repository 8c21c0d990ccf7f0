package dev.optimist.elasticsearch.connect;

import dev.optimist.elasticsearch.ExternalVersions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigException;

/** What single settings may be. A value is in a message only where it can hold no secret. */
final class Validators {
    private Validators() {}

    static Validator urls() {
        return validator("http or https addresses", (name, value) -> {
            List<?> urls = (List<?>) value;
            if (urls.isEmpty()) {
                throw new ConfigException(name + ": at least one address is needed");
            }
            urls.forEach(url -> checkUrl(name, (String) url));
        });
    }

    static Validator url() {
        return validator("an http address", (name, value) -> checkUrl(name, (String) value));
    }

    private static void checkUrl(String name, String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            // not with the address: a password may be in it
            throw new ConfigException(name + ": not an address: " + e.getReason());
        }
        if (uri.getRawUserInfo() != null || url.contains("@")) {
            throw new ConfigException(name + ": no user and password in the address; " + Settings.CONNECTION_USERNAME
                    + " and " + Settings.CONNECTION_PASSWORD + " take those of Elasticsearch");
        }
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
            throw new ConfigException(name, url, "must be like https://host:9200");
        }
    }

    static Validator file() {
        return validator("a file", (name, value) -> {
            if (!Files.isReadable(Path.of((String) value))) {
                throw new ConfigException(name, value, "is no file that this worker can read");
            }
        });
    }

    static Validator matching(String regex, String words) {
        return validator(words, (name, value) -> {
            if (!((String) value).matches(regex)) {
                throw new ConfigException(name, value, "must be " + words);
            }
        });
    }

    static Validator index() {
        return checked("a name, with ${topic} or without", value -> IndexRoutes.checkName((String) value));
    }

    static Validator routes() {
        return checked(
                "regex:index each",
                value -> ((List<?>) value).forEach(route -> IndexRoutes.Route.parse((String) route)));
    }

    static Validator id() {
        return checked("text with ${key} or ${key.field}", value -> IdTemplate.parse((String) value));
    }

    /** {@code Range} goes by doubles, for which the largest numbers are one. */
    static Validator version() {
        return checked("0 to " + (Long.MAX_VALUE - 1), value -> ExternalVersions.ofRowVersion((Long) value));
    }

    static Validator path() {
        return matching("[^.]+(\\.[^.]+)*", "names with a dot between");
    }

    /** Of what refuses a value by an {@link IllegalArgumentException}. */
    private static Validator checked(String words, Consumer<Object> check) {
        return validator(words, (name, value) -> {
            try {
                check.accept(value);
            } catch (IllegalArgumentException e) {
                throw new ConfigException(name, value, e.getMessage());
            }
        });
    }

    private static Validator validator(String words, Check check) {
        return LambdaValidator.with(
                (name, value) -> {
                    if (value != null) {
                        check.check(name, value);
                    }
                },
                () -> words);
    }

    private interface Check {
        void check(String name, Object value);
    }
}
