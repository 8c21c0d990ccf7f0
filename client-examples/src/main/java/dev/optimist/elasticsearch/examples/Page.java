package dev.optimist.elasticsearch.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.optimist.elasticsearch.examples.Wire.Exchange;
import java.util.ArrayList;
import java.util.List;

/** How it looks on paper. */
final class Page {
    private static final int WIDTH = 100;

    /** Of the many values of a {@code _bulk} it would show the first alone. */
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final ObjectWriter PRETTY = JSON.writer(new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n")));

    private Page() {}

    /** Request line and body, status and answer, as the tutorials print them. */
    static List<String> of(Exchange exchange) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(exchange.method() + " " + exchange.uri());
        lines.addAll(body(exchange.requestBody()));
        lines.add("");
        lines.add("HTTP " + exchange.status());
        lines.addAll(body(exchange.responseBody()));
        return lines;
    }

    private static List<String> body(String body) {
        if (body.isEmpty()) {
            return List.of();
        }
        try {
            return PRETTY.writeValueAsString(JSON.readTree(body)).lines().toList();
        } catch (JsonProcessingException notJson) {
            return body.lines().toList();
        }
    }

    /** Breaks words into lines. */
    static List<String> wrap(String words) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : words.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
