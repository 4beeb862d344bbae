package io.sextant.maven.judge;

import io.sextant.maven.config.EffectiveSpec;
import io.sextant.reports.Sarif;
import io.sextant.results.Rule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Finds the lines on which people wrote their rules.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class RuleAnchor {
  private static final Pattern RULE_ID =
      Pattern.compile("<rule>(?:(?!</rule>).)*?<id>\\s*(.*?)\\s*</id>", Pattern.DOTALL);

  private RuleAnchor() {}

  /**
   * The user's spec where it lies below the root and has the rules, else the POM.
   *
   * @param root folder of the checkout
   * @param spec that was judged
   * @param pom of the module
   * @throws IOException if a file cannot be read
   */
  public static Sarif.Anchor of(Path root, EffectiveSpec spec, Path pom) throws IOException {
    Map<String, Integer> lines = spec.ruleLines();
    if (spec.user().isPresent()
        && isBelow(root, spec.user().get())
        && (!lines.isEmpty() || !isBelow(root, pom))) {
      return new Sarif.Anchor(uri(root, spec.user().get()), lines);
    }
    return isBelow(root, pom)
        ? new Sarif.Anchor(uri(root, pom), pomLines(pom, spec.spec().rules()))
        : new Sarif.Anchor("pom.xml", Map.of());
  }

  private static Map<String, Integer> pomLines(Path pom, List<Rule> rules) throws IOException {
    Map<String, Integer> found = new LinkedHashMap<>();
    if (Files.isRegularFile(pom)) {
      // Any encoding will do to find a plain id; one that is not plain has no line.
      String text = Files.readString(pom, StandardCharsets.ISO_8859_1);
      Set<String> ids = rules.stream().map(Rule::id).collect(Collectors.toSet());
      Matcher id = RULE_ID.matcher(text);
      while (id.find()) {
        if (ids.contains(id.group(1))) {
          int line =
              1 + (int) text.substring(0, id.start(1)).chars().filter(c -> c == '\n').count();
          found.putIfAbsent(id.group(1), line);
        }
      }
    }
    return found;
  }

  private static boolean isBelow(Path root, Path file) {
    return absolute(file).startsWith(absolute(root));
  }

  private static String uri(Path root, Path file) {
    return absolute(root).relativize(absolute(file)).toString().replace('\\', '/');
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
