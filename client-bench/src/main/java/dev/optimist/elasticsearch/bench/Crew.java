package dev.optimist.elasticsearch.bench;

import java.io.IOException;

/**
 * A side with a number of threads of its own, where sides that have different ones are compared.
 *
 * @param side what each of them does
 * @param threads how many
 */
record Crew(Side side, int threads) implements Side {
    @Override
    public String name() {
        return side.name() + "-" + threads;
    }

    @Override
    public Check check() {
        return side.check();
    }

    @Override
    public Outcome sellOne(String id, long end) throws IOException, InterruptedException {
        return side.sellOne(id, end);
    }
}
