package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Answer;
import dev.optimist.elasticsearch.internal.Dialect;
import dev.optimist.elasticsearch.internal.Stored;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Written;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Fails the test that asks what nobody has overridden. */
abstract class PartialDialect implements Dialect {
    private static AssertionError notUsed() {
        return new AssertionError("not used");
    }

    @Override
    public CompletableFuture<Stored> get(Address address, Duration timeout) {
        throw notUsed();
    }

    @Override
    public CompletableFuture<List<Answer<Stored>>> mget(List<Address> addresses, Duration timeout) {
        throw notUsed();
    }

    @Override
    public CompletableFuture<long[]> versions(List<Address> addresses, Duration timeout) {
        throw notUsed();
    }

    @Override
    public CompletableFuture<Written> index(Write write, Duration timeout) {
        throw notUsed();
    }

    @Override
    public CompletableFuture<Written> delete(Write write, Duration timeout) {
        throw notUsed();
    }

    @Override
    public CompletableFuture<List<Answer<Written>>> bulk(List<Write> writes, Duration timeout) {
        throw notUsed();
    }

    @Override
    public CompletableFuture<Map<String, String>> uuids(String target, Duration timeout) {
        throw notUsed();
    }

    @Override
    public CompletableFuture<Void> putDisabledObject(
            String index, @Nullable String mappingType, String field, Duration timeout) {
        throw notUsed();
    }
}
