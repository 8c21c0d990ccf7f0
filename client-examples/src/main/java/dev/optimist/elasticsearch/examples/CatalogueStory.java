package dev.optimist.elasticsearch.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import dev.optimist.elasticsearch.sync.SyncStatus;
import dev.optimist.elasticsearch.sync.verify.VerifyReport;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The steps of the {@link Catalogue}. */
record CatalogueStory(
        Story story, ProductTable products, CatalogueCopy copy, Clerks clerks, CatalogueOptions options, String last) {

    void tell() throws Exception {
        database();
        index();
        firstCopy();
        changes();
        lateChange();
        verify();
        search();
    }

    private void database() throws SQLException {
        story.step(options.products + " products in PostgreSQL");
        products.create(options.products);
        story.expect("products", (long) options.products, products.count());
        story.so("Triggers give each change a version from a sequence, and remember each delete in a table: that is all"
                + " that a copy needs of a database.");
    }

    private void index() {
        story.step("An index for them");
        copy.setUp();
        story.so("A delete will be a small document there, a tombstone, so that nothing late brings a product back; the"
                + " alias " + CatalogueCopy.SEARCH + " hides them.");
    }

    private void firstCopy() throws InterruptedException {
        story.step("A job copies the products (source: " + options.source + "), and goes on with their changes");
        long begun = System.nanoTime();
        copy.start();
        boolean there = copy.awaitFirst();
        story.note("copied " + options.products + " products in "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + " ms");
        story.expect("all products are in the index", true, there);
        story.so("Each document has the version of its row.");
    }

    private void changes() throws Exception {
        story.step(Clerks.HOW_MANY + " clerks change and delete products for " + options.seconds
                + " s, and the job follows");
        long begun = System.nanoTime();
        clerks.start(Duration.ofSeconds(options.seconds), options.rate, options.seed);
        long lag = watch(begun, options.seconds / 2);
        story.note("... another job brings all rows once more, beside the first one");
        copy.startBackfill();
        lag = Math.max(lag, watch(begun, Integer.MAX_VALUE));
        SyncStatus other = copy.awaitBackfill();
        long changed = System.nanoTime();
        products.put(Long.parseLong(last), "the last change");
        boolean there = copy.awaitLast();
        long after = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - changed);
        SyncStatus job = copy.stop();

        story.note("the clerks     " + clerks.written() + " rows written, " + clerks.deleted() + " deleted, "
                + clerks.rolledBack() + " transactions rolled back");
        story.note("the job        " + outcomes(job) + "; " + copy.deletes() + " of the applied are deletes");
        story.note("the other job  " + outcomes(other));
        story.note("lag            " + lag + " ms at most; the last change was there after " + after + " ms");
        story.expect("the last change is in the index", true, there);
        story.expect("rows written, more than 0", true, clerks.written() > 0);
        story.expect("rows deleted, more than 0", true, clerks.deleted() > 0);
        story.expect("deletes applied, more than 0", true, copy.deletes() > 0);
        story.expect("what both jobs have brought, more than 0", true, dropped(job) + dropped(other) > 0);
        story.expect("suspicious", 0L, job.suspicious() + other.suspicious());
        story.so(
                "What both jobs have brought was written once (duplicate), and what came late was dropped (superseded):"
                        + " the versions decide, and the jobs need not know of each other.");
    }

    /** Tells each second how it goes, for so many seconds or until the clerks end; returns the longest lag. */
    private long watch(long begun, int seconds) throws InterruptedException {
        long lag = 0;
        for (int i = 0; i < seconds && !clerks.await(Duration.ofSeconds(1)); i++) {
            SyncStatus now = copy.status();
            lag = Math.max(lag, now.lag().toMillis());
            story.note("... " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) + " s: " + clerks.written()
                    + " rows written, " + clerks.deleted() + " deleted; in the index " + now.applied()
                    + " changes, lag " + now.lag().toMillis() + " ms");
        }
        return lag;
    }

    private static long dropped(SyncStatus status) {
        return status.superseded() + status.duplicate();
    }

    private static String outcomes(SyncStatus status) {
        return status.applied() + " applied, " + status.superseded() + " superseded, " + status.duplicate()
                + " duplicate, " + status.suspicious() + " suspicious";
    }

    private void lateChange() throws Exception {
        story.step("A change of a product that is deleted by now comes late, with its old version 1");
        String id = Long.toString(products.deleted());
        ObjectNode old = JsonNodeFactory.instance.objectNode().put("name", "product " + id);
        story.expect("outcome", Outcome.SUPERSEDED, copy.sendLate(id, old, 1));
        Wire.Exchange tombstone = story.send("GET", "/" + CatalogueCopy.INDEX + "/_doc/" + id, "");
        story.expect("it is a tombstone", true, tombstone.responseBody().contains("optimist_tombstone"));
        story.so(
                "SUPERSEDED: the tombstone has the version of the delete, which is higher, and stays for as long as you"
                        + " want. Elasticsearch itself forgets a delete after 60 s.");
    }

    private void verify() throws Exception {
        story.step("Verify: each row is looked up in the index, and each document in the database");
        VerifyReport report = copy.verify(difference -> story.note("difference: " + difference));
        story.note("rows         " + report.rows());
        story.note("documents    " + report.documents());
        story.note("tombstones   " + report.tombstones());
        story.note("differences  " + report.differences());
        story.note("took         " + report.took().toMillis() + " ms");
        story.expect("differences", 0L, report.differences());
        story.expect("equal", true, report.isEqual());
        story.expect("rows", products.count(), report.rows());
        story.expect("documents", report.rows(), report.documents());
        story.expect("tombstones, more than 0", true, report.tombstones() > 0);
        story.so("Index and database are equal: the same products, versions and texts.");
    }

    private void search() throws SQLException {
        story.step("Search by the alias");
        Wire.Exchange count = story.send("GET", "/" + CatalogueCopy.SEARCH + "/_count?filter_path=count", "");
        story.expect("count", "{\"count\":" + products.count() + "}", count.responseBody());
        story.so("As many as the table has: no tombstone is found.");
    }
}
