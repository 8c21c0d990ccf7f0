/**
 * A real Elasticsearch for tests and examples: {@link dev.optimist.elasticsearch.testkit.ElasticsearchServer}, and
 * {@link dev.optimist.elasticsearch.testkit.ElasticsearchExtension} for JUnit Jupiter. And
 * {@link dev.optimist.elasticsearch.testkit.FaultProxy}, which stands before it and loses answers on demand.
 *
 * <p>System properties, or environment variables of the same name in capitals with underscores:
 *
 * <ul>
 *   <li>{@code optimist.testkit.server}: {@code auto} (default), {@code container}, {@code process}, or the address of a
 *       server that runs already, such as {@code http://localhost:9200};
 *   <li>{@code optimist.testkit.version}: a version of Elasticsearch, 7.17 or later;
 *   <li>{@code optimist.testkit.cache}: the folder for unpacked distributions; by default a folder {@code optimist} in the
 *       user's cache folder.
 * </ul>
 *
 * <p>Where Docker runs but nothing can be pulled, set Testcontainers' own {@code TESTCONTAINERS_RYUK_DISABLED=true}: else it
 * tries for minutes to get its helper image before a local process is taken.
 */
@NullMarked
package dev.optimist.elasticsearch.testkit;

import org.jspecify.annotations.NullMarked;
