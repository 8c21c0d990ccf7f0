package dev.optimist.elasticsearch.bench;

import java.util.List;

/**
 * A document of about 300 bytes as JSON.
 *
 * @param name its name
 * @param description some text
 * @param tags some words
 * @param price a number with a fraction
 * @param available whether it can be had
 * @param sold what is counted
 */
record Article(String name, String description, List<String> tags, double price, boolean available, long sold) {
    private static final String NAME = "Umbrella ";

    /** Returns one of many, with its number in its name. */
    static Article of(int number) {
        return of(NAME + number);
    }

    /** Returns which of many it is. */
    int number() {
        return Integer.parseInt(name.substring(NAME.length()));
    }

    static Article of(String name) {
        return new Article(
                name,
                "A long umbrella with a wooden handle, wide enough for two and strong enough for a storm at sea; comes"
                        + " with a sleeve and is repaired free of charge for ten years",
                List.of("umbrella", "rain", "wood"),
                39.95,
                true,
                0);
    }

    Article sellOne() {
        return new Article(name, description, tags, price, available, sold + 1);
    }
}
