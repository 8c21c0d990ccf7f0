package dev.optimist.elasticsearch.merge;

import static dev.optimist.elasticsearch.merge.ArrayRule.APPEND;
import static dev.optimist.elasticsearch.merge.ArrayRule.BY_INDEX;
import static dev.optimist.elasticsearch.merge.ArrayRule.SET;
import static dev.optimist.elasticsearch.merge.ArrayRule.WHOLE;
import static dev.optimist.elasticsearch.merge.Parsed.json;
import static dev.optimist.elasticsearch.merge.Parsed.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.FloatNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreeWayMergeTest {
    private static MergeResult merge(ArrayRule rule, String base, String mine, String theirs) {
        return ThreeWayMerge.of(rule).merge(object(base), object(mine), object(theirs));
    }

    private static List<String> conflicts(MergeResult result) {
        return result.conflicts().stream()
                .map(c -> c.path() + ": " + c.base() + ", " + c.mine() + ", " + c.theirs())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "nobody; {'a':1}; {'a':1}; {'a':1}; {'a':1}",
                "mine; {'a':1}; {'a':2}; {'a':1}; {'a':2}",
                "theirs; {'a':1}; {'a':1}; {'a':2}; {'a':2}",
                "both the same; {'a':1}; {'a':2}; {'a':2}; {'a':2}",
                "different fields; {'a':1,'b':1}; {'a':2,'b':1}; {'a':1,'b':2}; {'a':2,'b':2}",
                "added by each; {}; {'a':1}; {'b':1}; {'a':1,'b':1}",
                "removed by each; {'a':1,'b':1,'c':1}; {'b':1,'c':1}; {'a':1,'c':1}; {'c':1}",
                "removed by both; {'a':1}; {}; {}; {}",
                "removed, and nothing else; {'a':1,'b':1}; {'a':1}; {'a':2,'b':1}; {'a':2}",
                "set to null; {'a':1,'b':1}; {'a':null,'b':1}; {'a':1,'b':null}; {'a':null,'b':null}",
                "deep; {'o':{'a':1,'p':{'b':1}}}; {'o':{'a':2,'p':{'b':1}}}; {'o':{'a':1,'p':{'b':2}}};"
                        + " {'o':{'a':2,'p':{'b':2}}}",
                "an object added by both; {}; {'o':{'a':1}}; {'o':{'b':1}}; {'o':{'a':1,'b':1}}",
                "an array of one; {'a':[1]}; {'a':[1,2]}; {'a':[1],'b':1}; {'a':[1,2],'b':1}"
            })
    void whatOnlyOneHasChangedIsTaken(String name, String base, String mine, String theirs, String merged) {
        MergeResult result = merge(WHOLE, base, mine, theirs);
        assertThat(result.conflicts()).as(name).isEmpty();
        assertThat(result.merged()).as(name).isEqualTo(json(merged));
        assertThat(merge(WHOLE, base, theirs, mine).merged()).as(name).isEqualTo(json(merged));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'a':1}; {'a':2}; {'a':3}; /a: 1, 2, 3",
                "{}; {'a':2}; {'a':3}; /a: null, 2, 3",
                "{'a':1}; {}; {'a':3}; /a: 1, null, 3",
                "{'a':1}; {'a':2}; {}; /a: 1, 2, null",
                "{'o':{'a':1}}; {}; {'o':{'a':2}}; /o: {\"a\":1}, null, {\"a\":2}",
                "{'o':{'a':1}}; {'o':7}; {'o':{'a':2}}; /o: {\"a\":1}, 7, {\"a\":2}",
                "{'o':7}; {'o':{'a':1}}; {'o':{'b':2}}; /o: 7, {\"a\":1}, {\"b\":2}",
                "{'o':{'a':1}}; {'o':{'a':2}}; {'o':{'a':3}}; /o/a: 1, 2, 3",
                "{'a/b~c':1}; {'a/b~c':2}; {'a/b~c':3}; /a~1b~0c: 1, 2, 3",
                "{'':{'':1}}; {'':{'':2}}; {'':{'':3}}; //: 1, 2, 3",
                "{'a':[1]}; {'a':[2]}; {'a':[3]}; /a: [1], [2], [3]",
                "{'a':1}; {'a':'1'}; {'a':true}; /a: 1, \"1\", true"
            })
    void whatBothHaveChangedIsAConflict(String base, String mine, String theirs, String conflict) {
        MergeResult result = merge(WHOLE, base, mine, theirs);
        assertThat(conflicts(result)).containsExactly(conflict);
        assertThat(result.merged()).isEqualTo(json(theirs));
    }

    @Test
    void absentIsNotNull() {
        MergeConflict removed =
                merge(WHOLE, "{'a':1}", "{}", "{'a':null}").conflicts().get(0);
        assertThat(removed.mine()).isNull();
        assertThat(removed.theirs()).isEqualTo(json("null"));
    }

    @Test
    void allConflictsAreToldAndTheRestIsMerged() {
        MergeResult result =
                merge(WHOLE, "{'a':1,'b':1,'c':1,'d':1}", "{'a':2,'b':2,'c':2,'d':1}", "{'a':3,'b':3,'c':1,'d':4}");
        assertThat(conflicts(result)).containsExactly("/a: 1, 2, 3", "/b: 1, 2, 3");
        assertThat(result.merged()).isEqualTo(json("{'a':3,'b':3,'c':2,'d':4}"));
    }

    @Test
    void numbersAreComparedByValueAndKeptAsTheyAre() {
        MergeResult result = merge(
                WHOLE,
                "{'a':1,'b':1.10,'c':1e2,'n':123456789012345678901234567890}",
                "{'a':1.0,'b':1.1,'c':7,'n':123456789012345678901234567890}",
                "{'a':2,'b':1.10,'c':100,'n':123456789012345678901234567891}");
        assertThat(result.conflicts()).isEmpty();
        assertThat(result.merged().toString())
                .isEqualTo("{\"a\":2,\"b\":1.10,\"c\":7,\"n\":123456789012345678901234567891}");
        ObjectNode floats = object("{}").set("a", FloatNode.valueOf(0.1f));
        assertThat(Json.same(floats, object("{'a':0.10}"))).isTrue();
        ObjectNode noNumbers = object("{}").set("a", FloatNode.valueOf(Float.NaN));
        assertThat(Json.same(noNumbers, object("{'a':0.10}"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "SET; [1,2,3]; [1,3,4]; [5,1,2]; [5,1,4]", // 2 removed by mine, 3 by theirs
                "SET; ['a']; ['a','b']; ['a','b','c']; ['a','b','c']",
                "SET; [1,2]; [2,1,3]; [1,2,4]; [1,2,4,3]",
                "SET; [1]; []; [1.0,2]; [2]",
                "SET; []; [null]; [true]; [true,null]",
                "BY_INDEX; [1,2]; [9,2]; [1,8]; [9,8]",
                "BY_INDEX; [{'a':1},{'a':1}]; [{'a':1},{'a':2}]; [{'a':1,'b':1},{'a':1}]; [{'a':1,'b':1},{'a':2}]",
                "APPEND; [1]; [1,2]; [1,3,4]; [1,3,4,2]",
                "APPEND; [{'t':'a'}]; [{'t':'a'},{'t':'b'}]; [{'t':'a'},{'t':'c'}]; [{'t':'a'},{'t':'c'},{'t':'b'}]"
            })
    void arraysAreMergedByTheirRule(ArrayRule rule, String base, String mine, String theirs, String merged) {
        MergeResult result =
                merge(rule, "{'a':" + base + ",'x':1}", "{'a':" + mine + ",'x':1}", "{'a':" + theirs + ",'x':2}");
        assertThat(result.conflicts()).isEmpty();
        assertThat(result.merged().toString())
                .isEqualTo(json("{'a':" + merged + ",'x':2}").toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "SET; [1,1]; [1,1,2]; [1,1,3]", // not a set
                "SET; [1]; [1,2,2]; [1,3]",
                "SET; [{'a':1}]; [{'a':2}]; [{'a':3}]",
                "BY_INDEX; [1]; [1,2]; [3]",
                "BY_INDEX; [1,2]; [2]; [1,3]",
                "APPEND; [1]; [2]; [1,3]",
                "APPEND; [1,2]; [1]; [1,2,3]",
                "WHOLE; [1]; [1,2]; [1,3]"
            })
    void whatARuleIsNotForIsAConflict(ArrayRule rule, String base, String mine, String theirs) {
        MergeResult result = merge(rule, "{'a':" + base + "}", "{'a':" + mine + "}", "{'a':" + theirs + "}");
        assertThat(conflicts(result)).containsExactly("/a: " + json(base) + ", " + json(mine) + ", " + json(theirs));
    }

    @Test
    void aConflictInAnArrayByIndexNamesTheElement() {
        MergeResult result = merge(BY_INDEX, "{'a':[{'b':1},1]}", "{'a':[{'b':2},2]}", "{'a':[{'b':3},1]}");
        assertThat(conflicts(result)).containsExactly("/a/0/b: 1, 2, 3");
        assertThat(result.merged()).isEqualTo(json("{'a':[{'b':3},2]}"));
    }

    @Test
    void anArrayMayHaveARuleOfItsOwn() {
        ThreeWayMerge merge = ThreeWayMerge.of(WHOLE).with("/o/tags", SET).with("/log", APPEND);
        MergeResult result = merge.merge(
                object("{'o':{'tags':[1]},'log':[1],'a':[1]}"),
                object("{'o':{'tags':[2]},'log':[1,2],'a':[2]}"),
                object("{'o':{'tags':[1,3]},'log':[1,3],'a':[3]}"));
        assertThat(conflicts(result)).containsExactly("/a: [1], [2], [3]");
        assertThat(result.merged()).isEqualTo(json("{'o':{'tags':[3,2]},'log':[1,3,2],'a':[3]}"));
        assertThatIllegalArgumentException().isThrownBy(() -> merge.with("tags", SET));
    }

    @Test
    void asAFunctionItThrowsWhatAPersonHasToDecide() throws Exception {
        ObjectNode theirs = object("{'a':3,'b':4}");
        MergeConflictException e = catchThrowableOfType(
                MergeConflictException.class,
                () -> ThreeWayMerge.of(WHOLE)
                        .onto(object("{'a':1,'b':1,'c':1}"), object("{'a':2,'b':1,'c':5}"))
                        .apply(theirs));
        assertThat(e).hasMessage("changed on both sides: /a, /c");
        assertThat(e.theirs()).isEqualTo(theirs);
        assertThat(e.merged()).isEqualTo(json("{'a':3,'b':4}"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(e);
        Object read = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        assertThat(((MergeConflictException) read).conflicts()).isEqualTo(e.conflicts());
    }

    @Test
    void sharesNothingWithWhatWasGiven() {
        ObjectNode base = object("{'o':{'a':[1]},'p':{'a':1}}");
        ObjectNode mine = object("{'o':{'a':[2]},'p':{'a':1}}");
        ObjectNode theirs = object("{'o':{'a':[1]},'p':{'a':2}}");
        var function = ThreeWayMerge.of(WHOLE).onto(base, mine);
        mine.withObjectProperty("o").put("a", 0);
        base.removeAll();
        ObjectNode merged = function.apply(theirs);
        merged.withObjectProperty("p").put("a", 0);
        merged.withObjectProperty("o").put("a", 0);
        assertThat(theirs).isEqualTo(json("{'o':{'a':[1]},'p':{'a':2}}"));
        assertThat(function.apply(theirs)).isEqualTo(json("{'o':{'a':[2]},'p':{'a':2}}"));
    }
}
