package dev.optimist.elasticsearch.internal;

import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityConsumer;
import org.apache.hc.core5.http.nio.support.AbstractAsyncResponseConsumer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** Keeps an answer in memory; the low-level client's own begins with 8 kB for each, and most answers are of some 200 bytes. */
final class AnswerConsumer extends AbstractAsyncResponseConsumer<ClassicHttpResponse, byte[]> {
    AnswerConsumer() {
        super(new BasicAsyncEntityConsumer());
    }

    @Override
    public void informationResponse(HttpResponse response, HttpContext context) {
        // the answer itself follows
    }

    @Override
    protected ClassicHttpResponse buildResult(
            HttpResponse response, byte @Nullable [] entity, @Nullable ContentType contentType) {
        ClassicHttpResponse result = new BasicClassicHttpResponse(response.getCode(), response.getReasonPhrase());
        result.setHeaders(response.getHeaders());
        if (entity != null) {
            Header encoding = response.getFirstHeader(HttpHeaders.CONTENT_ENCODING);
            result.setEntity(new ByteArrayEntity(entity, contentType, encoding == null ? null : encoding.getValue()));
        }
        return result;
    }
}
