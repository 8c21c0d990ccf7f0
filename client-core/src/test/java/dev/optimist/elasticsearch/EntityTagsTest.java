package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.optimist.elasticsearch.EntityTags.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagsTest {

    /** The examples of RFC 9110, 13.1.1 and 13.1.2. */
    @Test
    void readsTheExamplesOfTheRfc() {
        assertThat(EntityTags.of("\"xyzzy\"")).containsExactly(new Tag("xyzzy", false));
        assertThat(EntityTags.of("\"xyzzy\", \"r2d2xxxx\", \"c3piozzzz\""))
                .containsExactly(new Tag("xyzzy", false), new Tag("r2d2xxxx", false), new Tag("c3piozzzz", false));
        assertThat(EntityTags.of("W/\"xyzzy\", W/\"r2d2xxxx\", W/\"c3piozzzz\""))
                .containsExactly(new Tag("xyzzy", true), new Tag("r2d2xxxx", true), new Tag("c3piozzzz", true));
        assertThat(EntityTags.of("\"\"")).containsExactly(new Tag("", false));
    }

    @Test
    void aTagMayHoldCommasAndAListEmptyElements() {
        assertThat(EntityTags.of("\"a,b\",, ,\t\"c\" ,")).containsExactly(new Tag("a,b", false), new Tag("c", false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "*",
                "a",
                "\"a",
                "a\"",
                "\"a\"\"b\"",
                "\"a\" \"b\"",
                "\"a\", *",
                "w/\"a\"",
                "W/ \"a\"",
                "\"a b\"",
                "\"a\nb\"",
                "'a'",
                "\"a\";"
            })
    void refusesWhatIsNoList(String header) {
        assertThatThrownBy(() -> EntityTags.of(header))
                .isInstanceOfSatisfying(
                        InvalidTokenException.class,
                        e -> assertThat(e.reason()).isEqualTo(InvalidTokenException.Reason.MALFORMED));
    }
}
