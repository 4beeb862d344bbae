package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.attacks.Attack;
import io.sextant.attacks.StageResult;
import io.sextant.attacks.blackbox.Square;
import io.sextant.attacks.blackbox.UniformNoise;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.preset.Standard;
import io.sextant.gradients.Examples;
import io.sextant.results.Cell;
import io.sextant.results.Condition;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.ValidityCheck;
import io.sextant.results.ValidityCheck.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlackBoxEvidenceTest {
  private static final Condition.Within SMALL = Norm.LINF.within(Epsilon.parse("0.1"));
  private static final Condition.Within LARGE = Norm.LINF.within(Epsilon.parse("0.2"));
  private static final Map<String, Attack> ATTACKS =
      Map.of(
          "pgd", Pgd.DEFAULT,
          "square", Square.DEFAULT,
          "noise", UniformNoise.DEFAULT,
          "standard", Standard.DEFAULT);

  private final List<AttackStage.Part> parts = new ArrayList<>();

  /** Letters by example: b broken, h held, w wrong already, . not attacked, B by its black box. */
  private void attack(String name, Condition.Within within, String outcomes) {
    List<Attempt> attempts = new ArrayList<>();
    for (int i = 0; i < outcomes.length(); i++) {
      char letter = outcomes.charAt(i);
      if (letter != '.') {
        boolean broken = letter == 'b' || letter == 'B';
        attempts.add(
            new Attempt(
                i,
                0,
                letter == 'w' ? 1 : 0,
                broken ? Outcome.BROKEN : letter == 'h' ? Outcome.HELD : Outcome.ALREADY_WRONG,
                broken ? within.epsilon().value() : null,
                null,
                false,
                1,
                1,
                1,
                1,
                1,
                Set.of(),
                name.equals("standard") && letter != 'b'
                    ? List.of(
                        new StageResult("margin", false, false, false, 1, 1),
                        new StageResult("black-box", letter == 'B', true, true, 1, 0))
                    : List.of()));
      }
    }
    parts.add(
        new AttackStage.Part(
            new Unit(
                new Cell(within, name), 0, Examples.of(new double[1][1], new int[1], new long[1])),
            new Unit.Done(attempts, new float[attempts.size()][1])));
  }

  private BlackBoxEvidence at(Condition.Within within, int examples) {
    return BlackBoxEvidence.of(within, parts, ATTACKS, examples);
  }

  @Test
  void only_what_gradient_attacks_leave_is_asked_about() {
    attack("pgd", LARGE, "bhhhhw");
    attack("square", LARGE, "bbhh.w");
    attack("noise", LARGE, "bbbbbw");
    BlackBoxEvidence evidence = at(LARGE, 6);
    assertThat(evidence.survivors()).containsExactlyInAnyOrder(1, 2, 3, 4);
    assertThat(evidence.tried()).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(evidence.broken()).containsExactly(1);
  }

  @Test
  void what_a_gradient_attack_broke_nearer_is_no_survivor() {
    attack("pgd", SMALL, "bhh");
    attack("pgd", LARGE, "hhh");
    attack("square", LARGE, "bhh");
    assertThat(at(LARGE, 3).broken()).isEmpty();
    assertThat(at(SMALL, 3).tried()).isEmpty();
  }

  @Test
  void the_last_part_of_a_preset_counts_by_itself() {
    attack("standard", LARGE, "bBhhw");
    BlackBoxEvidence evidence = at(LARGE, 5);
    assertThat(evidence.survivors()).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(evidence.tried()).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(evidence.broken()).containsExactly(1);
  }

  @ParameterizedTest
  @CsvSource({
    // Broken of tried survivors, of examples.
    "0, 40, 200, 256, PASS",
    // One is luck, and 1 of 40 is half a point at least.
    "1, 40, 200, 256, WARN",
    "1, 2, 2, 2, WARN",
    "2, 40, 200, 256, FAIL",
    // The same among few survivors is less than a point.
    "2, 40, 100, 256, WARN",
    "5, 40, 200, 256, FAIL",
    "5, 5, 5, 500, WARN",
    "0, 0, 200, 256, SKIPPED"
  })
  void a_point_that_is_lost_for_certain_trips(
      int broken, int tried, int survivors, int examples, Status status) {
    BlackBoxEvidence evidence =
        new BlackBoxEvidence(LARGE, first(survivors), first(tried), first(broken), examples);
    ValidityCheck check = BlackBoxEvidence.check(List.of(evidence));
    assertThat(check.status()).isEqualTo(status);
    assertThat(check.affected()).hasSize(status == Status.FAIL ? 1 : 0);
    assertThat(check.exceptions()).hasSize(broken);
  }

  private static Set<Integer> first(int count) {
    return IntStream.range(0, count).boxed().collect(Collectors.toSet());
  }

  @Test
  void few_tries_are_made_up_for_by_more() {
    attack("pgd", LARGE, "hhhhhhbw");
    attack("square", LARGE, "h.....");
    BlackBoxEvidence few = BlackBoxEvidence.of(LARGE, parts, ATTACKS, 8);
    assertThat(few.missing(40)).isEqualTo(5);
    assertThat(few.missing(3)).isEqualTo(2);
    assertThat(few.missing(1)).isZero();
    BlackBoxEvidence more = few.with(Set.of(2, 3), Set.of(3));
    assertThat(more.tried()).containsExactlyInAnyOrder(0, 2, 3);
    assertThat(more.broken()).containsExactly(3);
    assertThat(more.missing(40)).isEqualTo(3);
    assertThat(few.with(Set.of(1, 2, 3, 4, 5), Set.of()).missing(40)).isZero();
  }
}
