package dev.optimist.elasticsearch.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private Map<Long, Long> before = Map.of();

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
        long spent = 0;
        for (Map.Entry<Long, Long> thread : spent().entrySet()) { // those that have ended meanwhile are not counted
            spent += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
        }
        double each = (double) spent / result.getMetadata().getAllOps();
        return List.of(new ScalarResult(NORM, each, "ns/op", AggregationPolicy.AVG));
    }

    private Map<Long, Long> spent() {
        Map<Long, Long> each = new HashMap<>();
        long[] ids = threads.getAllThreadIds();
        long[] nanos = threads.getThreadCpuTime(ids);
        for (int i = 0; i < ids.length; i++) {
            if (nanos[i] >= 0) { // else it has just ended
                each.put(ids[i], nanos[i]);
            }
        }
        return each;
    }
}
