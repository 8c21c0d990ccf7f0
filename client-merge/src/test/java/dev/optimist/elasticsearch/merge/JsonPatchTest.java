package dev.optimist.elasticsearch.merge;

import static dev.optimist.elasticsearch.merge.Parsed.json;
import static dev.optimist.elasticsearch.merge.Parsed.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPatchTest {

    /** RFC 6902, appendix A, those that succeed. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "A.1; {'foo':'bar'}; [{'op':'add','path':'/baz','value':'qux'}]; {'baz':'qux','foo':'bar'}",
                "A.2; {'foo':['bar','baz']}; [{'op':'add','path':'/foo/1','value':'qux'}]; {'foo':['bar','qux','baz']}",
                "A.3; {'baz':'qux','foo':'bar'}; [{'op':'remove','path':'/baz'}]; {'foo':'bar'}",
                "A.4; {'foo':['bar','qux','baz']}; [{'op':'remove','path':'/foo/1'}]; {'foo':['bar','baz']}",
                "A.5; {'baz':'qux','foo':'bar'}; [{'op':'replace','path':'/baz','value':'boo'}];"
                        + " {'baz':'boo','foo':'bar'}",
                "A.6; {'foo':{'bar':'baz','waldo':'fred'},'qux':{'corge':'grault'}};"
                        + " [{'op':'move','from':'/foo/waldo','path':'/qux/thud'}];"
                        + " {'foo':{'bar':'baz'},'qux':{'corge':'grault','thud':'fred'}}",
                "A.7; {'foo':['all','grass','cows','eat']}; [{'op':'move','from':'/foo/1','path':'/foo/3'}];"
                        + " {'foo':['all','cows','eat','grass']}",
                "A.8; {'baz':'qux','foo':['a',2,'c']}; [{'op':'test','path':'/baz','value':'qux'},"
                        + "{'op':'test','path':'/foo/1','value':2}]; {'baz':'qux','foo':['a',2,'c']}",
                "A.10; {'foo':'bar'}; [{'op':'add','path':'/child','value':{'grandchild':{}}}];"
                        + " {'foo':'bar','child':{'grandchild':{}}}",
                "A.11; {'foo':'bar'}; [{'op':'add','path':'/baz','value':'qux','xyz':123}]; {'foo':'bar','baz':'qux'}",
                "A.14; {'/':9,'~1':10}; [{'op':'test','path':'/~01','value':10}]; {'/':9,'~1':10}",
                "A.16; {'foo':['bar']}; [{'op':'add','path':'/foo/-','value':['abc','def']}];"
                        + " {'foo':['bar',['abc','def']]}"
            })
    void doesWhatTheRfcShows(String name, String original, String patch, String result) {
        ObjectNode document = object(original);
        assertThat(JsonPatch.of(json(patch)).apply(document)).as(name).isEqualTo(json(result));
        assertThat(document).isEqualTo(json(original));
    }

    /** RFC 6902, appendix A, those that fail (but A.13: no node has a name twice), and what else the text forbids. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "A.9; {'baz':'qux'}; [{'op':'test','path':'/baz','value':'bar'}]",
                "A.12; {'foo':'bar'}; [{'op':'add','path':'/baz/bat','value':'qux'}]",
                "A.15; {'/':9,'~1':10}; [{'op':'test','path':'/~01','value':'10'}]",
                "remove what is not there; {'a':1}; [{'op':'remove','path':'/b'}]",
                "remove beyond the end; {'a':[1]}; [{'op':'remove','path':'/a/1'}]",
                "remove after the end; {'a':[1]}; [{'op':'remove','path':'/a/-'}]",
                "replace what is not there; {'a':1}; [{'op':'replace','path':'/b','value':1}]",
                "replace beyond the end; {'a':[1]}; [{'op':'replace','path':'/a/1','value':1}]",
                "replace after the end; {'a':[1]}; [{'op':'replace','path':'/a/-','value':1}]",
                "add beyond the end; {'a':[1]}; [{'op':'add','path':'/a/2','value':1}]",
                "a leading zero; {'a':[1]}; [{'op':'add','path':'/a/01','value':1}]",
                "a leading zero in a test; {'a':[1,2]}; [{'op':'test','path':'/a/01','value':2}]",
                "a name in an array; {'a':[1]}; [{'op':'add','path':'/a/x','value':1}]",
                "a negative position; {'a':[1]}; [{'op':'remove','path':'/a/-1'}]",
                "in a scalar; {'a':1}; [{'op':'add','path':'/a/b','value':1}]",
                "move from nowhere; {'a':1}; [{'op':'move','from':'/x','path':'/b'}]",
                "copy from nowhere; {'a':1}; [{'op':'copy','from':'/x','path':'/b'}]",
                "move into itself; {'a':{'b':1}}; [{'op':'move','from':'/a','path':'/a/c'}]",
                "test of what is not there; {'a':1}; [{'op':'test','path':'/b','value':null}]",
                "null and absent; {'b':null}; [{'op':'test','path':'/b','value':0}]",
                "remove all; {'a':1}; [{'op':'remove','path':''}]",
                "no object any more; {'a':1}; [{'op':'replace','path':'','value':[]}]"
            })
    void whatDoesNotFitFailsAsAWhole(String name, String original, String patch) {
        ObjectNode document = object(original);
        String first = "[{'op':'add','path':'/first','value':1}," + patch.substring(1);
        PatchFailedException e = catchThrowableOfType(
                PatchFailedException.class, () -> JsonPatch.of(json(first)).apply(document));
        assertThat(e).as(name).isNotNull().hasMessageStartingWith("operation 1, ");
        assertThat(e.operation()).isEqualTo(1);
        assertThat(e.path()).isEqualTo(json(patch).at("/0/path").asText());
        assertThat(document).isEqualTo(json(original));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'op':'add','path':'/b','value':1}",
                "null",
                "[7]",
                "[{'op':'frob','path':'/b'}]",
                "[{'path':'/b','value':1}]",
                "[{'op':'add','value':1}]",
                "[{'op':'add','path':'/b'}]",
                "[{'op':'test','path':'/b'}]",
                "[{'op':'replace','path':'/b'}]",
                "[{'op':'move','path':'/b'}]",
                "[{'op':'copy','path':'/b'}]",
                "[{'op':'add','path':7,'value':1}]",
                "[{'op':'add','path':'b','value':1}]",
                "[{'op':'copy','from':'b','path':'/b'}]",
                "[{'op':'add','path':'/b~2','value':1}]",
                "[{'op':'add','path':'/b~','value':1}]"
            })
    void whatIsNoPatchIsRefusedBeforeAnythingIsRead(String patch) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonPatch.of(json(patch)))
                .withMessageStartingWith("patch: ");
    }

    @Test
    void operationsSeeWhatThoseBeforeHaveDone() {
        String patch = "[{'op':'add','path':'/a','value':{'b':1}},{'op':'copy','from':'/a','path':'/c'},"
                + "{'op':'replace','path':'/c/b','value':2},{'op':'test','path':'/a/b','value':1}]";
        JsonPatch twice = JsonPatch.of(json(patch));
        for (int i = 0; i < 2; i++) {
            assertThat(twice.apply(object("{}"))).isEqualTo(json("{'a':{'b':1},'c':{'b':2}}"));
        }
        assertThat(JsonPatch.of(json("[]")).apply(object("{'a':1}"))).isEqualTo(json("{'a':1}"));
    }

    @Test
    void sharesNothingWithWhatItWasMadeOf() {
        ArrayNode given = (ArrayNode) json("[{'op':'add','path':'/a','value':{'b':1}}]");
        JsonPatch patch = JsonPatch.of(given);
        given.removeAll();
        patch.apply(object("{}")).withObjectProperty("a").put("b", 2);
        assertThat(patch.apply(object("{}"))).isEqualTo(json("{'a':{'b':1}}"));
    }

    /** RFC 6902, 4.6: numbers are equal if their values are numerically equal. */
    @Test
    void numbersAreTestedByValue() {
        String patch = "[{'op':'test','path':'/a','value':{'x':[1.0,1e2]}},{'op':'add','path':'/b','value':1.10}]";
        assertThat(JsonPatch.of(json(patch))
                        .apply(object("{'a':{'x':[1,100.00]}}"))
                        .toString())
                .isEqualTo("{\"a\":{\"x\":[1,100.00]},\"b\":1.10}");
    }
}
