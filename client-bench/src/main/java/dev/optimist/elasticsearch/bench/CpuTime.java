package dev.optimist.elasticsearch.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * What an operation costs the processors, in all Java threads together: unlike its time, it does not grow with what else
 * the machine has to do, the JVM's compiler included.
 */
public final class CpuTime implements InternalProfiler {
    static final String NORM = "cpu.norm";

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long before;

    @Override
    public String getDescription() {
        return "CPU time of all Java threads";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = spent();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        long spent = spent() - before;
        double each = (double) spent / result.getMetadata().getAllOps();
        return List.of(new ScalarResult(NORM, each, "ns/op", AggregationPolicy.AVG));
    }

    private long spent() {
        return LongStream.of(threads.getThreadCpuTime(threads.getAllThreadIds()))
                .filter(nanos -> nanos > 0) // -1 for a thread that has ended
                .sum();
    }
}
