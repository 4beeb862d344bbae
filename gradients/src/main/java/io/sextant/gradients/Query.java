package io.sextant.gradients;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.rules.Composite;
import io.sextant.gradients.rules.Start;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * A question about one point of one example. Methods ask; {@link GradientService#answer} replies in
 * full batches, and a reply does not depend on what else is asked.
 *
 * @param <R> the reply's type
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Query<R extends Reply> {
  /**
   * The input asked about, {@code [input values]}, or {@code [values of the layer]} of what is
   * {@link Behind} one; not modified, and not to be modified before the reply.
   */
  double[] point();

  /** How many times the forward pass is pulled back. */
  int pullbacks();

  /**
   * The logits: one forward.
   *
   * @param point the input
   */
  record Logits(double[] point) implements Query<Reply.Logits> {
    public Logits {
      Objects.requireNonNull(point, "point");
    }

    @Override
    public int pullbacks() {
      return 0;
    }
  }

  /**
   * The value and the gradient of an objective: one forward, one pullback.
   *
   * @param point the input
   * @param objective what is differentiated
   */
  record Gradient(double[] point, Objective objective) implements Query<Reply.Gradient> {
    public Gradient {
      Objects.requireNonNull(point, "point");
      Objects.requireNonNull(objective, "objective");
    }

    @Override
    public int pullbacks() {
      return 1;
    }
  }

  /**
   * The gradients of several logits: one forward and a pullback for each.
   *
   * @param point the input
   * @param classes whose logits, from 0, at least one
   */
  record Jacobian(double[] point, int[] classes) implements Query<Reply.Jacobian> {
    public Jacobian {
      Objects.requireNonNull(point, "point");
      if (classes.length == 0) {
        throw new IllegalArgumentException("a Jacobian must have at least 1 class but had none");
      }
      classes = classes.clone();
    }

    @Override
    public int pullbacks() {
      return classes.length;
    }
  }

  /**
   * The activation of a layer, and the gradient of an objective at it: one forward, one pullback.
   *
   * @param point the input
   * @param objective what is differentiated
   * @param layer the layer's name, as {@link InferenceGraph} has it
   */
  record Layer(double[] point, Objective objective, String layer) implements Query<Reply.Layer> {
    public Layer {
      Objects.requireNonNull(point, "point");
      Objects.requireNonNull(objective, "objective");
      Objects.requireNonNull(layer, "layer");
    }

    @Override
    public int pullbacks() {
      return 1;
    }
  }

  /**
   * The activation of a layer: one forward.
   *
   * @param point the input
   * @param layer the layer's name, as {@link InferenceGraph} has it
   */
  record Activation(double[] point, String layer) implements Query<Reply.Activation> {
    public Activation {
      Objects.requireNonNull(point, "point");
      Objects.requireNonNull(layer, "layer");
    }

    @Override
    public int pullbacks() {
      return 0;
    }
  }

  /**
   * What comes back to the input by the rules of a composite in place of the gradient. It is
   * counted as one forward at the point and at each reference, one backward, and as many of both as
   * the rules run nodes once more, by the multiplications in them and to the nearest whole one.
   *
   * @param point the input
   * @param references inputs that the rules compare with, as many as the composite asks for
   * @param start what is sent back from the logits
   * @param composite which node has which rule
   */
  record Ruled(double[] point, List<double[]> references, Start start, Composite composite)
      implements Query<Reply.Ruled> {
    public Ruled {
      Objects.requireNonNull(point, "point");
      Objects.requireNonNull(start, "start");
      references = List.copyOf(references);
      if (references.size() != composite.references()) {
        throw new IllegalArgumentException(
            "the composite compares with %d references but was given %d"
                .formatted(composite.references(), references.size()));
      }
    }

    /** The derivative of an objective is what is sent back, and nothing is compared with. */
    public Ruled(double[] point, Objective objective, Composite composite) {
      this(
          point,
          List.of(),
          (logits, none) -> {
            double[] cotangent = new double[logits.length];
            objective.evaluate(logits, cotangent);
            return cotangent;
          },
          composite);
    }

    @Override
    public int pullbacks() {
      return 1;
    }
  }

  /**
   * A question to what the network does behind a layer ({@link InferenceGraph#behind}). Its point
   * is an activation of the layer, and gradients are by the activation.
   *
   * @param layer the layer's name, one of {@link InferenceGraph#cuts()}
   * @param query what is asked, of any kind but this one
   */
  record Behind<R extends Reply>(String layer, Query<R> query) implements Query<R> {
    public Behind {
      Objects.requireNonNull(layer, "layer");
      if (query instanceof Behind<?>) {
        throw new IllegalArgumentException(
            "a question must be behind one layer but was behind two; ask behind the later one");
      }
    }

    @Override
    public double[] point() {
      return query.point();
    }

    @Override
    public int pullbacks() {
      return query.pullbacks();
    }
  }
}
