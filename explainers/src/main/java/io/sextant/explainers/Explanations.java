package io.sextant.explainers;

import io.sextant.gradients.graph.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * The attributions of a batch of examples, raw and signed, with their certificates.
 *
 * @param explainer the explainer's name
 * @param configuration every setting of the explainer
 * @param shape of one attribution: the input's, unless the explainer looks at a layer
 * @param attributions {@code [examples][values]} in that shape, in units of output per unit of
 *     input for gradients, in units of output where they are multiplied by the input or its
 *     distance from a baseline; owned by the caller
 * @param certificates one per example, in the same order
 * @param standardErrors {@code [examples][values]}, the standard error of each attribution; absent
 *     for methods without chance
 * @param players {@code [examples][players]}, what each group of values got as a whole; absent for
 *     methods without players
 * @param remarks what to know before they are believed, a sentence each; mostly none
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Explanations(
    String explainer,
    Map<String, String> configuration,
    Shape shape,
    double[][] attributions,
    List<Certificate> certificates,
    Optional<double[][]> standardErrors,
    Optional<double[][]> players,
    List<String> remarks) {
  public Explanations {
    Objects.requireNonNull(shape, "shape");
    configuration = Collections.unmodifiableMap(new LinkedHashMap<>(configuration));
    certificates = List.copyOf(certificates);
    remarks = List.copyOf(remarks);
    if (attributions.length != certificates.size()) {
      throw new IllegalArgumentException(
          "there must be one certificate per attribution but there were %d and %d"
              .formatted(certificates.size(), attributions.length));
    }
  }

  /** Number of explanations: of examples, times the classes explained for each. */
  public int size() {
    return attributions.length;
  }

  /** The places of the explanations by the class that they are of. */
  public SortedMap<Integer, List<Integer>> byTarget() {
    return IntStream.range(0, size())
        .boxed()
        .collect(
            Collectors.groupingBy(
                i -> certificates.get(i).target(), TreeMap::new, Collectors.toList()));
  }

  /**
   * One line: how many, by which explainer, from which baseline, how many met the tolerance, and
   * the mean cost in gradients, {@link Certificate#cost()}.
   */
  public String summary() {
    long judged = certificates.stream().filter(c -> c.toleranceMet().isPresent()).count();
    long met = certificates.stream().filter(c -> c.toleranceMet().orElse(false)).count();
    String baseline = configuration.get("baseline");
    String cost =
        size() == 0
            ? ""
            : String.format(Locale.ROOT, "; cost %.1f gradients each", cost() / size());
    return "%d explanation%s by %s%s%s%s"
        .formatted(
            size(),
            size() == 1 ? "" : "s",
            explainer,
            // Of a row of values, the name says enough.
            baseline == null ? "" : " from baseline " + baseline.replaceFirst(":.*,.*", ""),
            judged == 0 ? "" : "; %d of %d within their tolerance".formatted(met, judged),
            cost);
  }

  /** The cost of all in gradients, {@link Certificate#cost()}. */
  public double cost() {
    return certificates.stream().mapToDouble(Certificate::cost).sum();
  }

  /** The summary, and the remarks. */
  @Override
  public String toString() {
    return remarks.isEmpty() ? summary() : summary() + "; " + String.join("; ", remarks);
  }
}
