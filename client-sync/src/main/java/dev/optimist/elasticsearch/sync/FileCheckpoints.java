package dev.optimist.elasticsearch.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A position in a file; see {@link Checkpoints#inFile}. */
final class FileCheckpoints implements Checkpoints {
    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;
    private final String owner = UUID.randomUUID().toString();
    private long stores;

    /** What this job takes to be in the file, null for no file. */
    private @Nullable Content known;

    private boolean read;

    /** The write id tells apart two stores of the same position. */
    private record Content(String position, String writeId) {}

    FileCheckpoints(Path file) {
        this.file = file.toAbsolutePath();
    }

    @Override
    public synchronized Optional<String> load() {
        known = content();
        read = true;
        return Optional.ofNullable(known).map(Content::position);
    }

    @Override
    public synchronized void store(String position) {
        Content next = new Content(Positions.checked(position), owner + "-" + ++stores);
        try (FileChannel lock = FileChannel.open(beside(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = lock(lock)) {
            assert held.isValid();
            Content there = content();
            if (read && !Objects.equals(there, known)) {
                throw anotherJob();
            }
            replace(next);
            known = next;
            read = true;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e, e);
        }
    }

    /** Holds others off while the file is compared and replaced. Nobody has to wait: two who store are one too many. */
    private FileLock lock(FileChannel channel) throws IOException {
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return held;
            }
        } catch (OverlappingFileLockException e) {
            throw new IllegalStateException(anotherJob().getMessage(), e);
        }
        throw anotherJob();
    }

    private IllegalStateException anotherJob() {
        return new IllegalStateException(
                "another job stores its positions in " + file + ", too; give each job a file of its own");
    }

    private void replace(Content next) throws IOException {
        byte[] json = JSON.writeValueAsBytes(JSON.createObjectNode()
                .put("position", next.position())
                .put("write_id", next.writeId())
                .put("stored_at", Instant.now().toString()));
        Path whole = beside(".tmp");
        try (FileChannel channel = FileChannel.open(
                whole, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(json);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true); // before the move, or a power cut may leave the new name with nothing in it
        }
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceFolder();
    }

    private void forceFolder() {
        try (FileChannel folder = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException e) {
            // some systems do not open folders; the move is then as durable as they make it
        }
    }

    private @Nullable Content content() {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            JsonNode position = json.path("position");
            if (!position.isTextual()) {
                throw new IllegalArgumentException(file + " holds no position; is it a file of another kind?");
            }
            return new Content(position.textValue(), json.path("write_id").asText());
        } catch (NoSuchFileException e) {
            return null;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + " holds no position; is it a file of another kind?", e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e, e);
        }
    }

    private Path beside(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
