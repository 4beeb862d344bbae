package io.sextant.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Goal;
import io.sextant.attacks.Loss;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.minimumnorm.Fmn;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.gradients.Judge;
import io.sextant.gradients.Logits;
import io.sextant.gradients.RandomKey;
import io.sextant.gradients.graph.Function;
import io.sextant.gradients.graph.InferenceGraph;
import io.sextant.gradients.graph.Node;
import io.sextant.gradients.graph.Operation;
import io.sextant.gradients.graph.Parameter;
import io.sextant.gradients.graph.Shape;
import io.sextant.results.Norm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class UnitDataTest {
  private static final long SEED = 5;

  /** The graph itself. */
  record Same(GradientService service) implements Judge {
    @Override
    public int[] decisions(double[][] rows) {
      return IntStream.range(0, rows.length).map(i -> Logits.decision(logits(rows)[i])).toArray();
    }

    @Override
    public double[][] outputs(double[][] rows) {
      return logits(rows);
    }

    @Override
    public double[][] logits(double[][] rows) {
      return service.as("judge").logits(rows);
    }
  }

  static GradientService service() {
    return service("auto");
  }

  static GradientService service(String engine) {
    RandomGenerator random = RandomKey.of(3).random();
    InferenceGraph.Builder builder = InferenceGraph.builder(Shape.of(5));
    Node hidden =
        builder.add(
            "tanh",
            new Operation.Elementwise(new Function.Tanh()),
            dense(builder, builder.input(), 5, 8, random));
    return GradientService.builder(builder.build(dense(builder, hidden, 8, 3, random)))
        .engine(engine)
        .threads(1)
        .build();
  }

  private static Node dense(
      InferenceGraph.Builder builder, Node in, int inputs, int outputs, RandomGenerator random) {
    Parameter w = new Parameter("w" + outputs, Shape.of(inputs, outputs));
    Parameter b = new Parameter("b" + outputs, Shape.of(outputs));
    builder
        .weights(w, random.doubles((long) inputs * outputs, -2, 2).toArray())
        .weights(b, random.doubles(outputs, -0.1, 0.1).toArray());
    return builder.add("dense" + outputs, new Operation.Affine(w, Optional.of(b)), in);
  }

  static Examples examples() {
    RandomGenerator random = RandomKey.of(4).random();
    double[][] rows = new double[200][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = random.doubles(5).map(v -> (float) v).toArray();
    }
    return Examples.of(
        rows,
        IntStream.range(0, rows.length).map(i -> i % 3).toArray(),
        LongStream.range(0, rows.length).map(i -> 7 * i).toArray());
  }

  @Test
  void a_unit_that_is_done_elsewhere_gives_the_same() throws IOException {
    Examples all = examples();
    Attack pgd = Pgd.DEFAULT.withSteps(5).withLoss(Loss.MARGIN);
    try (GradientService here = service();
        GradientService there = service()) {
      List<AttackRunner.Task> tasks = new ArrayList<>();
      tasks.addAll(AttackRunner.tasks(ThreatModel.of(Norm.L2, "0.2"), pgd, "pgd-margin", all));
      tasks.addAll(
          AttackRunner.tasks(
              ThreatModel.of(Norm.LINF, "1/10").withGoal(new Goal.Targeted(1)), pgd, "pgd", all));
      tasks.addAll(
          AttackRunner.tasks(ThreatModel.nearest(Norm.L1), Fmn.DEFAULT.withSteps(9), "fmn", all));
      AttackRunner runner = new AttackRunner(new Same(here), here, Map.of(), SEED, Progress.SILENT);
      List<Unit.Done> expected = runner.run(tasks, null);
      List<String> sent = new ArrayList<>();
      Executor remote =
          task -> {
            String json = UnitData.of(task, SEED).json();
            synchronized (sent) {
              sent.add(json);
            }
            UnitData received = UnitData.parse(json);
            return new AttackRunner(
                    new Same(there), there, Map.of(), received.seed(), Progress.SILENT)
                .attack(received.task(examples()));
          };
      List<Unit.Done> found = runner.on(remote).run(tasks, null);
      assertThat(sent).hasSameSizeAs(tasks).hasSize(6);
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i).attempts()).isEqualTo(expected.get(i).attempts());
        assertThat(found.get(i).adversarial()).isDeepEqualTo(expected.get(i).adversarial());
      }
      assertThat(there.meter().counts()).containsKeys("pgd", "fmn");
    }
  }

  @Test
  void data_is_the_same_after_it_was_written() {
    AttackRunner.Task task =
        AttackRunner.tasks(
                ThreatModel.of(Norm.LINF, "8/255").withCategoryChanges(2).withBudget(1.5),
                Pgd.DEFAULT,
                "pgd",
                examples())
            .get(1);
    UnitData data = UnitData.of(task, -1);
    assertThat(UnitData.parse(data.json())).isEqualTo(data);
    assertThat(data.json()).contains("\"linf 8/255\"", "\"cosine epsilon\"").doesNotContain("\n");
    AttackRunner.Task back = data.task(examples());
    assertThat(back.attack()).isEqualTo(task.attack());
    assertThat(back.threat()).isEqualTo(task.threat());
    assertThat(back.unit().cell()).isEqualTo(task.unit().cell());
    assertThat(back.unit().examples().rows()).isDeepEqualTo(task.unit().examples().rows());
  }

  @Test
  void what_cannot_be_done_elsewhere_is_told() {
    ThreatModel threat = ThreatModel.of(Norm.LINF, "0.1");
    AttackRunner.Task task = AttackRunner.tasks(threat, Pgd.DEFAULT, "pgd", examples()).get(0);
    assertThatThrownBy(() -> UnitData.of(task, 1).task(examples().slice(0, 5)))
        .hasMessageContaining("needs example 35, which is not in the data");
    AttackRunner.Task each =
        AttackRunner.tasks(
                threat.withGoal(new Goal.TargetedEach(Map.of(0L, 1))),
                Pgd.DEFAULT,
                "pgd",
                examples())
            .get(0);
    assertThatThrownBy(() -> UnitData.of(each, 1)).hasMessageContaining("of its own");
    assertThatThrownBy(() -> UnitData.parse("{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be read");
  }
}
