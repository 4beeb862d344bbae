package io.sextant.explainers.quality;

import io.sextant.explainers.Baseline;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.IntegratedGradients;
import io.sextant.explainers.Output;
import io.sextant.explainers.Target;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Logits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apiguardian.api.API;

/**
 * Which values of a perturbation do the damage: gradients of the margin, integrated from the clean
 * input to the changed one. They add up to what the margin loses, and the certificate says how
 * nearly. The values that carry most of the loss are then tested by changing nothing else.
 *
 * <p>The integral is that of Sundararajan, Taly, Yan, "Axiomatic Attribution for Deep Networks",
 * ICML 2017, arXiv:1703.01365, with the clean input for a baseline.
 *
 * @param attribution {@code [input values]}, what each value's change does to the margin
 * @param certificate of the integral
 * @param carriers the fewest changes that carry {@link #CARRIED} of the loss, the worst first; all
 *     of them where the margin does not fall. Each has the values that changed together: one, or
 *     those of a one-hot group, of which half would be no category
 * @param changed how many changes there were, a group's counted once
 * @param stillChanged whether the carriers alone turn the decision
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Damage(
    double[] attribution,
    Certificate certificate,
    int[][] carriers,
    int changed,
    boolean stillChanged) {
  /** The share of the loss that carriers carry. */
  public static final double CARRIED = 0.8;

  /**
   * Attributes a perturbation.
   *
   * @param service the model
   * @param clean examples whose labels are the classes that the model decides for
   * @param i the example's place
   * @param changed the input that it was changed into, {@code [input values]}
   */
  public static Damage of(GradientService service, Examples clean, int i, double[] changed) {
    double[] from = clean.row(i);
    int label = clean.label(i);
    Baseline start = new Baseline.Given("clean", Arrays.stream(from).boxed().toList());
    Explanations found =
        IntegratedGradients.DEFAULT
            .withBaseline(start)
            .explain(
                service,
                Examples.of(new double[][] {changed}, new int[] {label}, new long[] {clean.id(i)}),
                Target.label().withOutput(Output.MARGIN));
    double[] attribution = found.attributions()[0];
    int[][] moved = changes(service.domain(), from, changed);
    int[][] carriers = carriers(attribution, moved);
    double[] only = from.clone();
    for (int[] carrier : carriers) {
      for (int j : carrier) {
        only[j] = changed[j];
      }
    }
    double[] logits = service.logits(new double[][] {only})[0];
    return new Damage(
        attribution,
        found.certificates().get(0),
        carriers,
        moved.length,
        Logits.decision(logits) >= 0 && Logits.decision(logits) != label);
  }

  /** The values that changed, those of a one-hot group together. */
  private static int[][] changes(InputDomain domain, double[] from, double[] to) {
    boolean[] grouped = new boolean[from.length];
    List<int[]> changes = new ArrayList<>();
    for (InputDomain.OneHot group : domain.groups()) {
      group.members().forEach(j -> grouped[j] = true);
      int[] moved =
          group.members().stream().mapToInt(j -> j).filter(j -> from[j] != to[j]).toArray();
      if (moved.length > 0) {
        changes.add(moved);
      }
    }
    for (int j = 0; j < from.length; j++) {
      if (!grouped[j] && from[j] != to[j]) {
        changes.add(new int[] {j});
      }
    }
    return changes.toArray(int[][]::new);
  }

  /** The worst changes first, until they carry enough of the sum. */
  static int[][] carriers(double[] attribution, int[][] moved) {
    double loss = Arrays.stream(attribution).sum();
    if (loss >= 0) {
      return moved;
    }
    ToDoubleFunction<int[]> part =
        change -> Arrays.stream(change).mapToDouble(j -> attribution[j]).sum();
    int[][] order =
        Arrays.stream(moved).sorted(Comparator.comparingDouble(part)).toArray(int[][]::new);
    double sum = 0;
    for (int k = 0; k < order.length; k++) {
      sum += part.applyAsDouble(order[k]);
      if (sum <= CARRIED * loss) {
        return Arrays.copyOf(order, k + 1);
      }
    }
    return order;
  }
}
