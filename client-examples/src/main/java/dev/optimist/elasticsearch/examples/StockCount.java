package dev.optimist.elasticsearch.examples;

import dev.optimist.elasticsearch.Contention;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import java.time.Duration;

/**
 * 8 buyers at once want 200 pieces each, one by one, of an article with 1000 in stock: first as it goes wrong, then as it
 * should be. 1000 of the 1600 wanted can be sold, not one more.
 */
public final class StockCount {
    static final String INDEX = "shop";
    static final String TYPE = "article";
    private static final String ARTICLE = "umbrella";
    private static final Stock FULL = new Stock(1000);
    private static final int BUYERS = 8;
    private static final int WANTED_BY_EACH = 200;

    /**
     * The document.
     *
     * @param pieces how many there are
     */
    public record Stock(int pieces) {
        /** Returns the stock without one piece. */
        Stock sellOne() {
            if (pieces == 0) {
                throw new SoldOutException();
            }
            return new Stock(pieces - 1);
        }
    }

    /**
     * There are no more pieces. Thrown inside of readModifyWrite, where it ends the call, writes nothing and arrives as it
     * is: nobody can take it for a sale, as could happen with a {@code Modification.noop()} that is not looked at.
     */
    static final class SoldOutException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final VersionedDocuments<Stock> shop;
    private final VersionedDocuments<Stock> eachForHimself;
    private final Story story;

    /** The version of the full stock. */
    private long full;

    private StockCount(VersionedDocuments<Stock> shop, Story story) {
        this.shop = shop;
        this.eachForHimself = shop.with(o -> o.contention(Contention.NONE));
        this.story = story;
    }

    /** How not to do it: what others sell between the read and the write is overwritten. */
    private Crowd.Sale buyByOverwriting() {
        Stock left = shop.get(ARTICLE).orElseThrow().source().sellOne();
        shop.index(ARTICLE, left, WriteCondition.none());
        return new Crowd.Sale(left.pieces(), 1);
    }

    /** How to do it, as if each buyer had a client of his own. */
    private Crowd.Sale buyAgainstTheOthers() {
        return buy(eachForHimself);
    }

    /** How to do it: buyers of one client go together. */
    private Crowd.Sale buyTogether() {
        return buy(shop);
    }

    private static Crowd.Sale buy(VersionedDocuments<Stock> shop) {
        ModificationResult<Stock> sold = shop.readModifyWrite(ARTICLE, Stock::sellOne);
        return new Crowd.Sale(sold.document().orElseThrow().source().pieces(), sold.attempts());
    }

    /**
     * Runs all three.
     *
     * @param client connected to a server with an empty index {@code shop}
     * @param kind of that server
     * @param story prints it and checks each step
     */
    public static void run(VersionedClient client, ServerKind kind, Story story) {
        StockCount count = new StockCount(kind.documents(client, INDEX, TYPE, Stock.class), story);
        count.naively();
        count.safely();
        count.together();
    }

    private void naively() {
        story.step(BUYERS + " buyers read, subtract one and overwrite");
        Crowd.Report report = sell(this::buyByOverwriting);
        int missing = FULL.pieces() - left().source().pieces();
        int lost = report.sold() - missing;
        story.note("sold by the buyers' own count  " + report.sold() + " in "
                + report.took().toMillis() + " ms");
        story.note("missing from the stock         " + missing);
        story.note("lost sales                     " + lost);
        story.expect("lost sales, more than 0", true, lost > 0);
        story.so(
                lost + " pieces are sold and still in stock: whoever wrote second wrote a number that it had worked out"
                        + " before the first one's sale.");
    }

    private void safely() {
        story.step(BUYERS + " buyers use readModifyWrite, each for himself");
        Crowd.Report report = sell(this::buyAgainstTheOthers);
        VersionedDocument<Stock> left = left();
        int missing = FULL.pieces() - left.source().pieces();
        story.note("sold by the buyers' own count  " + report.sold() + " in "
                + report.took().toMillis() + " ms");
        story.note("refused as sold out            " + report.soldOut());
        story.note("missing from the stock         " + missing);
        story.note("lost sales                     " + (report.sold() - missing));
        story.note("lowest stock ever written      " + report.lowest());
        story.note("attempts for the sales         " + report.attempts());
        story.note("conflicts among them           " + (report.attempts() - report.sold()));
        story.expect("sold", FULL.pieces(), report.sold());
        story.expect("refused as sold out", BUYERS * WANTED_BY_EACH - FULL.pieces(), report.soldOut());
        story.expect("left in stock", 0, left.source().pieces());
        story.expect("lowest stock ever written", 0, report.lowest());
        story.expect("different stocks written", FULL.pieces(), report.distinct());
        story.so("No sale is lost and the stock never went below 0: every count from " + (FULL.pieces() - 1)
                + " to 0 was written exactly once. Who came later was told that the article is sold out.");
    }

    private void together() {
        story.step(BUYERS + " buyers of one client use readModifyWrite, which is how it is by default");
        Crowd.Report report = sell(this::buyTogether);
        VersionedDocument<Stock> left = left();
        long writes = left.version() - full;
        story.note("sold by the buyers' own count  " + report.sold() + " in "
                + report.took().toMillis() + " ms");
        story.note("refused as sold out            " + report.soldOut());
        story.note("writes for the sales           " + writes);
        story.expect("sold", FULL.pieces(), report.sold());
        story.expect("refused as sold out", BUYERS * WANTED_BY_EACH - FULL.pieces(), report.soldOut());
        story.expect("left in stock", 0, left.source().pieces());
        story.expect("fewer writes than sales", true, writes < report.sold());
        story.so("The same sales with " + writes
                + " writes: who finds another at work on the document waits for him, and"
                + " the next write carries all who wait.");
    }

    private Crowd.Report sell(Crowd.Purchase purchase) {
        full = shop.index(ARTICLE, FULL, WriteCondition.none()).token().version();
        Crowd crowd = new Crowd(BUYERS, WANTED_BY_EACH, purchase);
        return crowd.buy(Duration.ofSeconds(1), sold -> story.note("... " + sold + " sold"));
    }

    private VersionedDocument<Stock> left() {
        return shop.get(ARTICLE).orElseThrow();
    }
}
