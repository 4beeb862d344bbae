package io.sextant.maven;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.maven.config.AggregateRuleConfiguration;
import io.sextant.maven.config.DataConfiguration;
import io.sextant.maven.config.ModelConfiguration;
import io.sextant.maven.config.RuleConfiguration;
import io.sextant.maven.config.ThreatConfiguration;
import io.sextant.maven.config.WaiverConfiguration;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * The page of goals and parameters is made from the plugin's descriptor. {@code mvn -pl
 * maven-plugin test -Dtest=GoalsPageTest -Dsextant.golden.update} makes it anew.
 */
class GoalsPageTest {
  private static final Path SITE = Path.of("../src/site");
  private static final Path PAGE = SITE.resolve("maven-goals.md");

  private record Parameter(
      String name, String type, Optional<String> property, String value, String description) {
    static Parameter of(Element mojo, Element parameter) {
      String name = text(parameter, "name");
      Optional<Element> configured =
          children(child(mojo, "configuration")).filter(e -> e.getTagName().equals(name)).findAny();
      return new Parameter(
          name,
          text(parameter, "type").replaceFirst(".*\\.", ""),
          configured
              .map(Element::getTextContent)
              .map(property -> property.replaceAll("^\\$\\{|}$", ""))
              .filter(property -> !property.isEmpty()),
          configured.map(e -> e.getAttribute("default-value")).orElse(""),
          text(parameter, "description"));
    }

    /** The same for every goal. */
    Parameter of(String goal) {
      return new Parameter(
          name, type, property.map(p -> p.replace("." + goal + ".", ".GOAL.")), value, description);
    }

    /** What stands in the POM may be no text, and then cannot be a property. */
    String row(List<String> goals) {
      return "| `%s` | %s | %s | %s | %s | %s |"
          .formatted(
              name,
              property.map(p -> "`" + p + "`").orElse("–"),
              type,
              value.isEmpty() ? "" : "`" + value + "`",
              String.join(", ", goals),
              description);
    }
  }

  private static Element child(Element element, String name) {
    return children(element).filter(e -> e.getTagName().equals(name)).findAny().orElseThrow();
  }

  private static String text(Element element, String name) {
    return children(element)
        .filter(e -> e.getTagName().equals(name))
        .findAny()
        .map(Node::getTextContent)
        .orElse("")
        .strip()
        .replaceAll("\\s+", " ");
  }

  private static Stream<Element> children(Element element) {
    List<Element> children = new ArrayList<>();
    for (Node at = element.getFirstChild(); at != null; at = at.getNextSibling()) {
      if (at instanceof Element child) {
        children.add(child);
      }
    }
    return children.stream();
  }

  private static List<Element> goals() throws Exception {
    try (var descriptor = GoalsPageTest.class.getResourceAsStream("/META-INF/maven/plugin.xml")) {
      Element plugin =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(descriptor)
              .getDocumentElement();
      return children(child(plugin, "mojos"))
          .sorted(Comparator.comparing(mojo -> text(mojo, "goal")))
          .toList();
    }
  }

  private static List<Parameter> parameters(Element goal) {
    return children(child(goal, "parameters"))
        .filter(parameter -> text(parameter, "editable").equals("true"))
        .map(parameter -> Parameter.of(goal, parameter))
        .toList();
  }

  private static String page() throws Exception {
    List<String> lines = new ArrayList<>();
    lines.add("# Goals and parameters of sextant-maven-plugin");
    lines.add("");
    lines.add("<!-- Made from the plugin's descriptor by GoalsPageTest; do not edit. -->");
    lines.add("");
    lines.add("[The plugin](maven-plugin.md) explains how they work together.");
    lines.add("`mvn sextant:help -Ddetail -Dgoal=check` shows the same in a terminal.");
    lines.add("");
    lines.add("| Goal | Bound to | What it does |");
    lines.add("|---|---|---|");
    Map<Parameter, List<String>> goalsOf =
        new TreeMap<>(Comparator.comparing(Parameter::name).thenComparing(Parameter::description));
    List<String> common = new ArrayList<>();
    for (Element goal : goals()) {
      String name = text(goal, "goal");
      lines.add(
          "| `sextant:%s` | %s | %s |"
              .formatted(
                  name,
                  text(goal, "phase").isEmpty() ? "–" : "`" + text(goal, "phase") + "`",
                  text(goal, "description")));
      if (!name.equals("help")) {
        common.add(name);
        for (Parameter parameter : parameters(goal)) {
          goalsOf.computeIfAbsent(parameter.of(name), p -> new ArrayList<>()).add(name);
        }
      }
    }
    lines.add("");
    lines.add("Every goal may run in parallel builds.");
    lines.add("");
    lines.add(
        "A parameter is an element of `<configuration>`; its property is for the command line");
    lines.add(
        "(`-Dsextant.samples=64`) and for `<properties>`. One without a property (–) has elements");
    lines.add("of its own, which stand on the page of [the plugin](maven-plugin.md).");
    lines.add("");
    lines.add("| Parameter | Property | Type | Default | Goals | Meaning |");
    lines.add("|---|---|---|---|---|---|");
    goalsOf.forEach(
        (parameter, goals) ->
            lines.add(parameter.row(goals.equals(common) ? List.of("all") : goals)));
    return String.join("\n", lines) + "\n";
  }

  @Test
  void is_what_the_descriptor_says() throws Exception {
    if (System.getProperty("sextant.golden.update") != null) {
      Files.writeString(PAGE, page());
    }
    assertThat(PAGE).content().isEqualTo(page());
  }

  @Test
  void every_goal_is_fit_for_parallel_builds_and_every_parameter_is_explained() throws Exception {
    for (Element goal : goals()) {
      assertThat(text(goal, "threadSafe")).as(text(goal, "goal")).isEqualTo("true");
      assertThat(text(goal, "description")).as(text(goal, "goal")).isNotEmpty();
      if (!text(goal, "goal").equals("help")) {
        assertThat(parameters(goal))
            .allSatisfy(
                parameter -> {
                  assertThat(parameter.description()).as(parameter.name()).isNotEmpty();
                  parameter.property().ifPresent(p -> assertThat(p).startsWith("sextant."));
                });
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        ModelConfiguration.class,
        DataConfiguration.class,
        ThreatConfiguration.class,
        RuleConfiguration.class,
        WaiverConfiguration.class,
        AggregateRuleConfiguration.class
      })
  void the_elements_of_the_pom_are_on_the_page_of_the_plugin(Class<?> element) throws Exception {
    String page = Files.readString(SITE.resolve("maven-plugin.md"));
    assertThat(element.getDeclaredFields())
        .filteredOn(field -> !Modifier.isStatic(field.getModifiers()))
        .isNotEmpty()
        .allSatisfy(field -> assertThat(page).containsPattern("[<`]" + field.getName() + "[>`:/]"));
  }
}
