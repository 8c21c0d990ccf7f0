package dev.optimist.elasticsearch.it;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Scenarios that run twice, by the methods that wait and by those that return futures. */
@ParameterizedClass
@EnumSource(Documents.Face.class)
abstract class BothFacesTest extends ServerTest {
    @Parameter
    Documents.Face face;

    Documents<Counter> documents;

    @BeforeEach
    void takeTheFace() {
        documents = face.of(counters);
    }

    /** Returns the documents of another index, or of another class. */
    <T> Documents<T> documents(String index, Class<T> type) {
        return face.of(typed(client.documents(index, type)));
    }
}
