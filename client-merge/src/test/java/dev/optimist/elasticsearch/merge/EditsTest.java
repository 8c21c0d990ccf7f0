package dev.optimist.elasticsearch.merge;

import static dev.optimist.elasticsearch.merge.Parsed.json;
import static dev.optimist.elasticsearch.merge.Parsed.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EditsTest {
    private final Edits<Profile> edits = Edits.of(Parsed.MAPPER, Profile.class);

    record Profile(
            @Nullable String name,
            int age,
            @Nullable Address address,
            @Nullable List<Phone> phones) {
        Profile named(String other) {
            return new Profile(other, age, address, phones);
        }
    }

    record Address(@Nullable String city, @Nullable String street) {}

    record Phone(String number) {}

    @Test
    void onlyWhatWasChangedIsChanged() {
        ObjectNode stored = object("{'name':'Ada','unknown':{'x':1.10},'address':{'city':'Bern','zip':3000}}");
        ObjectNode before = stored.deepCopy();
        Profile read = edits.read(stored);
        assertThat(edits.apply(stored, read)).as("neither age 0 nor nulls").isEqualTo(before);
        ObjectNode edited =
                edits.apply(stored, new Profile("Ada", 7, new Address("Basel", null), List.of(new Phone("1"))));
        assertThat(edited.toString())
                .isEqualTo(json("{'name':'Ada','unknown':{'x':1.10},'address':{'city':'Basel','zip':3000},"
                                + "'age':7,'phones':[{'number':'1'}]}")
                        .toString());
        assertThat(stored).isEqualTo(before);
    }

    @Test
    void anArrayWithWhatTheClassDoesNotKnowIsNotReplaced() {
        ObjectNode stored = object("{'name':'Ada','phones':[{'number':'1'},{'number':'2','kind':'work'}]}");
        assertThat(edits.apply(stored, edits.read(stored).named("Eve"))
                        .at("/phones/1/kind")
                        .asText())
                .isEqualTo("work");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> edits.apply(stored, new Profile("Ada", 0, null, List.of(new Phone("2")))))
                .withMessageContaining("/phones/1/kind");
        ObjectNode known = object("{'phones':[{'number':'1'}]}");
        assertThat(edits.apply(known, new Profile(null, 0, null, List.of(new Phone("2")))))
                .isEqualTo(json("{'phones':[{'number':'2'}]}"));
    }

    @Test
    void whatDoesNotMapIsTold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> edits.read(object("{'age':'old'}")))
                .withMessageContaining("Profile");
    }
}
