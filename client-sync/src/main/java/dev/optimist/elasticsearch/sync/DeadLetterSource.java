package dev.optimist.elasticsearch.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** {@link DeadLetters}, being read. A position is the number of bytes before the next line. */
final class DeadLetterSource<T> implements Source<T> {
    private final Path file;
    private final ObjectMapper mapper;
    private final ObjectReader lines;
    private final JavaType type;

    DeadLetterSource(Path file, ObjectMapper mapper, JavaType type) {
        this.file = file;
        this.mapper = mapper;
        // numbers as they were written: a double would change some
        this.lines = mapper.reader()
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
        this.type = type;
    }

    @Override
    public void read(@Nullable String position, Changes<T> changes) throws Exception {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long at = position == null ? 0 : begin(position, channel.size());
            InputStream in = new BufferedInputStream(Channels.newInputStream(channel.position(at)));
            long withoutDocument = 0;
            long first = 0;
            for (byte[] line = line(in); line != null && !changes.isStopping(); line = line(in)) {
                Row<T> row = row(line, at);
                if (row == null) {
                    first = withoutDocument++ == 0 ? at : first;
                } else {
                    changes.accept(row);
                }
                at += line.length + 1;
                changes.position(Long.toString(at));
            }
            if (withoutDocument > 0) {
                throw new IOException(
                        file + " holds " + withoutDocument + " operations without their documents, the first"
                                + " at byte " + first + "; all others were read");
            }
            changes.caughtUp();
        }
    }

    private long begin(String position, long size) throws IOException {
        try {
            long begin = Long.parseLong(position);
            if (begin >= 0 && begin <= size) {
                return begin;
            }
        } catch (NumberFormatException e) {
            throw new IOException("the position " + position + " is not one in " + file, e);
        }
        throw new IOException("the position " + position + " is not one in " + file + ", which has " + size + " bytes");
    }

    /** Returns the next line, without its end; null at the end of the file, or if a job is just adding to it. */
    private static byte @Nullable [] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return line.toByteArray();
            }
            line.write(next);
        }
        return null;
    }

    /** Returns null for one that should have a document and has none. */
    private @Nullable Row<T> row(byte[] line, long at) throws IOException {
        try {
            JsonNode json = lines.readTree(line);
            String id = json.required("id").textValue();
            JsonNode routing = json.path("routing");
            long version = json.required("version").longValue();
            boolean delete = json.required("operation").asText().equals("delete");
            if (!delete && !json.has("document")) {
                return null;
            }
            T document = delete ? null : mapper.convertValue(json.get("document"), type);
            return new Row<>(id, routing.isTextual() ? routing.textValue() : null, version, document);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IOException(file + " holds no dead letter at byte " + at + ": " + e.getMessage(), e);
        }
    }
}
