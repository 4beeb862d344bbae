package io.sextant.cli;

import io.sextant.evaluation.ExplanationAttackFiles;
import io.sextant.evaluation.InputPicture;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.DataSet;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.attack.ExplanationAttack;
import io.sextant.explainers.attack.ExplanationAttacks;
import io.sextant.explainers.attack.Moved;
import io.sextant.reports.AttributionPictures;
import io.sextant.results.ExplanationQuality;
import io.sextant.results.ExplanationQuality.Measure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code sextant explain} does to its explanations: an attack that moves them. */
final class AttackOnExplanations {
  /** The option that has the attack's settings. */
  static final String SET = "--attack-set";

  private static final String FOLDER = "explanation-attack";
  private static final String SEED = "seed";

  /** More than anybody looks at. */
  private static final int MOST = 100;

  private final Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--attack",
      paramLabel = "NAME",
      description =
          "An attack on the explanations of what the model decides, explanation-attack: looks near"
              + " each example for an input that is decided alike and explained otherwise. Writes"
              + " OUT/explanation-attack: explanations.csv (what moved, as the model's own judge"
              + " has it), the inputs and the maps before and after; with --pictures also both side"
              + " by side on one scale (SAMPLE.png).")
  @Nullable String name;

  @Option(
      names = SET,
      paramLabel = "KEY=VALUE",
      description = "A setting of --attack, as --list NAME names them, such as aim=centre.")
  void set(Map<String, String> given) {
    settings.putAll(given);
  }

  /**
   * The attack, where one is asked for.
   *
   * @param seed of the run, unless the settings have one
   * @throws IllegalArgumentException when there are settings alone, or they are wrong
   */
  Optional<ExplanationAttack> attack(long seed) {
    if (name == null) {
      if (!settings.isEmpty()) {
        throw new IllegalArgumentException(SET + " sets what --attack names; give that, too");
      }
      return Optional.empty();
    }
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.putIfAbsent(SEED, Long.toString(seed));
    return Optional.of(ExplanationAttacks.create(name, all));
  }

  /** Attacks, writes what was found, and says it. */
  static void run(
      ExplanationAttack attack,
      Subject subject,
      DataSet rows,
      Explainer explainer,
      long seed,
      boolean pictures,
      Path out,
      PrintWriter lines)
      throws IOException {
    Path folder = out.resolve(FOLDER);
    ExplanationAttackFiles.Found found =
        ExplanationAttackFiles.run(
            subject, rows.examples(), explainer, attack, rows.domain(), seed, folder);
    told(attack, found.result(), lines);
    InputPicture picture = new InputPicture(rows.domain(), subject.model().inputShape());
    if (pictures && picture.isImage()) {
      draw(found, rows, picture, folder);
      lines.printf("  pictures: %d SAMPLE.png%n", Math.min(MOST, found.verified().size()));
    }
  }

  private static void told(
      ExplanationAttack attack, ExplanationQuality.Attacked result, PrintWriter lines) {
    lines.printf(
        Locale.ROOT,
        "%s on %s: %d of %d explanations moved%s%s%n",
        attack.name(),
        result.explainer(),
        result.moved(),
        result.examples(),
        result.largestOutputChange().isPresent()
            ? String.format(
                Locale.ROOT,
                ", the probability by at most %.3f",
                result.largestOutputChange().getAsDouble())
            : "",
        result.rejected() == 0 ? "" : ", %d did not verify".formatted(result.rejected()));
    for (Measure measure : result.measures()) {
      lines.printf(
          "  %-12s %s, noise alone %s%n",
          measure.measure(), figure(measure.attacked()), figure(measure.noise()));
    }
  }

  private static String figure(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.3f", value.getAsDouble()) : "-";
  }

  private static void draw(
      ExplanationAttackFiles.Found found, DataSet rows, InputPicture picture, Path folder)
      throws IOException {
    Map<Long, Moved> moved = new LinkedHashMap<>();
    found.verified().stream().limit(MOST).forEach(one -> moved.put(one.id(), one));
    for (int i = 0; i < rows.size(); i++) {
      Moved one = moved.get(rows.examples().id(i));
      if (one != null) {
        Files.write(
            folder.resolve(one.id() + ".png"),
            AttributionPictures.pair(
                picture.of(rows.row(i)),
                picture.of(one.input()),
                Pictures.narrow(one.before()),
                Pictures.narrow(one.after())));
      }
    }
  }
}
