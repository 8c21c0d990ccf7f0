package dev.optimist.elasticsearch.it.letter;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a client sends.
 *
 * @param method such as {@code PUT}
 * @param path begins with a slash, without parameters
 * @param parameters of the URI
 * @param body empty if there is none
 */
public record Request(String method, String path, Map<String, String> parameters, String body) {
    /** Reads path and parameters. The first tutorial leaves the slash away, as some tools do. */
    public static Request of(String method, String uri, String body) {
        String[] parts = uri.split("[?]", 2);
        Map<String, String> parameters = new TreeMap<>();
        if (parts.length == 2) {
            for (String parameter : parts[1].split("&", -1)) {
                String[] pair = parameter.split("=", 2);
                parameters.put(pair[0], pair.length == 2 ? pair[1] : "");
            }
        }
        return new Request(method, parts[0].startsWith("/") ? parts[0] : "/" + parts[0], parameters, body);
    }

    /** Returns path and parameters. */
    public String uri() {
        StringBuilder uri = new StringBuilder(path);
        parameters.forEach((name, value) -> uri.append(uri.indexOf("?") < 0 ? "?" : "&")
                .append(name)
                .append("=")
                .append(value));
        return uri.toString();
    }

    /** Returns a part of the path: 0 is the index, 1 the type, 2 the id. */
    public String part(int number) {
        return path.split("/", -1)[number + 1];
    }

    /** Returns whether a document that is there is never replaced. */
    public boolean creates() {
        return path.endsWith("/_create");
    }

    /** Returns the same with other words for the server. */
    public Request with(String newPath, Map<String, String> newParameters) {
        return new Request(method, newPath, newParameters, body);
    }
}
