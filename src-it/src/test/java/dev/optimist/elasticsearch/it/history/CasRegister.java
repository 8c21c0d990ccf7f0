package dev.optimist.elasticsearch.it.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A document that holds one number, or is absent. Numbers stand for states: where the number comes back to what it was,
 * Elasticsearch still refuses an older token, so refused conditional writes are for numbers that never come twice.
 */
public final class CasRegister implements Model<CasRegister.Value, CasRegister.Operation> {
    private final Value initial;

    private CasRegister(Value initial) {
        this.initial = initial;
    }

    /** Returns a register that is absent at first. */
    public static CasRegister absent() {
        return new CasRegister(new Value(null));
    }

    /** Returns a register that holds a number at first. */
    public static CasRegister holding(long number) {
        return new CasRegister(new Value(number));
    }

    /**
     * A state.
     *
     * @param number the number, or null for absent
     */
    public record Value(@Nullable Long number) {
        @Override
        public String toString() {
            return number == null ? "absent" : number.toString();
        }
    }

    /** An operation and its outcome. If that is unknown, what it does in case that it takes effect. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Read.class, name = "read"),
        @JsonSubTypes.Type(value = Modify.class, name = "modify"),
        @JsonSubTypes.Type(value = Cas.class, name = "cas"),
        @JsonSubTypes.Type(value = Increment.class, name = "increment")
    })
    public sealed interface Operation {}

    /**
     * A read.
     *
     * @param number what was read, or null for absent
     */
    public record Read(@Nullable Long number) implements Operation {}

    /**
     * A read-modify-write whose caller knows both ends; also an unconditional one of which both are known.
     *
     * @param from what was replaced, or null for absent
     * @param to what took its place, or null for a delete
     */
    public record Modify(@Nullable Long from, @Nullable Long to) implements Operation {}

    /**
     * A write under a condition.
     *
     * @param expected what had to be there, or null for absent
     * @param to what was to take its place, or null for a delete
     * @param applied true, or false if it was refused as something else was there
     */
    public record Cas(@Nullable Long expected, @Nullable Long to, boolean applied) implements Operation {}

    /**
     * {@code n → n + by}, whatever {@code n} is; absent counts as 0.
     *
     * @param by how much is added
     * @param returned {@code n + by} as the caller was told, or null if it was not told
     */
    public record Increment(long by, @Nullable Long returned) implements Operation {

        /** Returns the increment by 1 of which only that is known: for an unknown outcome. */
        public static Increment unknown() {
            return new Increment(1, null);
        }
    }

    @Override
    public Value initial() {
        return initial;
    }

    @Override
    public Optional<Value> step(Value state, Operation operation) {
        if (operation instanceof Read read) {
            return replace(state, read.number(), read.number());
        }
        if (operation instanceof Modify modify) {
            return replace(state, modify.from(), modify.to());
        }
        if (operation instanceof Cas cas) {
            return cas.applied()
                    ? replace(state, cas.expected(), cas.to())
                    : Optional.of(state).filter(s -> !Objects.equals(s.number(), cas.expected()));
        }
        Increment increment = (Increment) operation;
        Long number = state.number();
        long sum = Math.addExact(number == null ? 0 : number, increment.by());
        Long returned = increment.returned();
        return returned == null || returned == sum ? Optional.of(new Value(sum)) : Optional.empty();
    }

    private static Optional<Value> replace(Value state, @Nullable Long from, @Nullable Long to) {
        return Objects.equals(state.number(), from) ? Optional.of(new Value(to)) : Optional.empty();
    }

    @Override
    public boolean changesNothing(Operation operation) {
        return operation instanceof Read || (operation instanceof Cas cas && !cas.applied());
    }
}
