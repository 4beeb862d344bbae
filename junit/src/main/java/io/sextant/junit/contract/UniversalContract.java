package io.sextant.junit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.attacks.Attack;
import io.sextant.attacks.AttackResult;
import io.sextant.attacks.ExampleResult;
import io.sextant.attacks.Outcome;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.universal.UniversalAttack;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Logits;
import io.sextant.results.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** What every attack must keep that learns from some examples what it does to others. */
final class UniversalContract {
  private static final long SEED = 42;

  private final UniversalAttack attack;

  UniversalContract(UniversalAttack attack) {
    this.attack = attack;
  }

  Stream<DynamicTest> tests() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Norm norm : Norm.values()) {
      if (attack.declaration().norms().contains(norm)) {
        tests.add(
            DynamicTest.dynamicTest(
                norm.symbol() + ": what it learnt stays inside ball and domain, outcomes true",
                () -> keepsTheThreat(threat(norm))));
        tests.add(
            DynamicTest.dynamicTest(
                norm.symbol() + ": learns the same again, and treats each example for itself",
                () -> isIndependent(threat(norm))));
        tests.add(
            DynamicTest.dynamicTest(
                norm.symbol() + ": refuses to learn where nothing is right",
                () -> refusesNothing(threat(norm))));
      } else {
        tests.add(DynamicTest.dynamicTest("refuses " + norm.symbol(), () -> refuses(threat(norm))));
      }
    }
    return tests.stream();
  }

  private static ThreatModel threat(Norm norm) {
    return ThreatModel.of(norm, norm == Norm.LINF ? "0.2" : norm == Norm.L0 ? "2" : "0.5");
  }

  private static GradientService open() {
    return Ground.on(Ground.network(Ground.FEATURES, Ground.CLASSES), Ground.box()).build();
  }

  private Attack learn(GradientService service, Examples all, ThreatModel threat) {
    return attack.learn(service, all.slice(0, all.size() / 2), threat, SEED);
  }

  private static Examples others(Examples all) {
    return all.slice(all.size() / 2, all.size());
  }

  private void keepsTheThreat(ThreatModel threat) {
    try (GradientService service = open()) {
      Examples all = Ground.examples(service);
      double[][] before = Arrays.stream(all.rows()).map(double[]::clone).toArray(double[][]::new);
      Attack learnt = learn(service, all, threat);
      Examples others = others(all);
      AttackResult result = learnt.run(service, others, threat, SEED);
      assertThat(all.rows()).as("the rows that were given").isDeepEqualTo(before);
      double[][] logits = service.logits(result.inputs());
      for (int i = 0; i < others.size(); i++) {
        ExampleResult one = result.examples().get(i);
        assertThat(service.domain().violation(one.input())).isEmpty();
        assertThat(one.forwards()).isLessThanOrEqualTo(attack.applied().forwards());
        assertThat(one.backwards()).isLessThanOrEqualTo(attack.applied().backwards());
        boolean wrong = Logits.decision(logits[i]) != one.label();
        if (one.outcome() instanceof Outcome.Broken broken) {
          assertThat(wrong).isTrue();
          assertThat(broken.distance()).isLessThanOrEqualTo(threat.radius() * (1 + 1e-9));
        } else if (one.outcome() instanceof Outcome.Held) {
          assertThat(wrong).isFalse();
        }
      }
    }
  }

  private void isIndependent(ThreatModel threat) {
    try (GradientService service = open()) {
      Examples all = Ground.examples(service);
      Examples others = others(all);
      double[][] once = learn(service, all, threat).run(service, others, threat, SEED).inputs();
      Attack again = learn(service, all, threat);
      assertThat(again.run(service, others, threat, SEED).inputs()).isDeepEqualTo(once);
      int[] reversed = IntStream.range(0, others.size()).map(i -> others.size() - 1 - i).toArray();
      double[][] other = again.run(service, others.at(reversed), threat, SEED).inputs();
      for (int i = 0; i < reversed.length; i++) {
        assertThat(other[i]).isEqualTo(once[reversed[i]]);
      }
    }
  }

  private void refusesNothing(ThreatModel threat) {
    try (GradientService service = Ground.on(Ground.broken(), Ground.box()).build()) {
      Examples all = Ground.examples(service);
      assertThatThrownBy(() -> learn(service, all, threat))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("training examples");
    }
  }

  private void refuses(ThreatModel threat) {
    try (GradientService service = open()) {
      Examples all = Ground.examples(service);
      assertThatThrownBy(() -> learn(service, all, threat))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(attack.name())
          .hasMessageContaining(threat.norm().key());
    }
  }
}
