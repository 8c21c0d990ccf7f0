package dev.optimist.elasticsearch.sync.cli;

/** The value of one key of a section is wrong; {@link Binder} knows the section and the line. */
final class SettingException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;

    SettingException(String key, String problem) {
        super(problem);
        this.key = key;
    }

    String key() {
        return key;
    }
}
