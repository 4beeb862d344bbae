package io.sextant.explainers.propagation;

import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Operation.Combination;
import io.sextant.gradients.graph.Operation.Reduction;
import io.sextant.gradients.rules.BackwardRule;
import io.sextant.gradients.rules.Composite;
import io.sextant.gradients.rules.Site;
import java.util.Set;

/**
 * Multipliers of the difference from one reference: linear layers have their derivative.
 *
 * @param nodes at which the derivative of a layer is averaged that mixes its values otherwise
 */
record RescaleRules(int nodes) implements Composite {
  private static final Set<Class<? extends Operation>> LINEAR =
      Set.of(
          Operation.Affine.class,
          Operation.Convolution.class,
          Operation.TransposedConvolution.class,
          Operation.BatchNorm.class,
          Operation.Pad.class,
          Operation.Crop.class,
          Operation.Upsample.class,
          Operation.Reshape.class,
          Operation.Permute.class,
          Operation.Concat.class,
          Operation.Slice.class,
          Operation.Select.class,
          Operation.Interpolate.class,
          Operation.Expand.class,
          Operation.Rescale.class);
  private static final Set<Class<? extends Operation>> MIXING =
      Set.of(
          Operation.Softmax.class,
          Operation.LayerNorm.class,
          Operation.LocalResponseNorm.class,
          Operation.L2Normalize.class,
          Operation.Recurrent.class);

  @Override
  public int references() {
    return 1;
  }

  @Override
  public BackwardRule rule(Site site) {
    Operation operation = site.node().operation();
    if (LINEAR.contains(operation.getClass())) {
      return BackwardRule.GRADIENT;
    }
    if (operation instanceof Operation.Elementwise
        || operation instanceof Operation.ParametricRelu) {
      return new Rescale();
    }
    if (MIXING.contains(operation.getClass())) {
      return new PathMean(nodes);
    }
    if (operation instanceof Operation.MatrixProduct) {
      return product(2);
    }
    if (operation instanceof Operation.Pool pool) {
      return reduced(pool.reduction());
    }
    if (operation instanceof Operation.Reduce reduce) {
      return reduced(reduce.reduction());
    }
    if (operation instanceof Operation.Combine combine) {
      return combined(combine.combination(), site.inputs().size());
    }
    throw new IllegalArgumentException(
        "DeepLIFT has no rule for layer %s (%s); take integrated-gradients"
            .formatted(site.node().name(), operation.getClass().getSimpleName()));
  }

  private BackwardRule reduced(Reduction reduction) {
    return switch (reduction) {
      case AVERAGE, SUM -> BackwardRule.GRADIENT;
      case MAX -> new Winners(false);
      case PNORM -> new PathMean(nodes);
    };
  }

  private BackwardRule combined(Combination combination, int inputs) {
    return switch (combination) {
      case ADD, SUBTRACT, AVERAGE -> BackwardRule.GRADIENT;
      case MAX -> new Winners(false);
      case MIN -> new Winners(true);
      case PRODUCT -> product(inputs);
      case QUOTIENT -> new PathMean(nodes);
    };
  }

  /** The derivative of a product is a polynomial, of which few nodes are enough. */
  private static BackwardRule product(int factors) {
    return new PathMean((factors + 1) / 2);
  }
}
