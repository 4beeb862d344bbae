package io.sextant.explainers;

import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What an explainer says of one example.
 *
 * @param values {@code [input values]}, raw and signed, in the input's layout; the receiver's
 * @param certificate how good they are, and what they cost
 * @param standardErrors {@code [input values]}; absent for methods without chance
 * @param remarks what to know before they are believed, a sentence each; mostly none
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Attribution(
    double[] values,
    Certificate certificate,
    Optional<double[]> standardErrors,
    List<String> remarks) {
  public Attribution {
    remarks = List.copyOf(remarks);
  }

  /** An attribution without chance, and with nothing to remark. */
  public Attribution(double[] values, Certificate certificate) {
    this(values, certificate, Optional.empty(), List.of());
  }
}
