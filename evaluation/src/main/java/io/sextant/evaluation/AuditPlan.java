package io.sextant.evaluation;

import io.sextant.attacks.Attack;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.gradient.Fgsm;
import io.sextant.gradients.Examples;
import io.sextant.gradients.GradientService;
import io.sextant.methods.Access;
import io.sextant.methods.Passes;
import io.sextant.results.Cell;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ThreatSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What an audit would do, and the most that it can cost: what a model costs that holds against
 * everything. Models that break are cheaper, and so are curtailed runs. Explanations are not
 * counted; they are made for a dozen examples.
 *
 * @param model id
 * @param file of the model
 * @param engine that computes gradients, with what it runs on
 * @param samples examples
 * @param right examples that the model decides rightly, the only ones that are attacked
 * @param cells the work, in the order of the spec
 * @param time estimate for all passes of the cells, from a timed attack of one step
 * @param heap bytes of Java heap that the data and the work on it need at most, about; the
 *     activations in native memory and the report's pictures are not among them
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record AuditPlan(
    String model,
    String file,
    String engine,
    int samples,
    int right,
    List<Cost> cells,
    Duration time,
    long heap) {
  public AuditPlan {
    cells = List.copyOf(cells);
  }

  /**
   * What one method costs under one condition.
   *
   * @param method such as an attack
   * @param condition such as a radius
   * @param passes the most over all examples
   * @param inputs whether an input for each example is kept in memory
   * @since 0.1
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public record Cost(String method, String condition, Passes passes, boolean inputs) {
    /** Of a cell; of corrupted examples only the decisions are kept. */
    Cost(Cell cell, Passes passes) {
      this(cell.method(), cell.condition().text(), passes, !cell.condition().areCorruptions());
    }
  }

  /** Asks the stages what they cost, and times an attack of one step. */
  static AuditPlan of(
      Preparation prepared, List<Stage> stages, Effort effort, EngineOptions options)
      throws IOException {
    Subject subject = prepared.subject();
    Examples examples = prepared.examples();
    int[] right = CleanStage.of(prepared).right();
    List<Cost> cells =
        stages.stream()
            .flatMap(stage -> stage.plan(prepared, effort, right.length).stream())
            .toList();
    AuditPlan plan =
        new AuditPlan(
            prepared.model().id(),
            subject.file().name(),
            "%s (%s)"
                .formatted(
                    subject.service().engine().name(), subject.service().engine().description()),
            examples.size(),
            right.length,
            cells,
            Duration.ZERO,
            heap(
                    examples.size(),
                    subject.service().features(),
                    (int) cells.stream().filter(Cost::inputs).count(),
                    options.threads())
                + stages.stream().mapToLong(stage -> stage.heap(prepared, effort)).sum());
    return right.length == 0
        ? plan
        : plan.lasting(nanosPerPass(prepared, examples.at(right)) * count(plan.passes()));
  }

  private AuditPlan lasting(double nanos) {
    return new AuditPlan(
        model, file, engine, samples, right, cells, Duration.ofNanos(Math.round(nanos)), heap);
  }

  private static long count(Passes passes) {
    return passes.forwards() + passes.backwards();
  }

  /** Times attacks of one step after one to warm up. */
  private static double nanosPerPass(Preparation prepared, Examples examples) throws IOException {
    AuditSpec spec = prepared.spec();
    ThreatSpec threat = spec.threats().get(0);
    if (prepared.subject().service().access() != Access.GRADIENTS) {
      GradientService service = prepared.subject().service().as("plan");
      service.logits(examples);
      long begun = System.nanoTime();
      service.logits(examples);
      return (System.nanoTime() - begun) / (double) examples.size();
    }
    Attack step = Fgsm.DEFAULT;
    AttackRunner runner = new AttackRunner(prepared.subject(), spec.seed(), Progress.SILENT);
    ThreatModel model = AttackStage.model(threat, threat.conditions().get(0));
    List<AttackRunner.Task> tasks = AttackRunner.tasks(model, step, step.name(), examples);
    runner.run(tasks, null);
    long start = System.nanoTime();
    runner.run(tasks, null);
    return (System.nanoTime() - start)
        / (double) count(prepared.passes(step).times(examples.size()));
  }

  // What the command, its libraries and a small model take, as measured on the example models.
  private static final long BASE = 64L << 20;
  // A feature of the domain, with its name.
  private static final long FEATURE = 200;
  // Arrays of a trial: clean, none, low, high, perturbation, point, best and gradient.
  private static final int TRIAL_ARRAYS = 8;
  private static final long TRIALS_BYTES = 8L << 20;
  // The rows of a part as the attack returned them, and on their way to network and engine.
  private static final long PART_BYTES = 2 * (32L << 20);

  /**
   * The heap that a run needs at most, about: the data as floats, a row for each example, attack
   * and radius, and what each worker has as doubles.
   *
   * @param samples examples
   * @param features values of one example
   * @param cells attacks at radii
   * @param workers units at work at a time
   */
  static long heap(int samples, int features, int cells, int workers) {
    long floats = (long) samples * features * Float.BYTES;
    long doubles = (long) Math.min(samples, Unit.CHUNK) * features * Double.BYTES;
    long row = (long) features * Double.BYTES;
    long trials = TRIAL_ARRAYS * Math.min(doubles, Math.max(row, TRIALS_BYTES));
    long part = Math.min(2 * doubles, Math.max(2 * row, PART_BYTES));
    // A gradient of each example for each attack, as far as there is room to remember it.
    long remembered =
        Math.min(GradientService.MEMORY, (long) samples * features * Double.BYTES * (1 + cells));
    return BASE
        + remembered
        + FEATURE * features
        + floats * (1 + cells)
        + workers * (trials + part);
  }

  /** The most passes of all cells. */
  public Passes passes() {
    return cells.stream().map(Cost::passes).reduce(new Passes(0, 0), Passes::plus);
  }
}
