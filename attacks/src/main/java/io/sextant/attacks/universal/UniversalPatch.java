package io.sextant.attacks.universal;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Footprint;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.patch.Region;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.Reply;
import io.sextant.gradients.graph.Shape;
import io.sextant.methods.Declaration;
import io.sextant.methods.Form;
import io.sextant.methods.Kind;
import io.sextant.methods.Passes;
import io.sextant.methods.Setting;
import io.sextant.results.Norm;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * One patch for all inputs, wherever it lies: signed ascent on the sum of clipped losses over
 * batches of examples, with a place drawn anew for each example and step, so that the sum stands
 * for the expectation over places. With q the patch in shares of the box,
 *
 * <pre>
 * q(0) uniform in [0, 1]
 * q(t+1) = clip(q(t) + a(t) sign(sum over a batch of dloss/dq)),  a(t) = (1 + cos(pi t / T)) / 8
 * </pre>
 *
 * <p>The radius in L0 bounds the values that change, and so the patch: its side is the largest s
 * with s² times channels within it. What broke most of the training examples at the end of an
 * epoch, at places drawn for that, is kept. What was learnt is tried at {@code tries} random places
 * of each example. Cost of learning per training example: {@code epochs} times 2 forwards and 1
 * backward, and the clean decision; of measuring: {@code tries} forwards and the clean decision.
 *
 * <p>Brown, Mané, Roy, Abadi, Gilmer, "Adversarial Patch", 2017, arXiv:1712.09665, for the
 * expectation over places; their scales and rotations are left out, since the threat is that of
 * this radius. The clipped loss is that of {@link UniversalPerturbation}.
 *
 * @param epochs passes through the training examples, at least 1
 * @param batch examples of a step, at least 1
 * @param tries random places at which each example is tried, until one breaks
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record UniversalPatch(int epochs, int batch, int tries) implements UniversalAttack {
  private static final Setting<UniversalPatch, Integer> EPOCHS =
      Setting.of(
          "epochs", Form.count(), "passes through the training examples", UniversalPatch::epochs);
  private static final Setting<UniversalPatch, Integer> BATCH =
      Setting.of("batch", Form.count(), "examples of a step", UniversalPatch::batch);
  private static final Setting<UniversalPatch, Integer> TRIES =
      Setting.of(
          "tries",
          Form.count(),
          "random places at which each example is tried, until one breaks",
          UniversalPatch::tries);

  private static final Declaration<UniversalPatch> DECLARATION =
      Declaration.of("universal-patch", Kind.UNIVERSAL, UniversalPatch.class)
          .summary("one patch for all inputs and places, learnt by ascent on clipped losses")
          .source("Brown, Mané, Roy, Abadi, Gilmer, \"Adversarial Patch\", 2017, arXiv:1712.09665")
          .norms(Set.of(Norm.L0))
          .settings(List.of(EPOCHS, BATCH, TRIES))
          .made(
              UniversalPatch::new,
              values -> new UniversalPatch(values.of(EPOCHS), values.of(BATCH), values.of(TRIES)));

  /** 20 epochs in batches of 32, one place. */
  public static final UniversalPatch DEFAULT = new UniversalPatch();

  public UniversalPatch {
    EPOCHS.require(epochs);
    BATCH.require(batch);
    TRIES.require(tries);
  }

  /** The {@link #DEFAULT}. */
  public UniversalPatch() {
    this(20, 32, 1);
  }

  /** This attack with another number of epochs. */
  public UniversalPatch withEpochs(int newEpochs) {
    return new UniversalPatch(newEpochs, batch, tries);
  }

  /** This attack tried at another number of places. */
  public UniversalPatch withTries(int newTries) {
    return new UniversalPatch(epochs, batch, newTries);
  }

  @Override
  public Declaration<UniversalPatch> declaration() {
    return DECLARATION;
  }

  /** The most that learning asks for each training example. */
  @Override
  public Passes passes(int classes, int features) {
    return new Passes(1 + 2L * epochs, epochs);
  }

  @Override
  public Passes applied() {
    return new Passes(1L + tries, 0);
  }

  @Override
  public Optional<Footprint> footprint(Shape shape, double radius) {
    Region region = Region.of(shape, radius, Form.MOST);
    return Optional.of(Footprint.anywhere(region.tall(), region.wide()));
  }

  @Override
  public Attack learn(GradientService service, Examples training, ThreatModel threat, long seed) {
    requireNorm(threat);
    Region region = Region.of(service.inputShape(), threat.radius(), Form.MOST);
    Paste paste = new Paste(region, service.domain());
    TrainingSet right = TrainingSet.of(service.as(name()), training, threat);
    RandomKey key = RandomKey.of(seed).with(name());
    double[] q = key.with("start").random().doubles(region.size()).toArray();
    double[] best = q;
    int most = -1;
    int steps = epochs * ((right.size() + batch - 1) / batch);
    int t = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      RandomGenerator random = key.with(epoch).random();
      int[] order = right.order(random);
      for (int from = 0; from < order.length; from += batch) {
        int[] own = Arrays.copyOfRange(order, from, Math.min(order.length, from + batch));
        double a = (1 + Math.cos(Math.PI * t++ / steps)) / 8;
        q = stepped(q, slope(right, paste, own, q, random), a);
      }
      double[][] rows = new double[right.size()][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = paste.row(right.examples().row(i), q, region.draw(random));
      }
      int broken = right.broken(rows);
      if (broken >= most) {
        most = broken;
        best = q;
      }
    }
    return new LearntPatch(best, paste, tries, name());
  }

  private static double[] slope(
      TrainingSet right, Paste paste, int[] batch, double[] q, RandomGenerator random) {
    int[] places = new int[batch.length];
    double[][] rows = new double[batch.length][];
    for (int k = 0; k < batch.length; k++) {
      places[k] = paste.region().draw(random);
      rows[k] = paste.row(right.examples().row(batch[k]), q, places[k]);
    }
    List<Reply.Gradient> replies = right.gradients(batch, rows, UniversalPerturbation.CAP);
    double[] sum = new double[q.length];
    for (int k = 0; k < batch.length; k++) {
      double[] slope = paste.slope(replies.get(k).gradient(), places[k]);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += Double.isFinite(slope[i]) ? slope[i] : 0;
      }
    }
    return sum;
  }

  private static double[] stepped(double[] q, double[] slope, double a) {
    double[] next = new double[q.length];
    for (int i = 0; i < q.length; i++) {
      next[i] = Math.max(0, Math.min(1, q[i] + a * Math.signum(slope[i])));
    }
    return next;
  }

  /** Puts a patch into an input: shares of the box become values of the features it covers. */
  record Paste(Region region, InputDomain domain) {
    double[] row(double[] clean, double[] q, int place) {
      double[] row = clean.clone();
      int[] features = region.features(place);
      for (int i = 0; i < features.length; i++) {
        row[features[i]] = value(features[i], q[i]);
      }
      return row;
    }

    double value(int feature, double share) {
      double low = domain.feature(feature).minimum();
      return (float) (low + share * (domain.feature(feature).maximum() - low));
    }

    double[] slope(double[] gradient, int place) {
      int[] features = region.features(place);
      double[] slope = new double[features.length];
      for (int i = 0; i < features.length; i++) {
        slope[i] =
            gradient[features[i]]
                * (domain.feature(features[i]).maximum() - domain.feature(features[i]).minimum());
      }
      return slope;
    }
  }
}
