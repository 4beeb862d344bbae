package io.sextant.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PredictionsTest {
  private static final Epsilon SMALL = Epsilon.parse("0.1");
  private static final Epsilon LARGE = Epsilon.parse("0.2");

  private static SampleRow row(int sample, int predicted, Epsilon epsilon, Outcome outcome) {
    return new SampleRow(
        sample,
        0,
        predicted,
        new Cell(Norm.LINF.within(epsilon), "pgd"),
        outcome,
        outcome == Outcome.BROKEN ? OptionalDouble.of(epsilon.value()) : OptionalDouble.empty(),
        1,
        1);
  }

  @Test
  void broken_examples_take_the_class_of_their_worst_input_and_the_others_keep_theirs() {
    List<Threat> threats =
        List.of(new Threat(Norm.LINF, List.of(SMALL, LARGE), "untargeted", List.of()));
    List<AttackInfo> attacks = List.of(new AttackInfo("pgd", List.of(Norm.LINF), Map.of()));
    Grid grid = Grid.of(threats, attacks);
    List<SampleRow> rows =
        Aggregates.withWorstCase(
            List.of(
                row(4, 0, SMALL, Outcome.BROKEN),
                row(4, 0, LARGE, Outcome.HELD),
                row(5, 0, SMALL, Outcome.HELD),
                row(5, 0, LARGE, Outcome.BROKEN),
                row(6, 2, SMALL, Outcome.ALREADY_WRONG),
                row(6, 2, LARGE, Outcome.ALREADY_WRONG)),
            grid);
    Predictions predictions =
        Predictions.of(
            List.of(
                new Aggregates.CleanPrediction(4, 0, 0),
                new Aggregates.CleanPrediction(5, 0, 0),
                new Aggregates.CleanPrediction(6, 0, 2),
                new Aggregates.CleanPrediction(7, 0, 0)),
            rows,
            grid.conditions(),
            worst -> worst.sample());
    assertThat(predictions.predicted()).containsExactly(0, 0, 2, 0);
    // Sample 7 was not attacked; 4 is broken at the larger radius because it is at the smaller.
    assertThat(predictions.at(Norm.LINF.within(SMALL)).orElseThrow().predicted())
        .containsExactly(4, 0, 2, 0);
    assertThat(predictions.at(Norm.LINF.within(LARGE)).orElseThrow().predicted())
        .containsExactly(4, 5, 2, 0);
    assertThat(predictions.at(Norm.L2.within(SMALL))).isEmpty();
  }
}
