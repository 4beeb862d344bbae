package io.sextant.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.apiguardian.api.API;

/** Who may depend on whom, as the table of modules says. */
@AnalyzeClasses(packages = "io.sextant", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final List<String> MODULES =
      List.of(
          "gradients",
          "onednn",
          "onnx",
          "results",
          "methods",
          "spec",
          "attacks",
          "explainers",
          "lrp",
          "corruptions",
          "adaptation",
          "reports",
          "evaluation",
          "cli",
          "maven",
          "junit",
          "examples");

  /** What may be asked of a model is said in the words in which methods ask. */
  @ArchTest static final ArchRule gradients_know_what_methods_ask = only("gradients", "methods");

  /** It hands what it cannot run to the other engine, and knows nothing else. */
  @ArchTest static final ArchRule the_fast_engine_knows_gradients = only("onednn", "gradients");

  /** Another front end: what it reads becomes a graph. */
  @ArchTest static final ArchRule the_onnx_front_end_knows_gradients = only("onnx", "gradients");

  @ArchTest static final ArchRule results_stand_alone = only("results");

  /** What methods declare: norms are the vocabulary of results. */
  @ArchTest static final ArchRule declarations_know_results = only("methods", "results");

  @ArchTest
  static final ArchRule specs_know_results_and_nearest_names = only("spec", "results", "methods");

  /** Of the results it is their vocabulary: norms, radii, outcomes. */
  @ArchTest
  static final ArchRule attacks_know_gradients_and_results =
      only("attacks", "gradients", "results", "methods");

  /** Of the results it is their statistics. */
  @ArchTest
  static final ArchRule explainers_know_gradients_and_results =
      only("explainers", "gradients", "results", "methods");

  /** Nothing may know it in turn: others hold patents on it. */
  @ArchTest
  static final ArchRule relevance_propagation_knows_explainers =
      only("lrp", "explainers", "gradients", "methods");

  @ArchTest
  static final ArchRule corruptions_know_gradients = only("corruptions", "gradients", "methods");

  @ArchTest
  static final ArchRule adaptation_knows_gradients = only("adaptation", "gradients", "methods");

  @ArchTest static final ArchRule reports_know_results = only("reports", "results");

  @ArchTest
  static final ArchRule evaluation_renders_nothing =
      only(
          "evaluation",
          "gradients",
          "results",
          "methods",
          "spec",
          "attacks",
          "explainers",
          "corruptions",
          "adaptation");

  @ArchTest
  static final ArchRule the_command_knows_evaluation_and_reports =
      only(
          "cli",
          "gradients",
          "results",
          "methods",
          "spec",
          "attacks",
          "explainers",
          "corruptions",
          "adaptation",
          "evaluation",
          "reports");

  @ArchTest
  static final ArchRule tests_of_users_know_evaluation_and_reports =
      only(
          "junit",
          "gradients",
          "results",
          "methods",
          "spec",
          "attacks",
          "explainers",
          "corruptions",
          "adaptation",
          "evaluation",
          "reports");

  @ArchTest
  static final ArchRule the_plugin_knows_nothing_that_computes =
      only("maven", "results", "methods", "spec", "reports");

  @ArchTest
  static final ArchRule no_nd4j_where_maven_loads_it =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.sextant.results..",
              "io.sextant.methods..",
              "io.sextant.spec..",
              "io.sextant.reports..",
              "io.sextant.maven..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..", "org.bytedeco..");

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

  /**
   * Models of another framework bring a front end of their own. The assertions take networks of
   * users, and hand them on as what every framework has.
   */
  @ArchTest
  static final ArchRule deeplearning4j_is_behind_its_front_end =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.sextant.gradients.dl4j..", "io.sextant.examples..")
          .and()
          .doNotHaveFullyQualifiedName("io.sextant.junit.SextantAssertions")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.deeplearning4j..");

  @ArchTest
  static final ArchRule models_know_no_framework =
      noClasses()
          .that()
          .resideInAPackage("io.sextant.gradients.model..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..", "io.sextant.gradients.dl4j..");

  @ArchTest
  static final ArchRule engines_are_behind_their_interface =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.sextant.gradients.nd4j..", "io.sextant.onednn..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.sextant.gradients.nd4j..", "io.sextant.onednn..");

  @ArchTest
  static final ArchRule the_fast_engine_runs_without_deeplearning4j =
      noClasses()
          .that()
          .resideInAPackage("io.sextant.onednn..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.deeplearning4j..");

  @ArchTest
  static final ArchRule messages_of_onnx_are_read_in_one_place =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.sextant.onnx..", "io.sextant.examples..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.onnx.proto..", "com.google.protobuf..", "org.tribuo..");

  @ArchTest
  static final ArchRule the_onnx_front_end_knows_no_framework =
      noClasses()
          .that()
          .resideInAPackage("io.sextant.onnx..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.nd4j..", "org.deeplearning4j..", "org.bytedeco..", "org.tribuo..");

  @ArchTest
  static final ArchRule modules_have_no_cycles =
      slices().matching("io.sextant.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices().matching("io.sextant.(**)").should().beFreeOfCycles();

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
          .and()
          .resideOutsideOfPackage("io.sextant.maven.help")
          .should()
          .beAnnotatedWith(API.class);

  /** Of the modules, this one may depend on these. */
  private static ArchRule only(String module, String... known) {
    String[] others =
        MODULES.stream()
            .filter(other -> !other.equals(module) && !List.of(known).contains(other))
            .map(other -> "io.sextant." + other + "..")
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage("io.sextant." + module + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others);
  }
}
