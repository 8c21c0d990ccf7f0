package dev.optimist.elasticsearch.sync.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of the jar. */
final class SyncVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = SyncVersion.class.getPackage().getImplementationVersion();
        return new String[] {"Optimist sync " + (version == null ? "(not from a jar)" : version)};
    }
}
