package io.sextant.maven.judge;

import io.sextant.maven.config.EffectiveSpec;
import io.sextant.reports.Sarif;
import io.sextant.results.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Finds the lines on which people wrote their rules.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class RuleAnchor {
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
      List<String> lines = Files.readAllLines(pom);
      for (Rule rule : rules) {
        for (int line = lines.size(); line >= 1; line--) {
          if (lines.get(line - 1).contains("<id>" + rule.id() + "</id>")) {
            found.put(rule.id(), line);
          }
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
