package dev.optimist.elasticsearch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.ModificationResult;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClientPathTest {

    /** What was recorded is taken for what it is by all, so that they do all that they do with a server. */
    @ParameterizedTest
    @EnumSource
    void allSell(ClientPath.Server server) throws IOException, InterruptedException {
        ClientPath path = new ClientPath();
        path.server = server;
        path.setUp();
        try {
            assertThat(path.sellByHand()).isEqualTo(Side.Outcome.ACKNOWLEDGED);
            assertThat(path.sellInTime()).isEqualTo(Side.Outcome.ACKNOWLEDGED);
            ModificationResult<Article> sold = path.sell();
            assertThat(sold.result()).isEqualTo(Result.Updated);
            assertThat(sold.attempts()).isOne();
        } finally {
            path.tearDown();
        }
    }
}
