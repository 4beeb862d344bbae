package io.sextant.explainers;

import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What an explainer says of one example.
 *
 * @param values {@code [values]}, raw and signed, in {@link Explainer#shape}, mostly the input's
 *     layout; the receiver's
 * @param certificate how good they are, and what they cost
 * @param standardErrors one per value; absent for methods without chance
 * @param players {@code [players]}, what each group of values got as a whole, for methods that play
 *     a game between groups; each member then carries its group's value
 * @param remarks what to know before they are believed, a sentence each; mostly none
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Attribution(
    double[] values,
    Certificate certificate,
    Optional<double[]> standardErrors,
    Optional<double[]> players,
    List<String> remarks) {
  public Attribution {
    remarks = List.copyOf(remarks);
  }

  /** An attribution without chance, of each value by itself, and with nothing to remark. */
  public Attribution(double[] values, Certificate certificate) {
    this(values, certificate, Optional.empty(), Optional.empty(), List.of());
  }

  /** The same with standard errors, one per value. */
  public Attribution withStandardErrors(double[] errors) {
    return new Attribution(values, certificate, Optional.of(errors), players, remarks);
  }

  /** The same with what each player got, {@code [players]}. */
  public Attribution withPlayers(double[] of) {
    return new Attribution(values, certificate, standardErrors, Optional.of(of), remarks);
  }

  /** The same with other remarks. */
  public Attribution withRemarks(List<String> newRemarks) {
    return new Attribution(values, certificate, standardErrors, players, newRemarks);
  }
}
