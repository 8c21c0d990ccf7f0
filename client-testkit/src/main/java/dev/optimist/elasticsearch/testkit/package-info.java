/**
 * A real Elasticsearch or OpenSearch for tests and examples: {@link dev.optimist.elasticsearch.testkit.ElasticsearchServer}, and
 * {@link dev.optimist.elasticsearch.testkit.ElasticsearchExtension} for JUnit Jupiter. And
 * {@link dev.optimist.elasticsearch.testkit.FaultProxy}, which stands before it and loses answers on demand. What is synced from
 * comes from {@link dev.optimist.elasticsearch.testkit.PostgresServer}, {@link dev.optimist.elasticsearch.testkit.KafkaServer} and
 * {@link dev.optimist.elasticsearch.testkit.ConnectCluster}, always local processes.
 *
 * <p>System properties, or environment variables of the same name in capitals with underscores:
 *
 * <ul>
 *   <li>{@code optimist.testkit.server}: {@code auto} (default), {@code container}, {@code process}, or the address of a
 *       server that runs already, such as {@code http://localhost:9200};
 *   <li>{@code optimist.testkit.version}: which version, such as {@code 8.19.21} or {@code opensearch-3.6.0};
 *   <li>{@code optimist.testkit.cache}: the folder for unpacked distributions; by default a folder {@code optimist} in the
 *       user's cache folder.
 * </ul>
 *
 * <p>Versions, with the Java that they need on this machine. {@code ES_JAVA_HOME}, {@code JAVA_HOME}, variables such as
 * {@code JAVA21_HOME} and the usual folders are looked at for it; containers bring their own.
 *
 * <table>
 *   <caption>What is started</caption>
 *   <tr><th>version</th><th>Java</th><th>form</th></tr>
 *   <tr><td>{@code 2.4.x}, {@code 5.6.x}, {@code 6.8.x}</td><td>17</td><td>one process</td></tr>
 *   <tr><td>{@code 7.17.x}</td><td>11 to 21</td><td>container or process, clusters, password</td></tr>
 *   <tr><td>{@code 8.x}</td><td>17 or later</td><td>the same</td></tr>
 *   <tr><td>{@code 9.x} and later</td><td>21 or later</td><td>the same</td></tr>
 *   <tr><td>{@code opensearch-2.19.x}</td><td>11 to 21</td><td>one process</td></tr>
 *   <tr><td>{@code opensearch-3.x}</td><td>21 or later</td><td>one process</td></tr>
 * </table>
 *
 * <p>Processes of 2.4 to 6.8 and OpenSearch 3.6 have all modules, such as scripts; in 6.8, X-Pack is switched off. Those of
 * 7.17 to 9 and OpenSearch 2.19 are made for integration tests and have hardly any.
 *
 * <p>Containers, by Testcontainers: security off and on, one node or a cluster, single nodes killed, paused and restarted (the
 * last on an engine of this machine only). Their ports are published on loopback, if the engine is on this machine. A single
 * node from 8 on makes its own certificate authority, as the image always does, and {@code caCertificate()} is taken from the
 * container; else the testkit makes one certificate for all nodes.
 *
 * <p>Testcontainers speaks version 1.44 of the engine's API, and 1.32 with an older engine; {@code -Dapi.version=1.41} chooses
 * another.
 *
 * <p>Where Docker runs but nothing can be pulled, set Testcontainers' own {@code TESTCONTAINERS_RYUK_DISABLED=true}: else it
 * tries for minutes to get its helper image before a local process is taken. Without Ryuk, containers are removed when the server
 * is closed and when the JVM ends, but not if that is killed; {@code docker rm -f $(docker ps -aq --filter
 * label=org.testcontainers=true)} then removes what was left.
 */
@NullMarked
package dev.optimist.elasticsearch.testkit;

import org.jspecify.annotations.NullMarked;
