package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.Beginning;
import io.sextant.attacks.StageResult;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.preset.AutoAttack;
import io.sextant.attacks.preset.Standard;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.SampleRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EscalationTest {
  private static final ThreatModel THREAT = ThreatModel.of(Norm.LINF, "0.1");
  static final AttackStage.Planned STANDARD =
      new AttackStage.Planned(THREAT, "own", Standard.DEFAULT);
  static final AttackStage.Planned LARGER =
      new AttackStage.Planned(ThreatModel.of(Norm.LINF, "0.2"), "own", Standard.DEFAULT);

  private final List<AttackRunner.Task> further = new ArrayList<>();

  private static Attempt attempt(int sample, Outcome outcome, List<StageResult> stages) {
    return new Attempt(
        sample,
        0,
        0,
        outcome,
        outcome == Outcome.BROKEN ? 0.1 : null,
        null,
        false,
        100,
        10,
        outcome == Outcome.BROKEN ? 1 : 0,
        0.5,
        1,
        Set.of(),
        stages);
  }

  private static StageResult square(boolean broken, boolean sampled) {
    return new StageResult("black-box", broken, true, sampled, 90, 0);
  }

  /** A part of the attack: each example with the outcome of its letter. */
  private static AttackStage.Part part(int chunk, String outcomes, boolean sampled) {
    return part(STANDARD, chunk, outcomes, sampled);
  }

  static AttackStage.Part part(
      AttackStage.Planned cell, int chunk, String outcomes, boolean sampled) {
    List<Attempt> attempts = new ArrayList<>();
    for (int i = 0; i < outcomes.length(); i++) {
      char letter = outcomes.charAt(i);
      attempts.add(
          attempt(
              100 * chunk + i,
              letter == 'h' ? Outcome.HELD : Outcome.BROKEN,
              // b: broken with gradients; s: by Square.
              letter == 'b' ? List.of() : List.of(square(letter == 's', sampled))));
    }
    int n = outcomes.length();
    long[] ids = IntStream.range(0, n).mapToLong(i -> 100L * chunk + i).toArray();
    Examples examples = Examples.of(new double[n][2], new int[n], ids);
    return new AttackStage.Part(
        new Unit(cell.cell(), chunk, examples), new Unit.Done(attempts, new float[n][2]));
  }

  /** Breaks every second example, at a cost. */
  private Unit.Done autoattack(AttackRunner.Task task) {
    further.add(task);
    List<Attempt> attempts = new ArrayList<>();
    float[][] inputs = new float[task.unit().examples().size()][2];
    for (int i = 0; i < inputs.length; i++) {
      attempts.add(
          attempt(
              Math.toIntExact(task.unit().examples().id(i)),
              i % 2 == 0 ? Outcome.BROKEN : Outcome.HELD,
              List.of(new StageResult("square", i % 2 == 0, true, false, 100, 10))));
      Arrays.fill(inputs[i], 0.1f);
    }
    return new Unit.Done(attempts, inputs);
  }

  private List<AttackStage.Part> escalated(AttackStage.Planned cell, AttackStage.Part... parts)
      throws IOException {
    return escalated(List.of(cell), parts);
  }

  private List<AttackStage.Part> escalated(
      List<AttackStage.Planned> cells, AttackStage.Part... parts) throws IOException {
    return escalated(cells, false, false, parts);
  }

  private List<AttackStage.Part> escalated(
      List<AttackStage.Planned> cells, boolean outOfTime, boolean begun, AttackStage.Part... parts)
      throws IOException {
    try (GradientService service = UnitDataTest.service()) {
      AttackRunner runner =
          new AttackRunner(new UnitDataTest.Same(service), service, Map.of(), 1, Progress.SILENT)
              .on(this::autoattack);
      Escalation escalation = new Escalation(runner, null, () -> outOfTime, begun);
      List<AttackStage.Part> all = escalation.of(cells, List.of(parts));
      assertThat(escalation.stopped()).isEqualTo(outOfTime);
      return all;
    }
  }

  private static List<Integer> samples(List<AttackStage.Part> parts) {
    return parts.stream().flatMap(part -> part.rows().stream()).map(SampleRow::sample).toList();
  }

  @Test
  void what_held_and_time_does_not_reach_is_open() throws IOException {
    AttackStage.Part[] parts = {
      part(0, "hs", true), part(1, "hb", true), part(2, "hhb", true), part(3, "h", true)
    };
    List<AttackStage.Part> none = escalated(List.of(STANDARD), true, true, parts);
    assertThat(further).isEmpty();
    assertThat(samples(none)).containsExactly(1, 101, 202);
    assertThat(none).allMatch(part -> part.unit().examples().size() == part.rows().size());
    // Each run gets a little further: two units.
    List<AttackStage.Part> some = escalated(List.of(STANDARD), true, false, parts);
    assertThat(further).hasSize(2);
    assertThat(samples(some)).containsExactly(0, 1, 100, 101, 202);
    assertThat(escalated(List.of(STANDARD), parts)).hasSize(4);
  }

  @Test
  void without_a_doubt_nothing_is_open_for_want_of_time() throws IOException {
    AttackStage.Part held = part(0, "bhh", true);
    try (GradientService service = UnitDataTest.service()) {
      AttackRunner runner =
          new AttackRunner(new UnitDataTest.Same(service), service, Map.of(), 1, Progress.SILENT)
              .on(this::autoattack);
      Escalation escalation = new Escalation(runner, null, () -> true, true);
      assertThat(escalation.of(List.of(STANDARD), List.of(held))).containsExactly(held);
      assertThat(escalation.stopped()).isFalse();
    }
  }

  @Test
  void all_survivors_of_the_cell_are_tried_again_where_one_of_a_sample_broke() throws IOException {
    List<AttackStage.Part> parts = escalated(STANDARD, part(0, "bhsh", true), part(1, "hb", true));
    assertThat(further).allMatch(task -> task.attack().equals(AutoAttack.DEFAULT));
    assertThat(further.stream().flatMapToLong(t -> Arrays.stream(t.unit().examples().ids())))
        .containsExactlyInAnyOrder(1L, 3L, 100L);
    assertThat(parts)
        .extracting(AttackStage.Part::unit)
        .allMatch(u -> u.cell().method().equals("own"));
    assertThat(parts.stream().flatMap(part -> part.done().attempts().stream()))
        .extracting(Attempt::outcome)
        .containsExactly(
            Outcome.BROKEN,
            Outcome.BROKEN,
            Outcome.BROKEN,
            Outcome.HELD,
            Outcome.BROKEN,
            Outcome.BROKEN);
    Attempt again = parts.get(0).done().attempts().get(1);
    assertThat(again.forwards()).isEqualTo(200);
    assertThat(again.backwards()).isEqualTo(20);
    assertThat(again.stages())
        .extracting(StageResult::stage)
        .containsExactly("black-box", "autoattack square");
    assertThat(parts.get(0).done().adversarial()[1]).containsOnly(0.1f);
    // Of an example that holds again the first iterate stays.
    assertThat(parts.get(0).done().adversarial()[3]).containsOnly(0);
    assertThat(parts.get(0).done().attempts().get(3).forwards()).isEqualTo(200);
  }

  @Test
  void a_break_at_one_radius_sends_all_radii_through_it_from_the_largest() throws IOException {
    // In the order of a spec; what holds at 0.2 was not searched at 0.1.
    List<AttackStage.Part> parts =
        escalated(
            List.of(STANDARD, LARGER),
            part(STANDARD, 0, "hhhh", true),
            part(LARGER, 0, "hhsb", true));
    assertThat(further)
        .extracting(AttackRunner.Task::threat)
        .containsExactly(LARGER.threat(), THREAT);
    assertThat(further.get(0).unit().examples().ids()).containsExactly(0, 1);
    assertThat(further.get(1).unit().examples().ids()).containsExactly(0, 1, 2, 3);
    double found = 0.1f;
    assertThat(further.get(1).beginnings())
        .containsExactly(
            new Beginning(new double[] {found, found}, false),
            new Beginning(new double[] {found, found}, true),
            // What broke without the further pass is searched from its clean row.
            new Beginning(new double[2], false),
            new Beginning(new double[2], false));
    assertThat(parts.get(0).done().attempts())
        .extracting(Attempt::outcome)
        .containsExactly(Outcome.BROKEN, Outcome.HELD, Outcome.BROKEN, Outcome.HELD);
  }

  @Test
  void a_break_at_a_smaller_radius_sends_the_larger_ones_through_it_too() throws IOException {
    escalated(
        List.of(LARGER, STANDARD), part(LARGER, 0, "bh", true), part(STANDARD, 0, "sh", true));
    assertThat(further)
        .extracting(AttackRunner.Task::threat)
        .containsExactly(LARGER.threat(), THREAT);
  }

  @Test
  void nothing_is_tried_again_where_the_sample_held_or_all_were_tried() throws IOException {
    AttackStage.Part held = part(0, "bhh", true);
    AttackStage.Part whole = part(0, "bhs", false);
    assertThat(escalated(STANDARD, held)).containsExactly(held);
    assertThat(escalated(STANDARD, whole)).containsExactly(whole);
    assertThat(further).isEmpty();
  }

  @Test
  void attacks_that_sample_nothing_and_other_cells_are_left_alone() throws IOException {
    AttackStage.Part part = part(0, "hs", true);
    assertThat(escalated(new AttackStage.Planned(THREAT, "own", Pgd.DEFAULT), part))
        .containsExactly(part);
    assertThat(escalated(new AttackStage.Planned(THREAT, "other", Standard.DEFAULT), part))
        .containsExactly(part);
    assertThat(further).isEmpty();
  }
}
