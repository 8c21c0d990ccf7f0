/** What a release has to hold: the bundle for Maven Central, the gate of the public API, the first steps of the README. */
@NullMarked
package dev.optimist.elasticsearch.release;

import org.jspecify.annotations.NullMarked;
