package dev.optimist.elasticsearch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.Refresh;
import co.elastic.clients.elasticsearch._types.Result;
import co.elastic.clients.transport.TransportUtils;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.optimist.elasticsearch.internal.Dialect;
import dev.optimist.elasticsearch.internal.StrictTransport;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who may know whom: see the descriptions of both packages. */
class ArchitectureTest {
    private static final String API = "dev.optimist.elasticsearch";
    private static final String INTERNAL = "dev.optimist.elasticsearch.internal";
    private static final String UPSTREAM = "co.elastic.clients..";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(API);

    /** What is in users' sight: a class that is public, in all that encloses it too. */
    private static final DescribedPredicate<JavaClass> PUBLIC_API =
            describe("the public API", c -> c.getPackageName().equals(API) && isPublic(c));

    @Test
    void findsTheClasses() {
        assertThat(CLASSES.contain(VersionedClient.class)).isTrue();
        assertThat(CLASSES.contain(StrictTransport.class)).isTrue();
        assertThat(CLASSES.contain(ArchitectureTest.class)).isFalse();
    }

    @Test
    void theApiKnowsNoHttp() {
        noClasses()
                .that()
                .resideInAPackage(API)
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("org.apache.hc..", "co.elastic.clients.transport..", "java.net.http..")
                                // reads a certificate, and sends nothing
                                .and(not(belongToAnyOf(TransportUtils.class))))
                .check(CLASSES);
    }

    @Test
    void theApiKnowsFewClassesOfElasticsearchJava() {
        noClasses()
                .that()
                .resideInAPackage(API)
                .should()
                .dependOnClassesThat(resideInAPackage(UPSTREAM)
                        .and(not(belongToAnyOf(
                                ElasticsearchClient.class, Refresh.class, Result.class, TransportUtils.class))))
                .check(CLASSES);
    }

    @Test
    void onlyWhatSpeaksWithTheServerKnowsItsRequests() {
        DescribedPredicate<JavaClass> speaks = assignableTo(Dialect.class)
                .or(
                        describe(
                                "Endpoints, BulkRequests, BulkBody, MgetRequests, AnswerParser, DocumentFields, Failures or what belongs to a transport",
                                c -> c.getSimpleName()
                                        .matches(
                                                "Endpoints|BulkRequests|BulkBody|MgetRequests|AnswerParser|DocumentFields|Failures|StrictTransport|OneNode|RetryAfter"
                                                        + "|ForeignTransport|Wire|TransportWire|LowLevelWire|BytesEntity|AnswerConsumer|BytePool|ErrorAnswer")));
        DescribedPredicate<JavaClass> speaksOrIsInside =
                describe(speaks.getDescription(), c -> speaks.test(outermost(c)));
        noClasses()
                .that(resideInAPackage(INTERNAL).and(not(speaksOrIsInside)))
                .should()
                .dependOnClassesThat(resideInAPackage(UPSTREAM).and(not(belongToAnyOf(Refresh.class, Result.class))))
                .check(CLASSES);
        noClasses()
                .that(resideInAPackage(INTERNAL).and(not(speaksOrIsInside)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.hc..")
                .check(CLASSES);
    }

    @Test
    void internalKnowsNothingOfAttempts() {
        noClasses()
                .that()
                .resideInAPackage(INTERNAL)
                .should()
                .dependOnClassesThat(resideInAPackage(API)
                        .and(not(belongToAnyOf(
                                WriteCondition.class, DocumentToken.class, VersionConflictException.Kind.class)))
                        .and(not(describe(
                                "part of WriteCondition", c -> outermost(c).isEquivalentTo(WriteCondition.class)))))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(INTERNAL)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.github.resilience4j..")
                .check(CLASSES);
    }

    @Test
    void noPublicSignatureShowsWhatMayChange() {
        DescribedPredicate<JavaClass> mayChange =
                resideInAnyPackage("io.github.resilience4j..", INTERNAL + "..").or(resideInAPackage("org.apache.hc.."));
        codeUnits().that(ofPublicApi()).should(notMention(mayChange)).check(CLASSES);
        fields().that(ofPublicApi())
                .should(notMention(mayChange))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void noStaticIsMutable() {
        fields().that().areStatic().should().beFinal().check(CLASSES);
    }

    @Test
    void everyFailureIsSealed() {
        classes()
                .that()
                .areAssignableTo(OptimistException.class)
                .and()
                .doNotHaveModifier(JavaModifier.ABSTRACT)
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaMember> ofPublicApi() {
        return describe(
                "members in users' sight",
                m -> PUBLIC_API.test(m.getOwner())
                        && (m.getModifiers().contains(JavaModifier.PUBLIC)
                                || m.getModifiers().contains(JavaModifier.PROTECTED)));
    }

    private static <M extends JavaMember> ArchCondition<M> notMention(DescribedPredicate<JavaClass> types) {
        return new ArchCondition<>("not mention classes that " + types.getDescription()) {
            @Override
            public void check(M member, ConditionEvents events) {
                member.getAllInvolvedRawTypes().stream()
                        .filter(types)
                        .forEach(type -> events.add(SimpleConditionEvent.violated(
                                member, member.getFullName() + " mentions " + type.getName())));
            }
        };
    }

    private static boolean isPublic(JavaClass c) {
        Optional<JavaClass> enclosing = c.getEnclosingClass();
        return c.getModifiers().contains(JavaModifier.PUBLIC)
                && enclosing.map(ArchitectureTest::isPublic).orElse(true);
    }

    private static JavaClass outermost(JavaClass c) {
        return c.getEnclosingClass().map(ArchitectureTest::outermost).orElse(c);
    }
}
