/** Changes and rows of any relational database, read by {@code javax.sql}: nothing has to be installed on its side. */
@NullMarked
package dev.optimist.elasticsearch.sync.jdbc;

import org.jspecify.annotations.NullMarked;
