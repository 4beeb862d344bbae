package io.sextant.attacks.universal;

import io.sextant.attacks.Attack;
import io.sextant.attacks.SharedPerturbation;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Reply;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * One perturbation that breaks as many inputs as it can: projected ascent on the sum of clipped
 * losses over batches of examples.
 *
 * <pre>
 * v(t+1) = P(v(t) + a(t) d(g)),  g = sum over a batch of the gradients of min(loss(x + v), cap)
 * </pre>
 *
 * <p>The loss is cross-entropy; examples that have reached the cap, which are broken for certain,
 * pull no longer, so that none outweighs all others. Batches are drawn anew in each epoch; a falls
 * from a quarter of the radius along half a cosine over all steps. What broke most of the training
 * examples at the end of an epoch is kept. Cost of learning per training example: {@code epochs}
 * times 2 forwards and 1 backward, and the clean decision.
 *
 * <p>Shafahi, Najibi, Xu, Dickerson, Davis, Goldstein, "Universal Adversarial Training", AAAI 2020,
 * arXiv:1811.11304, for the loss and the cap of 9; the problem is that of Moosavi-Dezfooli, Fawzi,
 * Fawzi, Frossard, "Universal adversarial perturbations", CVPR 2017, arXiv:1610.08401, whose method
 * goes through the examples one by one with DeepFool.
 *
 * @param epochs passes through the training examples, at least 1
 * @param batch examples of a step, at least 1
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record UniversalPerturbation(int epochs, int batch) implements UniversalAttack {
  static final double CAP = 9;
  private static final double FIRST_STEP = 0.25;

  private static final Setting<UniversalPerturbation, Integer> EPOCHS =
      Setting.of(
          "epochs",
          Form.count(),
          "passes through the training examples",
          UniversalPerturbation::epochs);
  private static final Setting<UniversalPerturbation, Integer> BATCH =
      Setting.of("batch", Form.count(), "examples of a step", UniversalPerturbation::batch);

  private static final Declaration<UniversalPerturbation> DECLARATION =
      Declaration.of("universal-perturbation", Kind.UNIVERSAL, UniversalPerturbation.class)
          .summary("one perturbation for all inputs, learnt by ascent on clipped losses")
          .source(
              "Moosavi-Dezfooli, Fawzi, Fawzi, Frossard, \"Universal adversarial perturbations\","
                  + " CVPR 2017, arXiv:1610.08401; Shafahi, Najibi, Xu, Dickerson, Davis,"
                  + " Goldstein, \"Universal Adversarial Training\", AAAI 2020, arXiv:1811.11304")
          .norms(Set.of(Norm.LINF, Norm.L2))
          .settings(List.of(EPOCHS, BATCH))
          .made(
              UniversalPerturbation::new,
              values -> new UniversalPerturbation(values.of(EPOCHS), values.of(BATCH)));

  /** 10 epochs in batches of 32. */
  public static final UniversalPerturbation DEFAULT = new UniversalPerturbation();

  public UniversalPerturbation {
    EPOCHS.require(epochs);
    BATCH.require(batch);
  }

  /** The {@link #DEFAULT}. */
  public UniversalPerturbation() {
    this(10, 32);
  }

  /** This attack with another number of epochs. */
  public UniversalPerturbation withEpochs(int newEpochs) {
    return new UniversalPerturbation(newEpochs, batch);
  }

  @Override
  public Declaration<UniversalPerturbation> declaration() {
    return DECLARATION;
  }

  /** The most that learning asks for each training example. */
  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1 + 2L * epochs, epochs);
  }

  @Override
  public Attack learn(GradientService service, Examples training, ThreatModel threat, long seed) {
    requireNorm(threat);
    SharedPerturbation shared = new SharedPerturbation(service, threat);
    TrainingSet right = TrainingSet.of(service.as(name()), training, threat);
    int steps = epochs * ((right.size() + batch - 1) / batch);
    double[] v = new double[service.features()];
    double[] best = v;
    int most = -1;
    int t = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] order = right.order(RandomKey.of(seed).with(name()).with(epoch).random());
      for (int from = 0; from < order.length; from += batch) {
        double a = threat.radius() * FIRST_STEP * (1 + Math.cos(Math.PI * t++ / steps)) / 2;
        int[] own = Arrays.copyOfRange(order, from, Math.min(order.length, from + batch));
        v = shared.step(v, slope(right, shared, own, v), a);
      }
      double[] learnt = v;
      int broken =
          right.broken(
              IntStream.range(0, right.size())
                  .mapToObj(i -> shared.row(right.examples().row(i), learnt))
                  .toArray(double[][]::new));
      if (broken >= most) {
        most = broken;
        best = v;
      }
    }
    return new Learnt(best, threat.norm(), name());
  }

  /** The sum of the gradients of some examples' losses with respect to the perturbation. */
  private static double[] slope(
      TrainingSet right, SharedPerturbation shared, int[] batch, double[] v) {
    double[][] rows =
        Arrays.stream(batch)
            .mapToObj(i -> shared.row(right.examples().row(i), v))
            .toArray(double[][]::new);
    List<Reply.Gradient> replies = right.gradients(batch, rows, CAP);
    double[] sum = new double[v.length];
    for (int k = 0; k < batch.length; k++) {
      double[] slope = shared.slope(right.examples().row(batch[k]), replies.get(k).gradient());
      for (int f = 0; f < sum.length; f++) {
        sum[f] += Double.isFinite(slope[f]) ? slope[f] : 0;
      }
    }
    return sum;
  }
}
