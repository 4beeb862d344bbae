package io.sextant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.adaptation.Adaptations;
import io.sextant.attacks.Attacks;
import io.sextant.attacks.universal.UniversalAttack;
import io.sextant.corruptions.Corruptions;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.attack.ExplanationAttacks;
import io.sextant.explainers.quality.QualityMetrics;
import io.sextant.methods.Catalogue;
import io.sextant.methods.Declaration;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tables of the pages on methods are made from what methods declare. {@code mvn -pl cli -am
 * test -Dtest=MethodTablesTest -Dsextant.golden.update} makes them anew.
 */
class MethodTablesTest {
  static Stream<Arguments> pages() {
    return Stream.of(
        Arguments.of("attacks", Attacks.catalogue()),
        Arguments.of("attacks", UniversalAttack.catalogue()),
        Arguments.of("explainers", Explainers.catalogue()),
        Arguments.of("quality", QualityMetrics.catalogue()),
        Arguments.of("quality", ExplanationAttacks.catalogue()),
        Arguments.of("adaptation", Adaptations.catalogue()),
        Arguments.of("corruptions", Corruptions.catalogue()));
  }

  /** The page of a family, and those beside it whose names begin alike. */
  private static Map<Path, String> read(String family) throws IOException {
    Map<Path, String> pages = new TreeMap<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(Path.of("../src/site"), family + "*.md")) {
      for (Path file : files) {
        pages.put(file, Files.readString(file));
      }
    }
    return pages;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void tables_are_what_methods_declare(String family, Catalogue<?> catalogue) throws IOException {
    Map<Path, String> before = read(family);
    Map<Path, String> after = new TreeMap<>(before);
    for (Declaration<?> declared : catalogue.declarations()) {
      String begin = "<!-- declared: " + declared.name() + " -->\n";
      Pattern place = Pattern.compile(Pattern.quote(begin) + ".*?<!-- end -->\n", Pattern.DOTALL);
      assertThat(before.values())
          .as("pages %s*.md that have a place for %s", family, declared.name())
          .filteredOn(text -> place.matcher(text).find())
          .hasSize(1);
      String own = Matcher.quoteReplacement(begin + table(declared) + "<!-- end -->\n");
      after.replaceAll((page, text) -> place.matcher(text).replaceFirst(own));
    }
    if (System.getProperty("sextant.golden.update") != null) {
      for (Map.Entry<Path, String> page : after.entrySet()) {
        Files.writeString(page.getKey(), page.getValue());
      }
    }
    assertThat(after).isEqualTo(before);
  }

  private static String table(Declaration<?> declared) {
    StringBuilder text =
        new StringBuilder(
            "\n%s. Kind: %s; asks for %s"
                .formatted(
                    upper(declared.summary()), declared.kind().title(), declared.access().title()));
    if (!declared.norms().isEmpty()) {
      text.append("; ")
          .append(declared.norms().stream().map(Norm::symbol).collect(Collectors.joining(", ")));
    }
    text.append(".\n\n").append(declared.source()).append(".\n\n");
    if (declared.settings().isEmpty()) {
      return text.append("No settings.\n\n").toString();
    }
    text.append("| Setting | Default | Values | Meaning |\n|---|---|---|---|\n");
    for (Setting<?, ?> setting : declared.settings()) {
      text.append(
          "| `%s` | %s | %s | %s |%n"
              .formatted(
                  setting.key(),
                  declared.byDefault(setting.key()).map(value -> "`" + value + "`").orElse(""),
                  setting.range()
                      + (setting.isMethod()
                          ? "; its settings are `%s.KEY`".formatted(setting.key())
                          : ""),
                  setting.help()));
    }
    return text.append('\n').toString();
  }

  private static String upper(String text) {
    return text.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + text.substring(1);
  }
}
