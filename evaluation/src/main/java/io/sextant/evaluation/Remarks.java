package io.sextant.evaluation;

import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.results.AuditResult;
import io.sextant.results.Condition;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * What figures and settings look like when something is not as it seems: values in other units,
 * classes or columns in another order, a radius that is meant otherwise. A remark is one line and
 * changes nothing.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Remarks {
  /** Fewer decisions may all be for one class by accident. */
  private static final int FEW = 10;

  private Remarks() {}

  /**
   * Whether a model decides no better than by chance: its right decisions are at most one standard
   * error above those of a guess among equally likely classes, or all its decisions are for one
   * class where the data has several.
   *
   * @param labels right class per example
   * @param predicted decided class per example
   * @param classes names of the model's classes
   * @param image whether inputs are images, rather than rows of a table
   * @return the remark, or empty where the decisions look sound
   */
  public static Optional<String> accuracy(
      int[] labels, int[] predicted, List<String> classes, boolean image) {
    int n = labels.length;
    int k = classes.size();
    if (n == 0 || k < 2) {
      return Optional.empty();
    }
    int right = agreeing(labels, predicted);
    boolean chance = right <= limit(n, k);
    boolean one =
        n >= FEW
            && Arrays.stream(predicted).distinct().count() == 1
            && Arrays.stream(labels).distinct().count() > 1;
    if (!chance && !one) {
      return Optional.empty();
    }
    StringBuilder remark =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "the model decides rightly on %d of %d examples (a guess among %d classes: %s)",
                right,
                n,
                k,
                round((double) n / k)));
    if (one) {
      remark.append("; every decision is '%s'".formatted(name(classes, predicted[0])));
    }
    remark.append(
        image
            ? ": are the values in the units that it was trained on (0..255 against 0..1), the"
                + " classes in its order, its normalisation neither left out nor applied twice?"
            : ": are the columns and the classes in the order that it was trained on, the values in"
                + " its units, its normalisation neither left out nor applied twice?");
    int[] swapped = Arrays.stream(labels).map(label -> 1 - label).toArray();
    if (k == 2 && agreeing(swapped, predicted) > limit(n, k)) {
      remark.append(
          " With the two classes swapped it would be right on %d"
              .formatted(agreeing(swapped, predicted)));
    }
    return Optional.of(remark.toString());
  }

  /**
   * The same of the model of an audit, on its clean examples.
   *
   * @param result of the audit
   * @return the remark, or empty where the decisions look sound
   */
  public static Optional<String> accuracy(AuditResult result) {
    return accuracy(
        result.predictions().labels().stream().mapToInt(Integer::intValue).toArray(),
        result.predictions().predicted().stream().mapToInt(Integer::intValue).toArray(),
        result.model().classes(),
        result.data().featureNames().isEmpty());
  }

  /** The most right decisions that are no better than chance. */
  static double limit(int n, int classes) {
    double share = 1.0 / classes;
    return n * share + Math.sqrt(n * share * (1 - share));
  }

  private static int agreeing(int[] labels, int[] predicted) {
    return Math.toIntExact(
        IntStream.range(0, labels.length).filter(i -> labels[i] == predicted[i]).count());
  }

  private static String name(List<String> classes, int decided) {
    return decided >= 0 && decided < classes.size() ? classes.get(decided) : "none";
  }

  private static String round(double value) {
    return String.format(Locale.ROOT, "%.1f", value).replaceFirst("\\.0$", "");
  }

  /**
   * Whether a radius is in other units than the inputs: larger than the whole domain, so that every
   * input is within reach, or a fraction of one step where the inputs are whole bytes.
   *
   * @param within the radius in its norm
   * @param domain of the inputs
   * @return the remark, or empty where the radius is a limit
   */
  public static Optional<String> radius(Condition.Within within, InputDomain domain) {
    Epsilon epsilon = within.epsilon();
    if (within.norm() == Norm.LINF && epsilon.value() < 1 && box(domain, 255)) {
      return Optional.of(
          "epsilon %s in %s is less than one step of inputs from 0 to 255%s"
              .formatted(
                  epsilon.text(),
                  within.norm().symbol(),
                  epsilon.text().endsWith("/255")
                      ? "; is %s meant?".formatted(epsilon.text().replace("/255", ""))
                      : "; radii are in the units of the inputs"));
    }
    double largest = diameter(within.norm(), domain);
    // Sums of many widths are not exact.
    if (!(largest > 0) || epsilon.value() <= largest * (1 + 1e-9)) {
      return Optional.empty();
    }
    boolean bytes =
        within.norm() == Norm.LINF
            && box(domain, 1)
            && epsilon.text().matches("\\d{1,3}")
            && epsilon.value() <= 255;
    return Optional.of(
        "epsilon %s in %s is more than the largest distance in the domain, %s: nothing limits the attacker%s"
            .formatted(
                epsilon.text(),
                within.norm().symbol(),
                round(largest),
                bytes ? "; is %s/255 meant?".formatted(epsilon.text()) : ""));
  }

  /** Whether every feature runs from 0 to here, and distances are in its own units. */
  private static boolean box(InputDomain domain, double maximum) {
    return domain.features().stream()
        .allMatch(f -> f.minimum() == 0 && f.maximum() == maximum && f.scale() == 1);
  }

  /** The largest distance between two inputs, over what has a distance; 0 if nothing has. */
  private static double diameter(Norm norm, InputDomain domain) {
    double[] widths =
        domain.features().stream()
            .filter(feature -> feature.kind() != Feature.Kind.BINARY)
            .mapToDouble(feature -> (feature.maximum() - feature.minimum()) / feature.scale())
            .toArray();
    return switch (norm) {
      case LINF -> Arrays.stream(widths).max().orElse(0);
      case L2 -> Math.sqrt(Arrays.stream(widths).map(width -> width * width).sum());
      case L1 -> Arrays.stream(widths).sum();
      case L0 -> widths.length;
    };
  }
}
