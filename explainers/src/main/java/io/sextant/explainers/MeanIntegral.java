package io.sextant.explainers;

import java.util.Optional;

/** The mean of integrals along paths from several baselines to one input. */
final class MeanIntegral {
  private final double[] sum;
  private double fBaselines;
  private double fInput;
  private int nodes;
  private int count;
  private Optional<Boolean> toleranceMet = Optional.empty();

  MeanIntegral(int size) {
    sum = new double[size];
  }

  void add(PathIntegral integral) {
    count++;
    for (int i = 0; i < sum.length; i++) {
      sum[i] += integral.values()[i];
    }
    fBaselines += integral.fBaseline();
    fInput = integral.fInput();
    nodes = Math.addExact(nodes, integral.nodes());
    if (integral.toleranceMet().isPresent()) {
      toleranceMet =
          Optional.of(toleranceMet.orElse(true) && integral.toleranceMet().orElse(false));
    }
  }

  PathIntegral mean() {
    double[] mean = sum.clone();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= count;
    }
    return new PathIntegral(mean, fBaselines / count, fInput, nodes, toleranceMet);
  }
}
