package dev.optimist.elasticsearch.sync;

import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.VersionedClient;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A file of what did not get into the index, a line of JSON each: operations, and rows that can be none ({@link
 * Changes#accept(Row)}).
 *
 * <pre>{@code
 * {"at":"…","outcome":"REJECTED","reason":"…","id":"4711","routing":"a","version":12,"operation":"index","document":{…}}
 * }</pre>
 *
 * <p>{@code routing} is left out if there is none, {@code document} for a delete. A job adds to the file. {@link #replay} reads
 * it as a source: mend the mapping, and run a second job from the file to the same index. Operations keep their versions, so
 * that what the index has got since then stays. After a restart an operation may be in the file twice, which does no harm.
 *
 * <p>Immutable and thread-safe; the file is opened by the job.
 */
public final class DeadLetters {
    private final Path file;
    private final ObjectMapper mapper;

    private DeadLetters(Path file, ObjectMapper mapper) {
        this.file = file.toAbsolutePath();
        this.mapper = mapper;
    }

    /**
     * Returns the dead letters in a file.
     *
     * @param file made when it is needed, in a folder that exists; one job at a time can add to it
     * @param client whose object mapper makes JSON of documents, and documents of JSON
     */
    public static DeadLetters inFile(Path file, VersionedClient client) {
        if (client.elasticsearch()._jsonpMapper() instanceof JacksonJsonpMapper jackson) {
            return new DeadLetters(file, jackson.objectMapper());
        }
        throw new IllegalArgumentException("client: its JsonpMapper must be a JacksonJsonpMapper");
    }

    static DeadLetters inFile(Path file, ObjectMapper mapper) {
        return new DeadLetters(file, mapper);
    }

    /**
     * Returns what is in the file as a source, which ends at the end of the file. Its positions hold for this file only, as
     * long as it is only added to.
     *
     * <p>It throws {@link IOException} if a line is no dead letter; and, after all others, if there were some whose document
     * could not be written as JSON at the time: those have to be had from the database ({@code repair}).
     *
     * @param type the class of the documents
     * @param <T> the class
     */
    public <T> Source<T> replay(Class<T> type) {
        return new DeadLetterSource<>(file, mapper, mapper.constructType(type));
    }

    /**
     * The same for a generic type.
     *
     * @param type the type of the documents
     * @param <T> the type
     */
    public <T> Source<T> replay(TypeReference<T> type) {
        return new DeadLetterSource<>(file, mapper, mapper.constructType(type));
    }

    DeadLetterFile open() throws IOException {
        return DeadLetterFile.open(file, mapper);
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
