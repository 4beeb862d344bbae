package io.sextant.cli;

import io.sextant.evaluation.Audit;
import io.sextant.evaluation.AuditPlan;
import io.sextant.evaluation.Effort;
import io.sextant.evaluation.SpecSources;
import io.sextant.results.curtail.Curtail;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ModelSpec;
import io.sextant.spec.SpecReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sextant plan}. */
@Command(
    name = "plan",
    description = {
      "Says what an audit would do and the most that it can cost, without attacking anything:"
          + " models, examples, attacks, passes and time.",
      "Reads the model and the data, and times a single step."
    })
final class PlanCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec command;

  @Parameters(paramLabel = "SPEC", description = "The audit spec (YAML).")
  @SuppressWarnings("NullAway.Init")
  Path spec;

  @Option(
      names = "--rules-only",
      description = "Count only what the rules rest on, as sextant audit --rules-only measures.")
  boolean rulesOnly;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  EngineMixin engine;

  @Override
  public Integer call() throws IOException {
    AuditSpec read = SpecReader.read(spec);
    AuditCommand.requireRule(rulesOnly, read);
    Effort effort =
        new Effort(Curtail.NONE, Optional.empty(), Set.of(), Set.of(), Optional.empty(), rulesOnly);
    PrintWriter out = command.commandLine().getOut();
    Duration all = Duration.ZERO;
    for (ModelSpec model : read.models()) {
      try (SpecSources sources = new SpecSources();
          Console console = new Console(command.commandLine().getErr())) {
        Audit audit = new Audit(read, engine.options(), effort, sources, console, "sextant plan");
        AuditPlan plan = audit.plan(model.id());
        print(plan, out);
        all = all.plus(plan.time());
      }
    }
    out.printf(
        "All models together: at most about %s, on %d workers%n",
        words(all), engine.options().threads());
    out.printf("Rules: %s%n", read.rules().isEmpty() ? "none" : read.rules().size());
    out.flush();
    return ExitCode.OK;
  }

  private static void print(AuditPlan plan, PrintWriter out) {
    out.printf("Model %s (%s), engine %s%n", plan.model(), plan.file(), plan.engine());
    out.printf(
        "  %d examples, of which %d are decided rightly and attacked%n",
        plan.samples(), plan.right());
    out.printf("  %-16s %-16s %14s %14s%n", "attack", "condition", "forwards", "gradients");
    for (AuditPlan.Cost cost : plan.cells()) {
      out.printf(
          Locale.ROOT,
          "  %-16s %-16s %,14d %,14d%n",
          cost.method(),
          cost.condition(),
          cost.passes().forwards(),
          cost.passes().backwards());
    }
    out.printf(
        Locale.ROOT,
        "  %-33s %,14d %,14d%n",
        "at most",
        plan.passes().forwards(),
        plan.passes().backwards());
    out.printf("  at most about %s; broken examples leave early%n", words(plan.time()));
    long most = Runtime.getRuntime().maxMemory();
    out.printf(
        Locale.ROOT,
        "  about %,d MB of Java heap, of %,d MB here%s%n",
        plan.heap() >> 20,
        most >> 20,
        plan.heap() <= most
            ? ""
            : "; raise it (SEXTANT_JAVA_OPTS=-Xmx%dm), or take fewer samples, radii or threads"
                .formatted(plan.heap() * 5 / 4 >> 20));
  }

  private static String words(Duration time) {
    long seconds = Math.max(1, (time.toMillis() + 999) / 1000);
    return seconds < 120 ? seconds + " s" : (seconds + 59) / 60 + " min";
  }
}
