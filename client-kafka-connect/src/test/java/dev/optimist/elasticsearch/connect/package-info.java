@org.jspecify.annotations.NullMarked
package dev.optimist.elasticsearch.connect;
