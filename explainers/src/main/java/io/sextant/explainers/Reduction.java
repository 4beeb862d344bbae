package io.sextant.explainers;

import io.sextant.methods.Passes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** What has been seen of the noisy copies of one example. */
final class Reduction {
  private final Estimator estimator;
  private final int perUnit;
  private final Set<String> remarks = new LinkedHashSet<>();
  private final List<double[]> unit = new ArrayList<>();
  private long nodes;
  private long forwards;
  private long backwards;
  private Optional<Boolean> toleranceMet = Optional.empty();

  Reduction(Estimator estimator, int perUnit) {
    this.estimator = estimator;
    this.perUnit = perUnit;
  }

  void add(Attribution attribution) {
    Certificate certificate = attribution.certificate();
    remarks.addAll(attribution.remarks());
    nodes += certificate.nodes();
    forwards += certificate.forwards();
    backwards += certificate.backwards();
    if (certificate.toleranceMet().isPresent()) {
      toleranceMet =
          Optional.of(toleranceMet.orElse(true) && certificate.toleranceMet().orElse(false));
    }
    unit.add(attribution.values());
    if (unit.size() == perUnit) {
      estimator.add(unit);
      unit.clear();
    }
  }

  /**
   * The estimate, with what the copies cost besides the example itself.
   *
   * @param precise whether the standard error is as small as was asked for, where it was
   */
  Attribution attribution(Explained x, double fInput, Optional<Boolean> precise) {
    if (precise.isPresent()) {
      toleranceMet = Optional.of(toleranceMet.orElse(true) && precise.get());
    }
    double[] errors = estimator.standardErrors();
    Certificate own =
        x.certificate(nodes, fInput, OptionalDouble.empty(), OptionalDouble.empty(), toleranceMet);
    return new Attribution(
            estimator.estimate(),
            own.withStandardError(Arrays.stream(errors).average().orElse(0))
                .withPasses(new Passes(forwards, backwards)))
        .withStandardErrors(errors)
        .withRemarks(List.copyOf(remarks));
  }
}
