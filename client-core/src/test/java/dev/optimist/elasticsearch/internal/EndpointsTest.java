package dev.optimist.elasticsearch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.transport.endpoints.EndpointBase;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsTest {

    @Test
    void everyAsciiCharacterIsEncodedAsElasticsearchJavaDoes() {
        for (char c = 0; c < 0x80; c++) {
            assertPath("a" + c);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void anyIdIsEncodedAsElasticsearchJavaDoes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            String id = random.ints(1 + random.nextInt(20), 0, random.nextBoolean() ? 0x80 : 0xD800)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            assertPath(id);
        }
    }

    private static void assertPath(String id) {
        StringBuilder encoded = new StringBuilder();
        EndpointBase.pathEncode(id, encoded);
        assertThat(Endpoints.GET.requestUrl(new Address("stock", id, null)))
                .as(id)
                .isEqualTo("/stock/_doc/" + encoded.toString().replace("+", "%2B")); // see Endpoints.encoded
    }
}
