package io.sextant.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that the page of conformance names exists. */
class ConformancePageTest {
  private static final Path PAGE = Path.of("../src/site/conformance.md");
  private static final Pattern NAMED = Pattern.compile("`(\\w+Test)#(\\w+)`");
  private static final int DEFECTS = 64;

  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (String module :
        List.of(
            "attacks",
            "cli",
            "evaluation",
            "examples",
            "explainers",
            "gradients",
            "junit",
            "results")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
          String name = file.getFileName().toString().replace(".java", "");
          sources.merge(name, Files.readString(file), String::concat);
        }
      }
    }
    return sources;
  }

  @Test
  void every_test_that_it_names_exists() throws IOException {
    Map<String, String> sources = sources();
    List<String> named =
        NAMED.matcher(Files.readString(PAGE)).results().map(found -> found.group()).toList();
    assertThat(named).hasSizeGreaterThan(DEFECTS);
    NAMED
        .matcher(Files.readString(PAGE))
        .results()
        .forEach(
            found ->
                assertThat(sources.getOrDefault(found.group(1), ""))
                    .as(found.group())
                    .containsPattern(
                        "(void|Stream<DynamicNode>) " + Pattern.quote(found.group(2)) + "\\("));
  }

  @Test
  void every_defect_has_a_test() throws IOException {
    String page = Files.readString(PAGE);
    List<String> rows =
        page.substring(page.indexOf("<!-- defects -->"), page.indexOf("<!-- /defects -->"))
            .lines()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| Library"))
            .toList();
    assertThat(rows).hasSizeGreaterThanOrEqualTo(DEFECTS);
    assertThat(rows).allSatisfy(row -> assertThat(row).containsPattern(NAMED));
  }
}
