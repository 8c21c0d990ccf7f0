package dev.optimist.elasticsearch;

/** The user's function, and what decodes the document for it. */
@FunctionalInterface
interface Modifier<T> {
    Modification<T> apply(State read);
}
