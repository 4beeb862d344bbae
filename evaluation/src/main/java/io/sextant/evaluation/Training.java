package io.sextant.evaluation;

import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.Draw;
import io.sextant.spec.AuditSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The rows that universal attacks learn from: some of those that the audit does not attack. */
final class Training {
  private Training() {}

  /**
   * As many as the spec says, drawn by its seed; as many as are attacked where it says nothing, or
   * all where there are fewer.
   *
   * @param all the data as it was read
   * @param attacked the examples of the audit
   * @throws IllegalArgumentException when all rows are attacked
   */
  static DataSet rows(AuditSpec spec, DataSet all, DataSet attacked) {
    Set<Long> taken = LongStream.of(attacked.ids()).boxed().collect(Collectors.toSet());
    Comparator<Integer> shuffled = AttackStage.shuffled(spec.seed(), "training");
    List<Integer> rows =
        LongStream.of(all.ids())
            .filter(id -> !taken.contains(id))
            .mapToObj(Math::toIntExact)
            .sorted(shuffled)
            .limit(spec.data().train().orElse(attacked.size()))
            .toList();
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(
          "universal attacks learn from rows that are not attacked, but all %d rows are; lower data.samples"
              .formatted(all.size()));
    }
    return Draw.rows(all, rows);
  }
}
