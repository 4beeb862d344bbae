package io.sextant.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.apiguardian.api.API;

/** Who may depend on whom, as the table of modules says. */
@AnalyzeClasses(packages = "io.sextant", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] ND4J = {"org.nd4j..", "org.deeplearning4j..", "org.bytedeco.."};

  @ArchTest static final ArchRule results_know_no_nd4j = without("results", ND4J);

  @ArchTest static final ArchRule reports_know_no_nd4j = without("reports", ND4J);

  @ArchTest
  static final ArchRule results_stand_alone =
      without(
          "results",
          "io.sextant.gradients..",
          "io.sextant.attacks..",
          "io.sextant.explainers..",
          "io.sextant.evaluation..",
          "io.sextant.reports..",
          "io.sextant.cli..");

  @ArchTest
  static final ArchRule reports_know_results_only =
      without(
          "reports",
          "io.sextant.gradients..",
          "io.sextant.attacks..",
          "io.sextant.explainers..",
          "io.sextant.evaluation..",
          "io.sextant.cli..");

  @ArchTest
  static final ArchRule gradients_stand_alone =
      without(
          "gradients",
          "io.sextant.results..",
          "io.sextant.attacks..",
          "io.sextant.explainers..",
          "io.sextant.evaluation..",
          "io.sextant.reports..",
          "io.sextant.cli..");

  @ArchTest
  static final ArchRule attacks_know_gradients_and_the_vocabulary =
      without(
          "attacks",
          "io.sextant.explainers..",
          "io.sextant.evaluation..",
          "io.sextant.reports..",
          "io.sextant.cli..");

  @ArchTest
  static final ArchRule explainers_know_gradients_only =
      without(
          "explainers",
          "io.sextant.results..",
          "io.sextant.attacks..",
          "io.sextant.evaluation..",
          "io.sextant.reports..",
          "io.sextant.cli..");

  @ArchTest
  static final ArchRule evaluation_renders_nothing =
      without("evaluation", "io.sextant.reports..", "io.sextant.cli..");

  @ArchTest
  static final ArchRule the_graph_knows_no_framework =
      noClasses()
          .that()
          .resideInAPackage("io.sextant.gradients.graph..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.nd4j..",
              "org.deeplearning4j..",
              "io.sextant.gradients.engine..",
              "io.sextant.gradients.nd4j..",
              "io.sextant.gradients.dl4j..",
              "io.sextant.gradients.model..");

  @ArchTest
  static final ArchRule engines_are_behind_their_interface =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.sextant.gradients.nd4j..", "io.sextant.onednn..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.sextant.gradients.nd4j..", "io.sextant.onednn..");

  /** It hands what it cannot run to the other engine, and knows nothing else. */
  @ArchTest
  static final ArchRule the_fast_engine_knows_gradients_only =
      without(
          "onednn",
          "io.sextant.results..",
          "io.sextant.attacks..",
          "io.sextant.explainers..",
          "io.sextant.evaluation..",
          "io.sextant.reports..",
          "io.sextant.cli..",
          "org.deeplearning4j..");

  @ArchTest
  static final ArchRule modules_have_no_cycles =
      slices().matching("io.sextant.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule nothing_is_deserialised =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.ObjectInputStream");

  @ArchTest
  static final ArchRule nothing_listens_to_the_network =
      noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.net.ServerSocket");

  @ArchTest
  static final ArchRule logging_is_by_slf4j =
      noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..");

  @ArchTest
  static final ArchRule libraries_do_not_print =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.sextant.cli..", "io.sextant.examples..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule public_types_tell_their_status =
      classes()
          .that()
          .haveModifier(JavaModifier.PUBLIC)
          .and()
          .areTopLevelClasses()
          .and()
          .haveSimpleNameNotStartingWith("Jte")
          .should()
          .beAnnotatedWith(API.class);

  private static ArchRule without(String module, String... packages) {
    return noClasses()
        .that()
        .resideInAPackage("io.sextant." + module + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages);
  }
}
