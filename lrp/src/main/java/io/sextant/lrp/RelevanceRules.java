package io.sextant.lrp;

import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Operation.Combination;
import io.sextant.gradients.graph.Operation.Reduction;
import io.sextant.gradients.rules.BackwardRule;
import io.sextant.gradients.rules.Composite;
import io.sextant.gradients.rules.Site;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * The rules of a whole network. Layers with weights have those of a scheme; sums and means of
 * values share by what each contributes; whatever moves values moves their relevance, and the
 * winner of a maximum takes all. Functions of one value pass relevance on, and so do normalisations
 * and factors that do not depend on the input: each value has its own share in what comes of it.
 * Batch normalisation behind a layer with weights is part of that layer.
 *
 * @param scheme of layers with weights
 * @param first of the first of them, unless they are the last
 * @param epsilon what sums are kept away from 0 by, above 0
 * @param gamma of the gamma rule, at least 0
 * @param alpha of the alpha-beta rule, at least 1; beta is alpha - 1
 * @param bias whether biases take their share of the relevance, which is lost then
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record RelevanceRules(
    Scheme scheme, FirstLayer first, double epsilon, double gamma, double alpha, boolean bias)
    implements Composite {
  private static final Set<Class<? extends Operation>> MOVING =
      Set.of(
          Operation.Pad.class,
          Operation.Crop.class,
          Operation.Upsample.class,
          Operation.Reshape.class,
          Operation.Permute.class,
          Operation.Concat.class,
          Operation.Slice.class,
          Operation.Select.class,
          Operation.Expand.class);
  private static final Set<Class<? extends Operation>> PASSING =
      Set.of(
          Operation.Elementwise.class,
          Operation.ParametricRelu.class,
          Operation.Rescale.class,
          Operation.BatchNorm.class,
          Operation.LayerNorm.class,
          Operation.LocalResponseNorm.class,
          Operation.L2Normalize.class);

  public RelevanceRules {
    Objects.requireNonNull(scheme, "scheme");
    Objects.requireNonNull(first, "first");
    RelevanceRule.gamma(gamma, epsilon, bias);
    RelevanceRule.alphaBeta(alpha, epsilon, bias);
  }

  /** {@inheritDoc} Batch normalisations are merged into the layers before them. */
  @Override
  public InferenceGraph prepared(InferenceGraph graph) {
    return graph.withMergedNorms();
  }

  /** {@inheritDoc} For the box, the smallest and the largest input. */
  @Override
  public int references() {
    return first == FirstLayer.BOX ? 2 : 0;
  }

  @Override
  public BackwardRule rule(Site site) {
    Operation operation = site.node().operation();
    boolean dense = operation instanceof Operation.Affine;
    if (dense
        || operation instanceof Operation.Convolution
        || operation instanceof Operation.TransposedConvolution) {
      return site.first() && !site.last() && first != FirstLayer.SAME ? atFirst() : within(dense);
    }
    if (MOVING.contains(operation.getClass())) {
      return BackwardRule.GRADIENT;
    }
    if (PASSING.contains(operation.getClass())) {
      return BackwardRule.PASS;
    }
    boolean one = Collections.frequency(site.varying(), true) == 1;
    if (operation instanceof Operation.Interpolate
        || operation instanceof Operation.MatrixProduct && one) {
      return sum();
    }
    if (operation instanceof Operation.Pool pool && pool.reduction() != Reduction.PNORM) {
      return reduced(pool.reduction());
    }
    if (operation instanceof Operation.Reduce reduce && reduce.reduction() != Reduction.PNORM) {
      return reduced(reduce.reduction());
    }
    if (operation instanceof Operation.Combine combine) {
      return combined(site, combine.combination(), one);
    }
    throw refused(site);
  }

  private BackwardRule atFirst() {
    return switch (first) {
      case BOX -> RelevanceRule.box(epsilon);
      case FLAT -> RelevanceRule.flat(epsilon);
      case SQUARES -> RelevanceRule.squares(epsilon);
      case SAME -> throw new IllegalStateException("the first layer has the rule of the others");
    };
  }

  private BackwardRule within(boolean dense) {
    return switch (scheme) {
      case EPSILON -> plain();
      case EPSILON_PLUS -> dense ? plain() : RelevanceRule.alphaBeta(1, epsilon, bias);
      case EPSILON_GAMMA -> dense ? plain() : RelevanceRule.gamma(gamma, epsilon, bias);
      case EPSILON_ALPHA_BETA -> dense ? plain() : RelevanceRule.alphaBeta(alpha, epsilon, bias);
      case ALPHA_BETA -> RelevanceRule.alphaBeta(alpha, epsilon, bias);
    };
  }

  private BackwardRule plain() {
    return RelevanceRule.epsilon(epsilon, bias);
  }

  /** Of what has no weights and no bias. */
  private BackwardRule sum() {
    return RelevanceRule.epsilon(epsilon, true);
  }

  private BackwardRule reduced(Reduction reduction) {
    return reduction == Reduction.MAX ? BackwardRule.GRADIENT : sum();
  }

  private BackwardRule combined(Site site, Combination combination, boolean one) {
    return switch (combination) {
      case ADD, SUBTRACT, AVERAGE -> sum();
      case MAX, MIN -> BackwardRule.GRADIENT;
      case PRODUCT, QUOTIENT -> {
        if (!one) {
          throw refused(site);
        }
        yield BackwardRule.PASS;
      }
    };
  }

  private static IllegalArgumentException refused(Site site) {
    return new IllegalArgumentException(
        ("LRP has no rule for layer %s (%s of values that depend on the input); give it one with"
                + " RelevanceRules.with, or take deep-lift")
            .formatted(site.node().name(), site.node().operation().getClass().getSimpleName()));
  }
}
