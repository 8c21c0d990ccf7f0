package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

class ExtensionIT {
    private static final List<ElasticsearchServer> SEEN = new ArrayList<>();

    @Nested
    @ExtendWith(ElasticsearchExtension.class)
    class OneClass {
        @Test
        void getsAServer(ElasticsearchServer server) throws Exception {
            assertAnswers(server);
            SEEN.add(server);
        }
    }

    @Nested
    @ExtendWith(ElasticsearchExtension.class)
    class AnotherClass {
        private final ElasticsearchServer ofConstructor;
        private ElasticsearchServer ofLifecycle;

        AnotherClass(ElasticsearchServer server) {
            ofConstructor = server;
        }

        @BeforeEach
        void take(ElasticsearchServer server) {
            ofLifecycle = server;
        }

        @Test
        void getsAServer(ElasticsearchServer server) throws Exception {
            assertAnswers(server);
            assertThat(List.of(ofConstructor, ofLifecycle)).allMatch(each -> each == server);
            SEEN.add(server);
        }
    }

    private static void assertAnswers(ElasticsearchServer server) throws Exception {
        assertThat(InetAddress.getByName(URI.create(server.url()).getHost()).isLoopbackAddress())
                .isTrue();
        for (InetAddress address : Rest.addressesOfThisMachine()) {
            assertThatThrownBy(
                            () -> Rest.connect(address, URI.create(server.url()).getPort()))
                    .as("%s", address)
                    .isInstanceOf(ConnectException.class);
        }
        assertThat(Rest.get(server.url() + "/_cluster/health")
                        .path("number_of_nodes")
                        .asInt())
                .isPositive();
    }

    @AfterAll
    static void bothGotTheSame() {
        assertThat(SEEN).hasSize(2);
        assertThat(SEEN.get(0)).isSameAs(SEEN.get(1));
    }
}
