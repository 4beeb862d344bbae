package io.sextant.junit;

import static io.sextant.junit.SextantAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.sextant.attacks.gradient.Fgsm;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.results.AuditResult;
import io.sextant.results.Norm;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import org.nd4j.linalg.dataset.DataSet;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** The examples of the documentation, as they stand there. */
@ExtendWith(OutputFolder.class)
class DocumentationTest {
  private static final MultiLayerNetwork network = LinearModel.network();
  private static final DataSet testSet = LinearModel.examples();

  /** A test class of a user. */
  static class FraudTest {
    @Test
    void holds_against_small_changes() {
      assertThat(network)
          .named("fraud")
          .onData(testSet)
          .within(Norm.LINF, "0.03", "0.1")
          .underAttack(Fgsm.DEFAULT, Pgd.DEFAULT.withSteps(100))
          .isAccurateAtLeast("90%")
          .holdsAtLeast(0.45)
          .holdsAtLeastInEveryClass("30%");
    }

    @RobustnessTest(
        modelFrom = FraudModel.class,
        dataFrom = FraudData.class,
        epsilon = "0.1",
        profile = "quick",
        minimum = "45%")
    void keeps_its_rules(AuditResult audit) {
      assertThat(audit.model().parameters()).isLessThan(1_000_000);
    }
  }

  /** A supplier of a user. */
  public static final class FraudModel implements Supplier<MultiLayerNetwork> {
    @Override
    public MultiLayerNetwork get() {
      return network;
    }
  }

  /** A supplier of a user. */
  public static final class FraudData implements Supplier<DataSet> {
    @Override
    public DataSet get() {
      return testSet;
    }
  }

  @Test
  void the_pom_of_the_page_names_a_surefire_that_runs_tests_and_sets_off_no_warning()
      throws Exception {
    String page = Files.readString(Path.of("../src/site/junit.md"));
    String text = page.substring(page.indexOf("<project "), page.indexOf("</project>") + 10);
    Document pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(text)));
    String own = Files.readString(Path.of("../pom.xml"));

    assertThat(values(pom, "//dependency/artifactId")).isEqualTo("sextant-junit");
    assertThat(values(pom, "//dependency/scope")).isEqualTo("test");
    String plugin = "//plugin[artifactId='maven-surefire-plugin']";
    String version = values(pom, plugin + "/version");
    assertThat(version).startsWith("3.");
    assertThat(own).contains("maven-surefire-plugin</artifactId>\n          <version>" + version);
    assertThat(values(pom, plugin + "/configuration/failIfNoTests")).isEqualTo("true");
    String arguments = values(pom, plugin + "/configuration/argLine");
    assertThat(own).contains("<native.arguments>" + arguments.replaceFirst("-Xmx\\w+ ", "") + "</");
  }

  private static String values(Document pom, String path) throws Exception {
    return XPathFactory.newInstance().newXPath().evaluate(path, pom);
  }

  @Test
  void the_examples_run(@TempDir Path output) {
    OutputFolder.set(output);

    Events events =
        EngineTestKit.engine("junit-jupiter")
            .configurationParameter("sextant.output", output.toString())
            .selectors(selectClass(FraudTest.class))
            .execute()
            .testEvents();
    assertThat(events.failed().stream()).isEmpty();
    events.assertStatistics(statistics -> statistics.started(2).succeeded(2));
    assertThat(output.resolve(FraudTest.class.getName()).resolve("keeps_its_rules/report.html"))
        .exists();
  }
}
