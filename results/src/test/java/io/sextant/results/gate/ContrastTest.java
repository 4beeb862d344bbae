package io.sextant.results.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.Trial;
import io.sextant.results.baseline.Fingerprint;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContrastTest {
  private static final Fingerprint ONE = new Fingerprint("sha256:a", "sha256:b");
  private static final Fingerprint OTHER = new Fingerprint("sha256:c", "sha256:b");

  private static GateSubject subject(Trial trial, Fingerprint fingerprint) {
    return new GateSubject("m", trial.measured(), fingerprint);
  }

  @Test
  void equal_examples_are_paired() {
    GateSubject before =
        subject(new Trial("gggg").run("pgd", "0.1", "hh55").run("pgd", "0.2", "h999"), ONE);
    GateSubject after =
        subject(new Trial("gggw").run("pgd", "0.1", "5hhw").run("pgd", "0.2", "99hw"), ONE);
    List<Contrast> contrasts = Contrast.of(before, after);
    assertThat(contrasts)
        .extracting(c -> c.subject() + ": " + c.describe())
        .containsExactly(
            "clean accuracy: 100.0% (4 of 4) -> 75.0% (3 of 4); 1 lost, 0 gained, p = 1",
            "robust accuracy, L∞ 0.1, worst case: 50.0% (2 of 4) -> 50.0% (2 of 4);"
                + " 1 lost, 1 gained, p = 1",
            "robust accuracy, L∞ 0.2, worst case: 25.0% (1 of 4) -> 25.0% (1 of 4);"
                + " 1 lost, 1 gained, p = 1");
    assertThat(contrasts.get(1).paired().orElseThrow().lost()).containsExactly(100);
    assertThat(contrasts.get(1).paired().orElseThrow().gained()).containsExactly(102);
  }

  @Test
  void other_examples_stand_side_by_side_only() {
    Trial trial = new Trial("gg").run("pgd", "0.1", "h5");
    assertThat(Contrast.of(subject(trial, ONE), subject(trial, OTHER)))
        .allSatisfy(c -> assertThat(c.paired()).isEmpty())
        .extracting(Contrast::describe)
        .contains("50.0% (1 of 2) -> 50.0% (1 of 2); not paired example by example");
  }

  @Test
  void what_one_of_them_lacks_is_told() {
    GateSubject before = subject(new Trial("gg").run("pgd", "0.1", "h5"), ONE);
    GateSubject after = subject(new Trial("gg").run("pgd", "0.2", "h."), ONE);
    assertThat(Contrast.of(before, after))
        .extracting(Contrast::describe)
        .containsExactly(
            "100.0% (2 of 2) -> 100.0% (2 of 2); 0 lost, 0 gained, p = 1",
            "50.0% (1 of 2) -> not measured; not paired example by example",
            "not measured -> at most 100.0% (2 of 2); not paired example by example");
  }
}
