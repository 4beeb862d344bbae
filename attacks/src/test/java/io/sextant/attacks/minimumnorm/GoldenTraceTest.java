package io.sextant.attacks.minimumnorm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Models;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.ThreatModel;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.Objective;
import io.sextant.gradients.Query;
import io.sextant.gradients.Reply;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Iterates against slow re-implementations, written from the papers in plain arrays. The models
 * have a hidden layer; the schedules are wrong if a single iterate is. Gradients are taken at the
 * recorded points, so that rounding to floats does not add up.
 */
class GoldenTraceTest {
  private static final int STEPS = 60;
  private static final double WIDE = 50;

  private final List<double[]> points = new ArrayList<>();

  private interface Model {
    Reply.Gradient at(double[] x, Objective objective);
  }

  private interface Rule {
    /** The next perturbation. */
    double[] next(int t, double[] d, Model model, double[] x);
  }

  private static double norm(double[] v) {
    return Math.sqrt(Arrays.stream(v).map(value -> value * value).sum());
  }

  private static double cosine(double first, double last, int t) {
    return last + (first - last) * (1 + Math.cos(Math.PI * t / STEPS)) / 2;
  }

  private ExampleResult follows(
      Attack attack, Norm norm, int features, double bound, long seed, Rule rule) {
    try (GradientService service =
        Models.exact(
            Models.random(features, 20, 4, seed), InputDomain.box(features, -bound, bound))) {
      double[] clean = new double[features];
      Arrays.setAll(clean, i -> (float) (0.3 * Math.sin(1 + 2 * i)));
      double[] logits = service.logits(new double[][] {clean})[0];
      int label = IntStream.range(0, 4).boxed().max(Comparator.comparing(k -> logits[k])).get();
      ExampleResult result =
          new Recorded(attack, points)
              .run(
                  service,
                  Examples.of(new double[][] {clean}, new int[] {label}, new long[] {3}),
                  ThreatModel.nearest(norm),
                  1)
              .examples()
              .get(0);
      Model model =
          (x, objective) -> service.answer(List.of(new Query.Gradient(x, objective))).get(0);
      double[] d = new double[features];
      for (int t = 0; t < STEPS; t++) {
        d = rule.next(t, d, model, points.get(t));
        double[] x = points.get(t + 1);
        for (int i = 0; i < features; i++) {
          assertThat(x[i] - clean[i]).as("step %d, feature %d", t, i).isCloseTo(d[i], within(2e-5));
        }
      }
      assertThat(result.outcome()).isInstanceOf(Outcome.Broken.class);
      assertThat(((Outcome.Broken) result.outcome()).distance())
          .as("the nearest of all adversarial iterates, not the last one")
          .isCloseTo(nearest(service, norm, clean, label), within(1e-9));
      return result;
    }
  }

  private double nearest(GradientService service, Norm norm, double[] clean, int label) {
    double nearest = Double.POSITIVE_INFINITY;
    for (double[] x : points) {
      double[] logits = service.logits(new double[][] {x})[0];
      if (IntStream.range(0, 4).anyMatch(k -> logits[k] > logits[label])) {
        double[] d = new double[x.length];
        Arrays.setAll(d, i -> x[i] - clean[i]);
        nearest =
            Math.min(
                nearest,
                norm == Norm.L2 ? norm(d) : Arrays.stream(d).filter(value -> value != 0).count());
      }
    }
    return nearest;
  }

  /** The lead of the best other class over the label, for the class decided at the clean input. */
  private static Objective lead(Model model, double[] clean) {
    double[] logits = model.at(clean, Objective.logit(0)).logits();
    int label = IntStream.range(0, 4).boxed().max(Comparator.comparing(k -> logits[k])).get();
    return Objective.margin(label).negated();
  }

  @Test
  void ddn_follows_the_norm_rule_of_the_paper() {
    double[] eps = {1};
    boolean[] seen = new boolean[2];
    ExampleResult result =
        follows(
            Ddn.DEFAULT.withSteps(STEPS),
            Norm.L2,
            8,
            WIDE,
            5,
            (t, d, model, x) -> {
              double[] logits = model.at(points.get(0), Objective.logit(0)).logits();
              int label =
                  IntStream.range(0, 4).boxed().max(Comparator.comparing(k -> logits[k])).get();
              Reply.Gradient at = model.at(x, Objective.crossEntropy(label));
              boolean adversarial = at.decision() != label;
              seen[adversarial ? 1 : 0] = true;
              double a = cosine(1, 0.01, t);
              double[] u = new double[d.length];
              for (int i = 0; i < u.length; i++) {
                u[i] = d[i] + a * at.gradient()[i] / norm(at.gradient());
              }
              eps[0] *= adversarial ? 1 - 0.05 : 1 + 0.05;
              double length = norm(u);
              for (int i = 0; i < u.length; i++) {
                u[i] *= eps[0] / length;
              }
              return u;
            });
    assertThat(seen).containsExactly(true, true);
    assertThat(points).as("no step is taken twice").hasSize(STEPS + 1);
    assertThat(result.backwards()).isEqualTo(STEPS);
  }

  @Test
  void fmn_follows_the_radius_rule_of_the_paper() {
    double[] eps = {Double.POSITIVE_INFINITY};
    double[] best = {Double.POSITIVE_INFINITY};
    follows(
        Fmn.DEFAULT.withSteps(STEPS),
        Norm.L2,
        8,
        WIDE,
        5,
        (t, d, model, x) -> {
          Reply.Gradient at = model.at(x, lead(model, points.get(0)));
          double c = cosine(0.05, 0.001, t);
          double a = cosine(1, 0.01, t);
          if (at.value() > 0) {
            best[0] = Math.min(best[0], norm(d));
            eps[0] = Math.min(eps[0] * (1 - c), best[0]);
          } else if (Double.isInfinite(best[0])) {
            // 1 + c is ours: see the documentation.
            eps[0] = (norm(d) + Math.abs(at.value()) / norm(at.gradient())) * (1 + c);
          } else {
            eps[0] *= 1 + c;
          }
          double[] u = new double[d.length];
          for (int i = 0; i < u.length; i++) {
            u[i] = d[i] + a * at.gradient()[i] / norm(at.gradient());
          }
          double shrink = Math.min(1, eps[0] / norm(u));
          return Arrays.stream(u).map(value -> value * shrink).toArray();
        });
    assertThat(best[0]).isFinite();
  }

  @Test
  void fmn_changes_a_whole_radius_by_one_at_least_in_l0() {
    int[] eps = {1};
    int[] best = {Integer.MAX_VALUE};
    int[] widest = {1};
    follows(
        new Fmn(STEPS, 0.3),
        Norm.L0,
        30,
        WIDE,
        6,
        (t, d, model, x) -> {
          Reply.Gradient at = model.at(x, lead(model, points.get(0)));
          double c = cosine(0.05, 0.001, t);
          double a = cosine(0.3, 0.003, t);
          if (at.value() > 0) {
            best[0] = Math.min(best[0], (int) Arrays.stream(d).filter(value -> value != 0).count());
            eps[0] = Math.min(Math.min(eps[0] - 1, (int) Math.floor(eps[0] * (1 - c))), best[0]);
            eps[0] = Math.max(1, eps[0]);
          } else {
            eps[0] = Math.max(eps[0] + 1, (int) Math.floor(eps[0] * (1 + c)));
          }
          widest[0] = Math.max(widest[0], eps[0]);
          double[] u = new double[d.length];
          for (int i = 0; i < u.length; i++) {
            u[i] = d[i] + a * at.gradient()[i] / norm(at.gradient());
          }
          double[] sizes = Arrays.stream(u).map(Math::abs).sorted().toArray();
          double least = eps[0] >= u.length ? 0 : sizes[u.length - eps[0]];
          return Arrays.stream(u).map(value -> Math.abs(value) >= least ? value : 0).toArray();
        });
    assertThat(widest[0]).as("rises one by one").isEqualTo(3);
    assertThat(best[0]).as("falls one by one").isEqualTo(1);
  }

  @Test
  void sigma_zero_s_threshold_moves_as_in_the_paper() {
    double[] tau = {0.3};
    double[] reached = {1, 0};
    int n = 30;
    double[] m = new double[n];
    double[] v = new double[n];
    follows(
        SigmaZero.DEFAULT.withSteps(STEPS),
        Norm.L0,
        n,
        1,
        6,
        (t, d, model, x) -> {
          Reply.Gradient at = model.at(x, lead(model, points.get(0)));
          double lr = cosine(1, 0.1, t);
          boolean adversarial = at.value() > 0;
          double[] g = new double[n];
          for (int i = 0; i < n; i++) {
            double square = d[i] * d[i];
            // The derivative of square / (square + sigma), by the quotient rule.
            double count =
                (2 * d[i] * (square + 1e-3) - square * 2 * d[i]) / Math.pow(square + 1e-3, 2);
            g[i] = (adversarial ? 0 : -at.gradient()[i]) + count / n;
          }
          double largest = Arrays.stream(g).map(Math::abs).max().orElseThrow();
          tau[0] = Math.min(1, Math.max(0, tau[0] + (adversarial ? 0.01 : -0.01) * lr));
          reached[0] = Math.min(reached[0], tau[0]);
          reached[1] = Math.max(reached[1], tau[0]);
          double[] next = new double[n];
          for (int i = 0; i < n; i++) {
            m[i] = 0.9 * m[i] + 0.1 * g[i] / largest;
            v[i] = 0.999 * v[i] + 0.001 * Math.pow(g[i] / largest, 2);
            double step =
                m[i]
                    / (1 - Math.pow(0.9, t + 1))
                    / (Math.sqrt(v[i] / (1 - Math.pow(0.999, t + 1))) + 1e-8);
            double clean = points.get(0)[i];
            next[i] = Math.min(1 - clean, Math.max(-1 - clean, d[i] - lr * step));
            next[i] = Math.abs(next[i]) < tau[0] ? 0 : next[i];
          }
          return next;
        });
    // In the authors' release of February 2025 it stays where it begins.
    assertThat(reached[0]).as("falls").isLessThan(0.295);
    assertThat(reached[1]).as("rises").isGreaterThan(0.305);
  }
}
