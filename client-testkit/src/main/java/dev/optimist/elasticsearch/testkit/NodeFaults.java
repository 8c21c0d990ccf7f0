package dev.optimist.elasticsearch.testkit;

/**
 * What can be done to single nodes by a form that has them in its hand; see the methods of the same name of
 * {@link ElasticsearchServer}. Numbers are of nodes that exist.
 */
interface NodeFaults {
    void kill(int node);

    void restart(int node);

    void pause(int node);

    void resume(int node);
}
