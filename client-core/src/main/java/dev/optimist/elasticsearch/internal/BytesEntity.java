package dev.optimist.elasticsearch.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http.nio.DataStreamChannel;

/** A body that is in memory, and goes from there to the connection; the low-level client copies all others first. */
final class BytesEntity extends ByteArrayEntity implements AsyncEntityProducer {
    private final ByteBuffer bytes;

    /** All bytes that remain in the buffer, which has an array. */
    BytesEntity(ByteBuffer bytes) {
        super(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining(), null);
        this.bytes = bytes.mark();
    }

    @Override
    public int available() {
        return bytes.remaining();
    }

    @Override
    public void produce(DataStreamChannel channel) throws IOException {
        channel.write(bytes);
        if (!bytes.hasRemaining()) {
            channel.endStream();
        }
    }

    @Override
    public void failed(Exception cause) {
        // whoever sends is told by other means
    }

    @Override
    public void releaseResources() {
        bytes.reset();
    }
}
