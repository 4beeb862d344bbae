package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.Trial;
import io.sextant.explainers.Attribution;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explained;
import io.sextant.explainers.IntegratedGradients;
import io.sextant.explainers.Output;
import io.sextant.explainers.Quadrature;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Reply;
import io.sextant.gradients.Scheduler;
import io.sextant.gradients.Step;
import io.sextant.methods.Declaration;
import io.sextant.methods.Passes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.apiguardian.api.API;

/**
 * What an attack did to a model's output, value by value, on the way that it went: the gradient is
 * integrated along the straight pieces between the points that the attack asked about, from the
 * clean input to the one that it found.
 *
 * <pre>
 * attribution_i = sum over pieces of (b_i - a_i) integral from 0 to 1 of df/dx_i(a + t (b - a)) dt
 * </pre>
 *
 * <p>Attributions add up to f(found) - f(clean) but for the error of the quadrature, which the
 * certificate states. The way between the same ends matters: where the attack went, the gradient is
 * what it followed.
 *
 * <p>The integral is that of Sundararajan, Taly, Yan, "Axiomatic Attribution for Deep Networks",
 * ICML 2017, arXiv:1703.01365, section 3, for paths that are not straight. That attacks make such
 * paths is due to Pan, Li, Zhu, "Explaining Deep Neural Network Models with Adversarial Gradient
 * Integration", IJCAI 2021, which follows several attacks to the boundary.
 *
 * <p>Cost: the attack, and for each piece 2 forwards and {@value #NODES} gradients.
 *
 * @param points of the way, {@code [points][features]}: the clean input first, the found one last;
 *     one alone where the attack found nothing else
 * @param attribution {@code [features]}
 * @param certificate of the sum; its baseline is the clean input
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AttackPath(double[][] points, double[] attribution, Certificate certificate) {
  private static final int NODES = 4;

  private static final IntegratedGradients PIECE =
      IntegratedGradients.DEFAULT.withQuadrature(new Quadrature.GaussLegendre(NODES));

  /**
   * Attacks one example and attributes along the way. With several runs the way goes through all
   * points of the runs up to the one that found the result, one run after the other; an attack with
   * one run leaves a way without jumps.
   *
   * @param service the model
   * @param attack that is followed
   * @param threat what it may do and wants
   * @param examples the inputs
   * @param i the example's place; its label is the class that is explained
   * @param seed of the attack
   * @param output what is explained
   * @throws IllegalArgumentException when the attack does not fit the threat or the model
   * @throws io.sextant.explainers.NotFiniteException when the output or gradient is not finite on
   *     the way
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public static AttackPath of(
      GradientService service,
      Attack attack,
      ThreatModel threat,
      Examples examples,
      int i,
      long seed,
      Output output) {
    List<double[]> asked = new ArrayList<>();
    ExampleResult result =
        new Followed(attack, asked).run(service, examples.at(i), threat, seed).examples().get(0);
    return along(service, points(examples.row(i), asked, result.input()), examples, i, output);
  }

  /** From the clean input over what was asked about to where the result was asked about first. */
  private static double[][] points(double[] clean, List<double[]> asked, double[] found) {
    List<double[]> points = new ArrayList<>(List.of(clean));
    for (double[] point : asked) {
      if (Arrays.equals(points.get(points.size() - 1), found)) {
        break;
      }
      if (!Arrays.equals(points.get(points.size() - 1), point)) {
        points.add(point);
      }
    }
    if (!Arrays.equals(points.get(points.size() - 1), found)) {
      points.add(found.clone());
    }
    return points.toArray(double[][]::new);
  }

  private static AttackPath along(
      GradientService service, double[][] points, Examples examples, int i, Output output) {
    int pieces = points.length - 1;
    int label = examples.label(i);
    long id = examples.id(i);
    double[] sum = new double[points[0].length];
    Certificate[] each = new Certificate[pieces];
    if (pieces > 0) {
      int[] labels = new int[pieces];
      Arrays.fill(labels, label);
      Examples ends =
          Examples.of(
              Arrays.copyOfRange(points, 1, points.length),
              labels,
              LongStream.range(0, pieces).toArray());
      new Scheduler(service)
          .run(
              pieces,
              PIECE.atOnce(service.features()),
              k -> PIECE.from(List.of(points[k]), Explained.of(service, ends, k, output)),
              (int k, Attribution piece) -> {
                each[k] = piece.certificate();
                Arrays.setAll(sum, j -> sum[j] + piece.values()[j]);
              });
    }
    double[][] logits = service.logits(new double[][] {points[0], points[pieces]});
    double before = value(output, label, logits[0]);
    double after = value(output, label, logits[1]);
    return new AttackPath(
        points,
        sum,
        new Certificate(
            id,
            label,
            output,
            Arrays.stream(each).mapToLong(Certificate::nodes).sum(),
            after,
            OptionalDouble.of(before),
            OptionalDouble.of(Arrays.stream(sum).sum() - (after - before)),
            OptionalDouble.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            2 + Arrays.stream(each).mapToLong(Certificate::forwards).sum(),
            Arrays.stream(each).mapToLong(Certificate::backwards).sum()));
  }

  private static double value(Output output, int label, double[] logits) {
    return output.objective(label).evaluate(logits, new double[logits.length]);
  }

  /** An attack on one example, with every point that it asks about, in order. */
  private record Followed(Attack attack, List<double[]> asked) implements Attack {
    @Override
    public Declaration<?> declaration() {
      return attack.declaration();
    }

    @Override
    public Passes passes(int classes, int features) {
      return attack.passes(classes, features);
    }

    @Override
    public boolean untilBroken() {
      return attack.untilBroken();
    }

    @Override
    public Step<Trial> search(Trial trial) {
      return followed(attack.search(trial));
    }

    private <T> Step<T> followed(Step<T> step) {
      if (step instanceof Step.Ask<?, T> ask) {
        return followed(ask);
      }
      return step instanceof Step.All<?, T> all ? followed(all) : step;
    }

    private <R extends Reply, T> Step<T> followed(Step.Ask<R, T> ask) {
      return new Step.Ask<>(
          ask.query(),
          reply -> {
            asked.add(ask.query().point().clone());
            return followed(ask.follow().apply(reply));
          });
    }

    private <A, T> Step<T> followed(Step.All<A, T> all) {
      return new Step.All<>(
          all.count(),
          all.atOnce(),
          part -> followed(all.part().apply(part)),
          all.take(),
          () -> followed(all.follow().get()));
    }
  }
}
