package io.sextant.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.gate.GateReport;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class JunitXmlTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  private static Element parse(String xml) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    return factory
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)))
        .getDocumentElement();
  }

  private static Element root(GateReport... models) throws Exception {
    return parse(JunitXml.render(List.of(models), GateFixture.GUIDANCE));
  }

  private static List<Element> all(Element element, String name) {
    NodeList nodes = element.getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }

  private static Element testcase(Element root, String name) {
    return all(root, "testcase").stream()
        .filter(element -> element.getAttribute("name").equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String child(Element element) {
    return all(element, "*").get(0).getTagName();
  }

  @Test
  void is_what_it_was() throws Exception {
    Golden.assertSame(
        "gate.xml",
        JunitXml.render(List.of(GateFixture.seven("fashion-cnn")), GateFixture.GUIDANCE));
  }

  @Test
  void every_state_has_its_element() throws Exception {
    Element root = root(GateFixture.seven("m"));
    assertThat(child(testcase(root, "clean"))).isEqualTo("system-out");
    assertThat(child(testcase(root, "linf-small"))).isEqualTo("failure");
    assertThat(child(testcase(root, "linf-large"))).isEqualTo("failure");
    assertThat(child(testcase(root, "worst-class"))).isEqualTo("system-out");
    assertThat(child(testcase(root, "night"))).isEqualTo("error");
    assertThat(child(testcase(root, "l2"))).isEqualTo("error");
    assertThat(child(testcase(root, "legacy"))).isEqualTo("skipped");
    assertThat(child(testcase(root, "gap"))).isEqualTo("skipped");
    Element failure = all(testcase(root, "linf-small"), "failure").get(0);
    assertThat(failure.getAttribute("type")).isEqualTo("FAIL");
    assertThat(failure.getAttribute("message")).startsWith("linf-small: at most 46.5% (93 of 200)");
    assertThat(failure.getTextContent())
        .contains("reproduce  mvn sextant:check -Dsextant.rules=linf-small")
        .contains("- rule: \"linf-small\"");
    assertThat(all(testcase(root, "legacy"), "skipped").get(0).getAttribute("message"))
        .contains("Waived until 2026-03-31 by Ann Example");
    assertThat(testcase(root, "worst-class").getTextContent()).contains("WARN worst-class");
  }

  @Test
  void counts_are_those_of_the_cases() throws Exception {
    Element root =
        root(GateFixture.seven("a"), GateFixture.passing("b"), GateFixture.failedByWaiver("c"));
    List<Element> suites = all(root, "testsuite");
    assertThat(suites).hasSize(3);
    suites.forEach(JunitXmlTest::assertCounts);
    assertCounts(root);
    assertThat(root.getAttribute("tests")).isEqualTo("11");
    assertThat(root.getAttribute("failures")).isEqualTo("3");
  }

  private static void assertCounts(Element element) {
    assertThat(element.getAttribute("tests")).isEqualTo("" + all(element, "testcase").size());
    assertThat(element.getAttribute("failures")).isEqualTo("" + all(element, "failure").size());
    assertThat(element.getAttribute("errors")).isEqualTo("" + all(element, "error").size());
    assertThat(element.getAttribute("skipped")).isEqualTo("" + all(element, "skipped").size());
    assertThat(element.getAttribute("time")).isEqualTo("0");
  }

  @Test
  void what_fails_the_build_beside_the_rules_is_a_case_too() throws Exception {
    Element finding = testcase(root(GateFixture.failedByWaiver("m")), "unused-waiver");
    assertThat(finding.getAttribute("classname")).isEqualTo("sextant.m.findings");
    assertThat(finding.getTextContent()).contains("is not needed; remove it.");
    // One that does not fail the gate is only a remark of the suite.
    Element seven = root(GateFixture.seven("m"));
    assertThat(all(seven, "testcase")).hasSize(8);
    assertThat(all(seven, "testsuite").get(0).getLastChild().getPreviousSibling().getTextContent())
        .contains("ended on 2026-01-01")
        .contains("pgd at L∞ 8/255: not run on 53 of 200 examples");
  }

  @Test
  void class_names_are_not_cut_by_readers() throws Exception {
    Element root = root(GateFixture.passing("mnist v2.1/größe"));
    assertThat(testcase(root, "clean").getAttribute("classname"))
        .isEqualTo("sextant.mnist_v2_1_größe");
    assertThat(all(root, "testsuite").get(0).getAttribute("name")).isEqualTo("mnist v2.1/größe");
  }

  @Test
  void hostile_names_are_only_text() throws Exception {
    GateReport hostile = GateFixture.hostile();
    String xml = JunitXml.render(List.of(hostile), GateFixture.GUIDANCE);
    assertThat(xml).doesNotContain("<script", "]]>", "\u0000", "\u0007", "\u202E", "\uFFFE");
    Element root = parse(xml);
    assertThat(all(root, "*").stream().map(Element::getTagName).distinct())
        .containsExactlyInAnyOrder("testsuite", "testcase", "failure", "skipped", "system-out");
    assertThat(all(root, "testcase").get(0).getAttribute("name"))
        .startsWith("\"'><script>alert(1)</script>]]>|a|`b``@octocat");
    JunitXml.write(List.of(hostile), GateFixture.GUIDANCE, folder.resolve("TEST.xml"));
    assertThat(folder.resolve("TEST.xml")).hasContent(xml);
  }

  @Test
  void can_be_empty() throws Exception {
    assertThat(root().getAttribute("tests")).isEqualTo("0");
  }
}
