package dev.optimist.elasticsearch.bench;

/**
 * What one side did in one round.
 *
 * @param perSecond acknowledged updates a second, all threads together
 * @param acknowledged updates
 * @param gaveUp updates that reached the side's own limit
 * @param unfinished updates that had not won when their turn was over
 * @param requests HTTP requests for each acknowledged update, as the server counts them; NaN if it does not, or if no
 *     update was acknowledged
 * @param cpuMicros the processor time of the client's JVM for each acknowledged update, without the server; NaN if there is
 *     none
 * @param p50 the latency in ms that half of all updates had at most, unfinished ones with the time that they had waited
 * @param p99 the same of 99 of 100
 * @param max the longest
 * @param fairness what the slowest thread got done, in parts of what the fastest got done
 */
record Slice(
        double perSecond,
        long acknowledged,
        long gaveUp,
        long unfinished,
        double requests,
        double cpuMicros,
        double p50,
        double p99,
        double max,
        double fairness) {

    /**
     * Returns what two JVMs did together at the same time; fairness is then that of the slower and the faster one, and of
     * the latencies those of the worse one stand for both.
     */
    Slice together(Slice other) {
        long both = acknowledged + other.acknowledged;
        double slower = Math.min(perSecond, other.perSecond);
        double faster = Math.max(perSecond, other.perSecond);
        return new Slice(
                perSecond + other.perSecond,
                both,
                gaveUp + other.gaveUp,
                unfinished + other.unfinished,
                Double.NaN,
                (orNothing(cpuMicros) * acknowledged + orNothing(other.cpuMicros) * other.acknowledged) / both,
                Math.max(p50, other.p50),
                Math.max(p99, other.p99),
                Math.max(max, other.max),
                faster == 0 ? 0 : slower / faster);
    }

    /** Returns the same with that many requests in all. */
    Slice withRequests(long all) {
        double each = all < 0 || acknowledged == 0 ? Double.NaN : (double) all / acknowledged;
        return new Slice(perSecond, acknowledged, gaveUp, unfinished, each, cpuMicros, p50, p99, max, fairness);
    }

    private static double orNothing(double value) {
        return Double.isNaN(value) ? 0 : value;
    }
}
