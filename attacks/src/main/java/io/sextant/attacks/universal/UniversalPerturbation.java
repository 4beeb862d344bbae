package io.sextant.attacks.universal;

import io.sextant.attacks.Attack;
import io.sextant.attacks.SharedPerturbation;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Query;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Reply;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;
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
  private static final double CAP = 9;
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
    if (!DECLARATION.norms().contains(threat.norm())) {
      throw new IllegalArgumentException(
          "%s works in linf and l2 but the norm was %s".formatted(name(), threat.norm().key()));
    }
    GradientService own = service.as(name());
    SharedPerturbation shared = new SharedPerturbation(service, threat);
    Examples right = right(own, training);
    int steps = epochs * ((right.size() + batch - 1) / batch);
    double[] v = new double[service.features()];
    double[] best = v;
    int most = -1;
    int t = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] order = order(right.size(), RandomKey.of(seed).with(name()).with(epoch).random());
      for (int from = 0; from < order.length; from += batch) {
        double a = threat.radius() * FIRST_STEP * (1 + Math.cos(Math.PI * t++ / steps)) / 2;
        int to = Math.min(order.length, from + batch);
        v = shared.step(v, gradient(own, shared, right, order, from, to, threat, v), a);
      }
      int broken = broken(own, shared, right, threat, v);
      if (broken >= most) {
        most = broken;
        best = v;
      }
    }
    return new Learnt(best, threat.norm(), name());
  }

  private static Examples right(GradientService service, Examples training) {
    double[][] logits = service.logits(training.rows());
    List<Integer> right = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      if (Logits.decision(logits[i]) == training.label(i)) {
        right.add(i);
      }
    }
    if (right.isEmpty()) {
      throw new IllegalArgumentException(
          "none of the %d training examples is decided rightly, so there is nothing to learn; give others"
              .formatted(training.size()));
    }
    return training.at(right.stream().mapToInt(Integer::intValue).toArray());
  }

  private static double[] gradient(
      GradientService service,
      SharedPerturbation shared,
      Examples examples,
      int[] order,
      int from,
      int to,
      ThreatModel threat,
      double[] v) {
    List<Query.Gradient> queries = new ArrayList<>();
    for (int i = from; i < to; i++) {
      double[] row = shared.row(examples.row(order[i]), v);
      queries.add(new Query.Gradient(row, objective(examples, order[i], threat)));
    }
    List<Reply.Gradient> replies = service.answer(queries);
    double[] sum = new double[v.length];
    for (int i = from; i < to; i++) {
      double[] slope = shared.slope(examples.row(order[i]), replies.get(i - from).gradient());
      for (int f = 0; f < sum.length; f++) {
        sum[f] += Double.isFinite(slope[f]) ? slope[f] : 0;
      }
    }
    return sum;
  }

  /** Cross-entropy up to the cap; towards a target, that of the target's absence. */
  private static Objective objective(Examples examples, int index, ThreatModel threat) {
    OptionalInt target = threat.goal().target(examples.id(index));
    Objective loss =
        target.isPresent()
            ? Objective.crossEntropy(target.getAsInt()).negated()
            : Objective.crossEntropy(examples.label(index));
    return (logits, cotangent) -> {
      double value = loss.evaluate(logits, cotangent);
      if (value >= CAP) {
        Arrays.fill(cotangent, 0);
      }
      return Math.min(CAP, value);
    };
  }

  private static int broken(
      GradientService service,
      SharedPerturbation shared,
      Examples examples,
      ThreatModel threat,
      double[] v) {
    double[][] rows = new double[examples.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = shared.row(examples.row(i), v);
    }
    double[][] logits = service.logits(rows);
    int broken = 0;
    for (int i = 0; i < rows.length; i++) {
      int decided = Logits.decision(logits[i]);
      OptionalInt target = threat.goal().target(examples.id(i));
      boolean wanted =
          target.isPresent() ? decided == target.getAsInt() : decided != examples.label(i);
      broken += decided >= 0 && wanted ? 1 : 0;
    }
    return broken;
  }

  private static int[] order(int size, RandomGenerator random) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }
}
