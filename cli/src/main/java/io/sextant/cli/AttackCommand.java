package io.sextant.cli;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.sextant.attacks.Attack;
import io.sextant.attacks.Attacks;
import io.sextant.attacks.Goal;
import io.sextant.attacks.ThreatModel;
import io.sextant.attacks.gradient.Pgd;
import io.sextant.attacks.universal.UniversalAttack;
import io.sextant.evaluation.AttackFiles;
import io.sextant.evaluation.Remarks;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.DataSet;
import io.sextant.gradients.Examples;
import io.sextant.methods.Kind;
import io.sextant.methods.Method;
import io.sextant.results.Condition;
import io.sextant.results.Epsilon;
import io.sextant.results.Norm;
import io.sextant.results.Outcome;
import io.sextant.results.SampleRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sextant attack}. */
@Command(
    name = "attack",
    description = {
      "Runs one attack at one radius, or at several that share work, and writes samples.csv (a row"
          + " per example and radius) and adversarial.npy (an input per example; a file for each of"
          + " several radii).",
      "The radius is in the input's units: for images in units of byte/255, for tables in units of"
          + " each feature's scale.",
      "--list names all attacks, --list NAME the settings of one."
    })
final class AttackCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec command;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  ModelOptions model;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  DataOptions data;

  @Option(names = "--attack", paramLabel = "NAME", description = "One of --list (default: pgd).")
  @Nullable String attack;

  @Option(
      names = "--norm",
      paramLabel = "NORM",
      defaultValue = "linf",
      description = "linf, l2, l1 or l0 (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  String norm;

  @Option(
      names = "--epsilon",
      paramLabel = "E",
      split = ",",
      description =
          "The radius, for example 0.1 or 8/255, or several with commas; kept exactly. Left out for"
              + " minimum-norm attacks.")
  List<String> epsilons = List.of();

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "The same as --set steps=N; of pgd (default: 40).")
  @Nullable String steps;

  @Option(
      names = "--step-size",
      paramLabel = "S",
      description =
          "The same as --set step-size=S: absolute, epsilon/N, or falling from one (default: 'cosine"
              + " epsilon').")
  @Nullable String stepSize;

  @Option(
      names = "--restarts",
      paramLabel = "R",
      description =
          "The same as --set restarts=R: runs in all, each from a random start (default: 1).")
  @Nullable String restarts;

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      description = "The same as --set loss=NAME: cross-entropy or margin.")
  @Nullable String loss;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  MethodOptions method;

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "42",
      description = "Of every random choice (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(names = "--samples", paramLabel = "N", description = "The first N rows (default: all).")
  @Nullable Integer samples;

  @Option(
      names = "--target",
      paramLabel = "N",
      description = "Aim at this class instead of any wrong one.")
  @Nullable Integer target;

  /** The name before all commands and specs said {@code target}. */
  @Option(names = "--target-class", hidden = true)
  @Nullable Integer targetClass;

  @Option(
      names = "--train",
      paramLabel = "N",
      description =
          "Of attacks that learn one perturbation for all inputs: learn from the first N rows and"
              + " measure on the others (default: half).")
  @Nullable Integer train;

  @Option(
      names = "--category-changes",
      paramLabel = "K",
      defaultValue = "0",
      description =
          "One-hot groups and binary columns of a table that may be switched (default:"
              + " ${DEFAULT-VALUE}).")
  int categoryChanges;

  @Option(
      names = "--budget",
      paramLabel = "B",
      description =
          "The most that all changes together may cost, at the prices of the schema (default: no"
              + " limit).")
  @Nullable Double budget;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  EngineMixin engine;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  HealthMixin health;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "Output folder.")
  @SuppressWarnings("NullAway.Init")
  Path out;

  @Override
  public Integer call() throws IOException {
    if (method.isListing()) {
      return method.list(
          Attacks.catalogue(),
          UniversalAttack.catalogue().declarations(),
          command.commandLine().getOut());
    }
    method.set("steps", steps);
    method.set("step-size", stepSize);
    method.set("restarts", restarts);
    method.set("loss", loss);
    Method configured = configured(attack == null ? Pgd.DEFAULT.name() : attack);
    Integer aim = target == null ? targetClass : target;
    Goal goal = aim == null ? Goal.UNTARGETED : new Goal.Targeted(aim);
    List<ThreatModel> threats =
        conditions(configured).stream()
            .map(
                condition ->
                    ThreatModel.of(condition)
                        .withGoal(goal)
                        .withCategoryChanges(categoryChanges)
                        .withBudget(budget == null ? Double.POSITIVE_INFINITY : budget))
            .toList();
    Console console = new Console(command.commandLine().getErr());
    DataSet read = Inputs.read(data.spec(Optional.ofNullable(samples)), seed);
    try (Subject subject = model.open(read, engine.options())) {
      DataSet rows = data.named(read, subject);
      if (aim != null && aim >= subject.model().classes()) {
        throw new IllegalArgumentException(
            "--target must be in 0..%d but was %d".formatted(subject.model().classes() - 1, aim));
      }
      data.remark().ifPresent(console::remark);
      for (ThreatModel threat : threats) {
        if (threat.condition() instanceof Condition.Within within) {
          Remarks.radius(within, rows.domain()).ifPresent(console::remark);
        }
      }
      health.check(subject, rows.examples(), seed, console);
      Examples examples = rows.examples();
      Attack run;
      if (configured instanceof UniversalAttack universal) {
        int learnt = training(examples.size());
        run = AttackFiles.learning(universal, examples.slice(0, learnt), seed);
        examples = examples.slice(learnt, examples.size());
      } else {
        run = (Attack) configured;
      }
      List<SampleRow> written =
          AttackFiles.run(subject, examples, run, threats, seed, console, out);
      Map<Condition, List<SampleRow>> radii =
          written.stream()
              .filter(SampleRow::isWorstCase)
              .collect(groupingBy(SampleRow::condition, LinkedHashMap::new, toList()));
      List<SampleRow> worst = radii.values().iterator().next();
      Remarks.accuracy(
              worst.stream().mapToInt(SampleRow::label).toArray(),
              worst.stream().mapToInt(SampleRow::predicted).toArray(),
              rows.classes(),
              !data.table())
          .ifPresent(console::remark);
      radii.forEach(
          (condition, found) ->
              command
                  .commandLine()
                  .getOut()
                  .printf(
                      "%d of %d examples broken by %s at %s; %d were wrong before%n",
                      count(found, Outcome.BROKEN),
                      found.size(),
                      configured.name(),
                      condition.describe(),
                      count(found, Outcome.ALREADY_WRONG)));
      command.commandLine().getOut().flush();
    }
    return ExitCode.OK;
  }

  /** Minimum-norm attacks need no radius, and all others do. */
  private Method configured(String name) {
    boolean universal = UniversalAttack.catalogue().names().contains(name);
    if (train != null && !universal) {
      throw new IllegalArgumentException(
          "--train is for attacks that learn from examples (%s), but the attack is %s; leave it out"
              .formatted(String.join(", ", UniversalAttack.catalogue().names()), name));
    }
    return universal
        ? UniversalAttack.catalogue().create(name, method.settings())
        : Attacks.of(name, method.settings());
  }

  /** How many rows are learnt from; the others are measured. */
  private int training(int rows) {
    int learnt = train == null ? rows / 2 : train;
    if (learnt < 1 || learnt >= rows) {
      throw new IllegalArgumentException(
          "--train must be in 1..%d, so that there are rows to learn from and others to measure, but was %d"
              .formatted(rows - 1, learnt));
    }
    return learnt;
  }

  private List<? extends Condition.Perturbed> conditions(Method attacking) {
    boolean nearest = attacking.declaration().kind() == Kind.MINIMUM_NORM;
    if (epsilons.isEmpty()) {
      if (nearest) {
        return List.of(new Condition.Nearest(Norm.parse(norm)));
      }
      throw new IllegalArgumentException(
          "%s needs a radius; give --epsilon, for example --epsilon 8/255"
              .formatted(attacking.name()));
    }
    String text = String.join(",", epsilons);
    if (nearest) {
      throw new IllegalArgumentException(
          "%s looks for the nearest input, at whatever distance; leave --epsilon %s out"
              .formatted(attacking.name(), text));
    }
    List<Condition.Within> radii =
        Condition.Within.each(Norm.parse(norm), epsilons.stream().map(Epsilon::parse).toList())
            .stream()
            .sorted()
            .toList();
    if (new HashSet<>(radii).size() < radii.size()) {
      throw new IllegalArgumentException("--epsilon must have each radius once but was " + text);
    }
    if (radii.size() > 1 && attacking instanceof UniversalAttack) {
      throw new IllegalArgumentException(
          "%s learns one perturbation for one radius; give one --epsilon but not %s"
              .formatted(attacking.name(), text));
    }
    return radii;
  }

  private static long count(List<SampleRow> rows, Outcome outcome) {
    return rows.stream().filter(row -> row.outcome() == outcome).count();
  }
}
