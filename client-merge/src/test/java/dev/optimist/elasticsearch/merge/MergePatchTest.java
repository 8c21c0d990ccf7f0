package dev.optimist.elasticsearch.merge;

import static dev.optimist.elasticsearch.merge.Parsed.json;
import static dev.optimist.elasticsearch.merge.Parsed.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {

    /** RFC 7396, appendix A, all of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'a':'b'} ; {'a':'c'} ; {'a':'c'}",
                "{'a':'b'} ; {'b':'c'} ; {'a':'b','b':'c'}",
                "{'a':'b'} ; {'a':null} ; {}",
                "{'a':'b','b':'c'} ; {'a':null} ; {'b':'c'}",
                "{'a':['b']} ; {'a':'c'} ; {'a':'c'}",
                "{'a':'c'} ; {'a':['b']} ; {'a':['b']}",
                "{'a':{'b':'c'}} ; {'a':{'b':'d','c':null}} ; {'a':{'b':'d'}}",
                "{'a':[{'b':'c'}]} ; {'a':[1]} ; {'a':[1]}",
                "['a','b'] ; ['c','d'] ; ['c','d']",
                "{'a':'b'} ; ['c'] ; ['c']",
                "{'a':'foo'} ; null ; null",
                "{'a':'foo'} ; 'bar' ; 'bar'",
                "{'e':null} ; {'a':1} ; {'e':null,'a':1}",
                "[1,2] ; {'a':'b','c':null} ; {'a':'b'}",
                "{} ; {'a':{'bb':{'ccc':null}}} ; {'a':{'bb':{}}}"
            })
    void doesWhatTheRfcShows(String original, String patch, String result) {
        assertThat(MergePatch.applied(json(original), json(patch))).isEqualTo(json(result));
    }

    /** RFC 7396, section 3. */
    @Test
    void changesTheDocumentOfTheRfc() {
        ObjectNode original = object("{'title':'Goodbye!','author':{'givenName':'John','familyName':'Doe'},"
                + "'tags':['example','sample'],'content':'This will be unchanged'}");
        ObjectNode before = original.deepCopy();
        MergePatch patch = MergePatch.of(json("{'title':'Hello!','phoneNumber':'+01-123-456-7890',"
                + "'author':{'familyName':null},'tags':['example']}"));
        ObjectNode expected = object("{'title':'Hello!','author':{'givenName':'John'},'tags':['example'],"
                + "'content':'This will be unchanged','phoneNumber':'+01-123-456-7890'}");
        assertThat(patch.apply(original)).isEqualTo(expected);
        assertThat(original).isEqualTo(before);
    }

    @Test
    void sharesNothingWithWhatItWasMadeOf() {
        ObjectNode given = object("{'a':{'b':[1]}}");
        MergePatch patch = MergePatch.of(given);
        given.withObjectProperty("a").put("b", 2);
        ObjectNode first = patch.apply(object("{}"));
        first.withObjectProperty("a").put("b", 3);
        assertThat(patch.apply(object("{}"))).isEqualTo(json("{'a':{'b':[1]}}"));
    }

    @Test
    void aDocumentStaysAnObject() {
        for (String patch : new String[] {"null", "[]", "1", "'a'"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> MergePatch.of(json(patch)))
                    .withMessageContaining("must be a JSON object");
        }
    }
}
