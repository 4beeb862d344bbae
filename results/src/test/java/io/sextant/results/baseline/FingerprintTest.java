package io.sextant.results.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.results.AttackInfo;
import io.sextant.results.AuditResult;
import io.sextant.results.DataInfo;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import io.sextant.results.Plan;
import io.sextant.results.ResultFixture;
import io.sextant.results.SampleRow;
import io.sextant.results.Slice;
import io.sextant.results.Threat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  private static final AuditResult RESULT =
      ResultFixture.result("model", ResultFixture.data(), plan());

  private static Plan plan() {
    return plan("0.1", "untargeted", Map.of("steps", "10"), 7);
  }

  private static Plan plan(String radius, String goal, Map<String, String> settings, long seed) {
    return new Plan(
        List.of(new Threat(Norm.LINF, List.of(Epsilon.parse(radius)), goal, List.of())),
        List.of(new AttackInfo("pgd", List.of(Norm.LINF), settings)),
        seed,
        "as written " + radius);
  }

  private static Fingerprint of(Plan plan) {
    return Fingerprint.of(ResultFixture.result("model", ResultFixture.data(), plan), List.of());
  }

  @Test
  void is_a_digest_that_never_changes_by_itself() {
    Fingerprint fingerprint = Fingerprint.of(RESULT, List.of());
    assertThat(fingerprint.samples()).matches("sha256:[0-9a-f]{64}");
    assertThat(fingerprint.protocol()).matches("sha256:[0-9a-f]{64}");
    assertThat(Fingerprint.of(RESULT, List.of())).isEqualTo(fingerprint);
  }

  @Test
  void knows_neither_the_model_nor_how_a_radius_is_written() {
    Fingerprint fingerprint = Fingerprint.of(RESULT, List.of());
    assertThat(
            Fingerprint.of(
                ResultFixture.result("another", ResultFixture.data(), plan()), List.of()))
        .isEqualTo(fingerprint);
    assertThat(of(plan("0.10", "untargeted", Map.of("steps", "10"), 7))).isEqualTo(fingerprint);
  }

  @Test
  void knows_the_examples() {
    Fingerprint fingerprint = Fingerprint.of(RESULT, List.of());
    DataInfo otherBytes = ResultFixture.data("cc", "ids", 1);
    DataInfo otherRows = ResultFixture.data("aa", "others", 1);
    for (DataInfo data : List.of(otherBytes, otherRows)) {
      Fingerprint other = Fingerprint.of(ResultFixture.result("model", data, plan()), List.of());
      assertThat(other.samples()).isNotEqualTo(fingerprint.samples());
      assertThat(other.protocol()).isEqualTo(fingerprint.protocol());
    }
  }

  @Test
  void knows_how_they_were_measured() {
    String protocol = Fingerprint.of(RESULT, List.of()).protocol();
    assertThat(of(plan("0.2", "untargeted", Map.of("steps", "10"), 7)).protocol())
        .isNotEqualTo(protocol);
    assertThat(of(plan("0.1", "targeted", Map.of("steps", "10"), 7)).protocol())
        .isNotEqualTo(protocol);
    assertThat(of(plan("0.1", "untargeted", Map.of("steps", "11"), 7)).protocol())
        .isNotEqualTo(protocol);
    assertThat(of(plan("0.1", "untargeted", Map.of("stops", "10"), 7)).protocol())
        .isNotEqualTo(protocol);
    assertThat(of(plan("0.1", "untargeted", Map.of("steps", "10"), 8)).protocol())
        .isNotEqualTo(protocol);
    assertThat(
            Fingerprint.of(
                    ResultFixture.result("model", ResultFixture.data("aa", "ids", 2), plan()),
                    List.of())
                .protocol())
        .as("domain")
        .isNotEqualTo(protocol);
    assertThat(of(plan("0.1", "untargeted", Map.of("steps", "10"), 7)).samples())
        .isEqualTo(Fingerprint.of(RESULT, List.of()).samples());
  }

  @Test
  void knows_the_attack_its_norms_and_the_notes_of_a_threat() {
    Threat threat = plan().threats().get(0);
    String protocol = of(plan()).protocol();
    Threat noted = new Threat(Norm.LINF, threat.epsilons(), "untargeted", List.of("frozen"));
    Threat otherNorm = new Threat(Norm.L2, threat.epsilons(), "untargeted", List.of());
    for (Threat other : List.of(noted, otherNorm)) {
      assertThat(of(new Plan(List.of(other), plan().attacks(), 7, "")).protocol())
          .isNotEqualTo(protocol);
    }
    AttackInfo named = new AttackInfo("apgd", List.of(Norm.LINF), Map.of("steps", "10"));
    AttackInfo wider = new AttackInfo("pgd", List.of(Norm.LINF, Norm.L2), Map.of("steps", "10"));
    for (AttackInfo other : List.of(named, wider)) {
      assertThat(of(new Plan(plan().threats(), List.of(other), 7, "")).protocol())
          .isNotEqualTo(protocol);
    }
  }

  @Test
  void knows_what_slices_hold_in_any_order() {
    Slice night = Slice.of("night", List.of(1, 2));
    Slice day = Slice.of("day", List.of(3));
    Fingerprint both = Fingerprint.of(RESULT, List.of(night, day));
    assertThat(both).isEqualTo(Fingerprint.of(RESULT, List.of(day, night)));
    assertThat(both).isNotEqualTo(Fingerprint.of(RESULT, List.of(night)));
    assertThat(Fingerprint.of(RESULT, List.of(night)))
        .isNotEqualTo(Fingerprint.of(RESULT, List.of(Slice.of("night", List.of(1, 3)))))
        .isNotEqualTo(Fingerprint.of(RESULT, List.of(Slice.of("dusk", List.of(1, 2)))));
  }

  @Test
  void passes_over_replayed_inputs() {
    Plan plan = plan();
    Plan replayed =
        new Plan(
            plan.threats(),
            List.of(
                plan.attacks().get(0),
                new AttackInfo(SampleRow.REPLAY, List.of(Norm.LINF), Map.of("from", "before"))),
            7,
            "");
    assertThat(of(replayed)).isEqualTo(of(plan));
    assertThat(Optional.of(of(plan).protocol())).isNotEqualTo(Optional.of(of(plan).samples()));
  }
}
