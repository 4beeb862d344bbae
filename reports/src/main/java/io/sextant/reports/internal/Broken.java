package io.sextant.reports.internal;

import io.sextant.results.AuditResult;
import io.sextant.results.Norm;
import io.sextant.results.Predictions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * The examples that the worst case breaks at one radius and at no smaller one.
 *
 * @param threat threat and radius
 * @param count how many there are
 * @param changes the examples, by what becomes of them
 * @param unlisted how many of them are not listed
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Broken(String threat, int count, List<Change> changes, int unlisted) {
  /** Examples listed per radius; {@code samples.csv} has all. */
  static final int LISTED = 200;

  /**
   * Examples of one class that are taken for another.
   *
   * @param classes the two classes
   * @param samples rows of the data
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public record Change(String classes, String samples) {}

  private record Kind(int label, int taken) implements Comparable<Kind> {
    @Override
    public int compareTo(Kind other) {
      return label == other.label
          ? Integer.compare(taken, other.taken)
          : Integer.compare(label, other.label);
    }
  }

  /** Per radius, where the result says what becomes of the examples. */
  static List<Broken> of(AuditResult result) {
    Predictions predictions = result.predictions();
    Map<Optional<Norm>, Set<Integer>> known = new HashMap<>();
    List<Broken> all = new ArrayList<>();
    for (Predictions.Attacked at : predictions.attacked()) {
      Set<Integer> before =
          known.computeIfAbsent(at.condition().sharedNorm(), norm -> new HashSet<>());
      Map<Kind, List<Integer>> kinds = new TreeMap<>();
      int count = 0;
      for (int i = 0; i < predictions.samples().size(); i++) {
        int label = predictions.labels().get(i);
        int taken = at.predicted().get(i);
        if (predictions.predicted().get(i) == label
            && taken != label
            && before.add(predictions.samples().get(i))) {
          count++;
          if (count <= LISTED) {
            kinds
                .computeIfAbsent(new Kind(label, taken), kind -> new ArrayList<>())
                .add(predictions.samples().get(i));
          }
        }
      }
      List<Change> changes = new ArrayList<>();
      kinds.forEach(
          (kind, samples) ->
              changes.add(
                  new Change(
                      result.model().className(kind.label())
                          + " → "
                          + result.model().className(kind.taken()),
                      Format.join(", ", samples, String::valueOf))));
      all.add(
          new Broken(
              Format.condition(at.condition()), count, changes, Math.max(0, count - LISTED)));
    }
    return List.copyOf(all);
  }
}
