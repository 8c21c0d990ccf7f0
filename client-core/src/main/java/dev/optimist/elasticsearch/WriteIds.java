package dev.optimist.elasticsearch;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.BitSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives out write ids, of the form {@code session.slot.number}. Calls on one document at the same time have a slot each;
 * the next write in a slot takes the place of the one before, whose caller knows its outcome. A document so keeps one id
 * for each concurrent writer, not one for each write (docs/adr/0009).
 */
final class WriteIds {
    private static final int SESSION_BYTES = 9;

    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong generation = new AtomicLong();
    private final String session;
    private final ConcurrentMap<String, BitSet> slots = new ConcurrentHashMap<>();

    WriteIds() {
        byte[] random = new byte[SESSION_BYTES];
        new SecureRandom().nextBytes(random);
        session = Base64.getUrlEncoder().encodeToString(random);
    }

    /** A write id for the time of one call. */
    interface Lease {
        String id();

        /** Returns what to call a ledger that begins with this write: it must never come again. */
        String born();

        /** Returns how ids begin that this one takes the place of. */
        String settled();

        /** Gives the slot back. If the outcome is unknown, its id stays in the document until there is no more room. */
        void end(boolean unknown);
    }

    /** The index is not asked for: one document may be addressed by several names, and its slots must differ. */
    Lease lease(String document) {
        int[] slot = {0};
        long[] named = {0};
        slots.compute(document, (key, taken) -> {
            BitSet set = taken == null ? new BitSet() : taken;
            slot[0] = set.nextClearBit(0);
            set.set(slot[0]);
            named[0] = generation.get(); // in here, so that it is newer than any unknown outcome of this slot
            return set;
        });
        String settled = session + "." + Long.toString(named[0], Character.MAX_RADIX) + "-" + slot[0] + ".";
        String writeId = settled + Long.toString(numbers.getAndIncrement(), Character.MAX_RADIX);
        return new Generated(this, document, slot[0], settled, writeId);
    }

    /** Returns an id that comes once. */
    String unique() {
        return session + "." + Long.toString(numbers.getAndIncrement(), Character.MAX_RADIX);
    }

    /** Returns how many documents have calls under way. */
    int documents() {
        return slots.size();
    }

    private record Generated(WriteIds ids, String document, int slot, String settled, String id) implements Lease {
        @Override
        public String born() {
            return id;
        }

        @Override
        public void end(boolean unknown) {
            ids.slots.computeIfPresent(document, (key, taken) -> {
                if (unknown) {
                    ids.generation.incrementAndGet(); // slots have new names from now on, and nobody replaces this id
                }
                taken.clear(slot);
                return taken.isEmpty() ? null : taken;
            });
        }
    }
}
