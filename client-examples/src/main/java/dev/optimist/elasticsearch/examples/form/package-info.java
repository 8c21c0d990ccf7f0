/**
 * A blog post is edited in a web form: it is loaded, changed and saved, and what somebody else has saved meanwhile is neither
 * lost nor hidden. {@link dev.optimist.elasticsearch.examples.form.PostEditor} is the part to copy; the rest is HTML.
 */
@NullMarked
package dev.optimist.elasticsearch.examples.form;

import org.jspecify.annotations.NullMarked;
