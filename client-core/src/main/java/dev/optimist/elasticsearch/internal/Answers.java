package dev.optimist.elasticsearch.internal;

import co.elastic.clients.elasticsearch._types.Result;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.MgetResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.elasticsearch.core.get.GetResult;
import co.elastic.clients.elasticsearch.core.mget.MultiGetError;
import co.elastic.clients.elasticsearch.core.mget.MultiGetResponseItem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From elasticsearch-java's answers to what is known. What makes no sense is thrown, and the outcome is unknown then. */
final class Answers {
    private static final List<Result> RESULTS = List.of(Result.values());

    private Answers() {}

    static Stored stored(GetResult<byte[]> r) {
        return new Stored(
                r.index(),
                r.found(),
                r.routing(),
                r.version() == null ? 0 : r.version(),
                r.seqNo() == null ? Stored.NO_SEQ_NO : r.seqNo(),
                r.primaryTerm() == null ? Stored.NO_PRIMARY_TERM : r.primaryTerm(),
                r.source());
    }

    static List<Answer<Stored>> stored(List<Address> addresses, MgetResponse<byte[]> response) {
        List<MultiGetResponseItem<byte[]>> items = sameNumber(addresses, response.docs());
        List<Answer<Stored>> answers = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            answers.add(storedItem(addresses.get(i), items.get(i)));
        }
        return answers;
    }

    private static Answer<Stored> storedItem(Address address, MultiGetResponseItem<byte[]> item) {
        String id = item.isResult() ? item.result().id() : item.failure().id();
        if (!address.id().equals(id)) {
            return Answer.failed(ofAnother(address, id));
        }
        if (item.isResult()) {
            return Answer.of(stored(item.result()));
        }
        MultiGetError e = item.failure();
        return Answer.failed(Failures.unread(e.error().type(), reason(e)));
    }

    private static String reason(MultiGetError e) {
        String reason = e.error().reason();
        return reason == null ? e.error().toString() : reason;
    }

    static List<Answer<Written>> written(List<Write> writes, BulkResponse response) {
        List<BulkResponseItem> items = sameNumber(writes, response.items());
        List<Answer<Written>> answers = new ArrayList<>();
        for (int i = 0; i < writes.size(); i++) {
            BulkResponseItem item = items.get(i);
            Write write = writes.get(i);
            if (!write.address().id().equals(item.id())) {
                answers.add(Answer.failed(ofAnother(write.address(), item.id())));
                continue;
            }
            answers.add(
                    item.error() == null
                            ? Answer.of(new Written(
                                    item.index(),
                                    result(item.result()),
                                    item.version() == null ? 0 : item.version(),
                                    orNone(item.seqNo()),
                                    orNoTerm(item.primaryTerm())))
                            : Answer.failed(Failures.answered(
                                    item.status(),
                                    item.error().type(),
                                    item.error().reason(),
                                    null,
                                    write.operation(),
                                    write.condition())));
        }
        return answers;
    }

    /** An answer that leaves some out cannot be told whose it is. */
    private static <I> List<I> sameNumber(List<?> asked, List<I> answered) {
        if (asked.size() != answered.size()) {
            throw new DialectException(new Failure(
                    Failure.Outcome.UNKNOWN,
                    0,
                    null,
                    answered.size() + " answers to " + asked.size() + " items",
                    null,
                    null));
        }
        return answered;
    }

    /** What was answered in this place is the outcome of another document, and must not be taken for this one's. */
    private static Failure ofAnother(Address asked, @Nullable String answered) {
        String reason = "the answer to " + asked + " is of _id [" + answered + "]";
        return new Failure(Failure.Outcome.UNKNOWN, 0, null, reason, null, null);
    }

    /** Throws if there is no such result. */
    static Result result(@Nullable String name) {
        for (Result result : RESULTS) {
            if (result.jsonValue().equals(name)) {
                return result;
            }
        }
        throw new IllegalArgumentException("result: " + name);
    }

    private static long orNone(@Nullable Long seqNo) {
        return seqNo == null ? Stored.NO_SEQ_NO : seqNo;
    }

    private static long orNoTerm(@Nullable Long primaryTerm) {
        return primaryTerm == null ? Stored.NO_PRIMARY_TERM : primaryTerm;
    }
}
