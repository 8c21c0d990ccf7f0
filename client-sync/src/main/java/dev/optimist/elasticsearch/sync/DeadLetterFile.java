package dev.optimist.elasticsearch.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** {@link DeadLetters}, being added to. Thread-safe. */
final class DeadLetterFile implements AutoCloseable {
    private static final int BLOCK = 8 * 1024;

    private final ObjectMapper mapper;
    private final FileChannel channel;
    private boolean isForced = true;

    private DeadLetterFile(ObjectMapper mapper, FileChannel channel) {
        this.mapper = mapper;
        this.channel = channel;
    }

    static DeadLetterFile open(Path file, ObjectMapper mapper) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            @Nullable FileLock lock = tryLock(channel);
            if (lock == null) {
                throw new IllegalStateException("another job has the dead letters " + file);
            }
            // half a line is of a process that was killed; no position has passed it, so it will come again
            channel.truncate(endOfLines(channel));
            channel.position(channel.size());
            return new DeadLetterFile(mapper, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The lock goes with the channel. */
    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static long endOfLines(FileChannel channel) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        for (long end = channel.size(); end > 0; ) {
            long from = Math.max(0, end - BLOCK);
            block.clear().limit((int) (end - from));
            while (block.hasRemaining() && channel.read(block, from + block.position()) >= 0) {
                // until the block is read
            }
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return from + i + 1;
                }
            }
            end = from;
        }
        return 0;
    }

    /** Adds one. It is safe from a power cut only after {@link #force}. */
    void add(Letter letter) throws IOException {
        byte[] line = line(letter);
        synchronized (this) {
            long begin = channel.position();
            ByteBuffer bytes = ByteBuffer.wrap(line);
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                truncate(begin, e); // a full disk, say: no half lines
                throw e;
            }
            isForced = false;
        }
    }

    private void truncate(long size, IOException because) {
        try {
            channel.truncate(size);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    synchronized void force() throws IOException {
        if (!isForced) {
            channel.force(false);
            isForced = true;
        }
    }

    private byte[] line(Letter letter) throws IOException {
        Row<?> row = letter.row();
        ObjectNode line = mapper.createObjectNode()
                .put("at", Instant.now().toString())
                .put("outcome", letter.outcome().name())
                .put("reason", letter.reason())
                .put("id", row.id())
                .put("version", row.version())
                .put("operation", row.document() == null ? "delete" : "index");
        if (row.routing() != null) {
            line.put("routing", row.routing());
        }
        if (row.document() != null) {
            try {
                line.putRawValue("document", new RawValue(json(row.document())));
            } catch (JsonProcessingException | StackOverflowError e) { // which may be why it was rejected
                line.put("document_error", String.valueOf(e.getMessage()));
            }
        }
        return (json(line) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** On one line, however the user's mapper is set. */
    private String json(Object value) throws JsonProcessingException {
        return mapper.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel.isOpen()) {
            force();
            channel.close();
        }
    }
}
