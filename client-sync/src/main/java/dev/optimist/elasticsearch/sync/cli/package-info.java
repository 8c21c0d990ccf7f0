/**
 * The command line: {@link dev.optimist.elasticsearch.sync.cli.SyncMain}. It needs picocli, Jackson's YAML module and
 * HikariCP, which this library does not bring along; the jar with the classifier {@code cli} has them.
 */
@NullMarked
package dev.optimist.elasticsearch.sync.cli;

import org.jspecify.annotations.NullMarked;
