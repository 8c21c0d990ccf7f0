package dev.optimist.elasticsearch.spring.sample;

record Stock(int pieces) {
    Stock sellOne() {
        return new Stock(pieces - 1);
    }
}
