/** The tutorials' own texts, and how what a server says is compared with them, field by field. */
package dev.optimist.elasticsearch.it.letter;
