package dev.optimist.elasticsearch.spring;

import dev.optimist.elasticsearch.ConnectOptions;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.elasticsearch.autoconfigure.ElasticsearchConnectionDetails;
import org.springframework.boot.elasticsearch.autoconfigure.ElasticsearchConnectionDetails.Node;
import org.springframework.boot.elasticsearch.autoconfigure.ElasticsearchProperties;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.util.StringUtils;

/** What Spring Boot knows of the server, as {@link ConnectOptions}. */
record Connection(ElasticsearchConnectionDetails details, ElasticsearchProperties properties) {

    void apply(ConnectOptions options) {
        options.hosts(details.getNodes().stream().map(this::url).toArray(String[]::new))
                .connectTimeout(properties.getConnectionTimeout())
                .requestTimeout(properties.getSocketTimeout());
        authenticate(options);
        SslBundle bundle = details.getSslBundle();
        if (bundle != null) {
            options.sslContext(bundle.createSslContext());
        }
    }

    private String url(Node node) {
        String host = node.hostname().contains(":") && !node.hostname().startsWith("[")
                ? "[" + node.hostname() + "]"
                : node.hostname();
        String port = node.port() < 0 ? "" : ":" + node.port();
        return node.protocol().name().toLowerCase(Locale.ROOT) + "://" + host + port + prefix();
    }

    private String prefix() {
        String prefix = details.getPathPrefix();
        if (!StringUtils.hasLength(prefix)) {
            return "";
        }
        return prefix.startsWith("/") ? prefix : "/" + prefix;
    }

    /** As Spring Boot does it, but for nodes with passwords of their own: here one serves for all. */
    private void authenticate(ConnectOptions options) {
        String apiKey = details.getApiKey();
        String username = details.getUsername();
        String password = details.getPassword();
        if (StringUtils.hasText(apiKey)) {
            options.apiKey(apiKey);
        } else if (StringUtils.hasText(username)) {
            options.basicAuth(username, password == null ? "" : password);
        } else {
            details.getNodes().stream()
                    .filter(node -> StringUtils.hasText(node.username()))
                    .findFirst()
                    .ifPresent(node -> options.basicAuth(text(node.username()), text(node.password())));
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
