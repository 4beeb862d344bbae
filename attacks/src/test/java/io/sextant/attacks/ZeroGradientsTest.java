package io.sextant.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.results.Norm;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ZeroGradientsTest {
  @Test
  void more_than_a_tenth_is_remarked_on() {
    assertThat(new ZeroGradients(0, 0).remark("pgd")).isEmpty();
    assertThat(new ZeroGradients(0, 20).remark("pgd")).isEmpty();
    assertThat(new ZeroGradients(2, 20).remark("pgd")).isEmpty();
    assertThat(new ZeroGradients(3, 20).remark("pgd"))
        .hasValueSatisfying(
            text -> assertThat(text).startsWith("pgd found no gradient on 3 of the 20 examples"));
    assertThatThrownBy(() -> new ZeroGradients(3, 2))
        .hasMessageContaining("0..2")
        .hasMessageContaining("3");
  }

  @Test
  void a_result_prints_as_one_line_with_its_remarks() {
    AttackResult result =
        new AttackResult(
            "fgsm",
            ThreatModel.of(Norm.LINF, "8/255"),
            List.of(
                held(0, true),
                held(1, false),
                new ExampleResult(
                    2,
                    1,
                    0,
                    new Outcome.AlreadyWrong(),
                    new double[1],
                    1,
                    0,
                    Set.of(),
                    List.of())));
    assertThat(result.zeroGradients()).isEqualTo(new ZeroGradients(1, 2));
    assertThat(result)
        .hasToString(
            "fgsm at L∞ 8/255: 0 broken, 2 held, 1 wrong already of 3; " + result.remarks().get(0));
    assertThat(result.remarks().get(0)).contains("on 1 of the 2 examples");
  }

  private static ExampleResult held(long id, boolean zero) {
    return new ExampleResult(
        id,
        0,
        0,
        new Outcome.Held(),
        new double[1],
        2,
        1,
        zero ? Set.of(Sign.ZERO_GRADIENT) : Set.of(),
        List.of());
  }
}
