package io.sextant.cli;

import io.sextant.evaluation.ExplanationFiles;
import io.sextant.evaluation.GoldenAttributions;
import io.sextant.evaluation.Remarks;
import io.sextant.evaluation.SeededExplainers;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.DataSet;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explainer;
import io.sextant.explainers.Explainers;
import io.sextant.explainers.Explanations;
import io.sextant.explainers.IntegratedGradients;
import io.sextant.explainers.Target;
import io.sextant.explainers.attack.ExplanationAttack;
import io.sextant.explainers.attack.ExplanationAttacks;
import io.sextant.explainers.quality.QualityMetrics;
import io.sextant.gradients.Meter;
import io.sextant.methods.Declaration;
import io.sextant.methods.Passes;
import io.sextant.spec.DataSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sextant explain}. */
@Command(
    name = "explain",
    description = {
      "Attributes a model's answer to its input and writes attributions.npy (one array per example,"
          + " in the input's shape; of methods that look at a layer, in the layer's, and of class"
          + " activation maps a height and a width) and certificates.csv (how exact each one is,"
          + " and what it cost); where groups of values play, players.npy (what each got).",
      "--golden compares them with those that somebody accepted, and ends with exit code 1 where"
          + " one moved.",
      "--attack looks for inputs nearby that are decided alike and explained otherwise.",
      "--list names all explainers and attacks on them, --list NAME the settings of one."
    })
final class ExplainCommand implements Callable<Integer> {
  private static final String PREDICTED = "predicted";

  /** Explanations that moved, and are told. */
  private static final int MOVED = 10;

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec command;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  ModelOptions model;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  DataOptions data;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      description = "One of --list (default: integrated-gradients).")
  @Nullable String name;

  @Option(
      names = "--target",
      paramLabel = "CLASS",
      defaultValue = PREDICTED,
      description =
          "predicted (default), label, a class from 0, or top-K: each of the K likeliest classes.")
  @SuppressWarnings("NullAway.Init")
  String target;

  @Option(
      names = "--output",
      paramLabel = "WHAT",
      defaultValue = "logit",
      description = "logit (default), probability or margin.")
  @SuppressWarnings("NullAway.Init")
  String output;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "The same as --set steps=N, nodes of integrated gradients: exactly N Gauss-Legendre nodes"
              + " unless --quadrature says otherwise (default: adaptive to a completeness gap of"
              + " 1%%).")
  @Nullable String steps;

  @Option(
      names = "--quadrature",
      paramLabel = "RULE",
      description = "gauss-legendre, midpoint, trapezoid or adaptive.")
  @Nullable String quadrature;

  @Option(
      names = "--baseline",
      paramLabel = "WHAT",
      description =
          "Where integrated gradients start, and what stands for absent players: auto (default: the"
              + " median of the data for tables, zero otherwise), zero, mean, median, center,"
              + " minimum, maximum, constant:V, blur, uniform, draws:N, V,V,... or several of these"
              + " joined by +.")
  @Nullable String baseline;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  MethodOptions method;

  @Option(
      names = "--pictures",
      description =
          "Draws into OUT/pictures: of the first 100 images the input, the map and both together"
              + " (SAMPLE-CLASS.png); of the first 100 rows of a table bars with standard errors"
              + " (SAMPLE-CLASS.svg) and, where the output at a baseline is known, the way from"
              + " there (waterfall-SAMPLE-CLASS.svg); of all rows a summary per class"
              + " (beeswarm-CLASS.svg).")
  boolean pictures;

  @Option(
      names = "--curves",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Of the first N examples --pictures draws insertion.svg and deletion.svg, at 42 forwards"
              + " per example for the explanation and for each control (default: ${DEFAULT-VALUE};"
              + " 0 for none).")
  int curves;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  AttackOnExplanations attacks;

  @Option(
      names = "--golden",
      paramLabel = "DIR",
      description = "A folder of accepted attributions, which these must be close to.")
  @Nullable Path golden;

  @Option(
      names = "--tolerance",
      paramLabel = "T",
      defaultValue = "0.001",
      description =
          "With --golden: the largest acceptable change of a value, as a share of the largest"
              + " absolute value of its accepted map (default: ${DEFAULT-VALUE}).")
  double tolerance;

  @Option(
      names = "--update-golden",
      description = "Accepts these attributions: writes them into the folder of --golden.")
  boolean updateGolden;

  @Option(names = "--samples", paramLabel = "N", description = "The first N rows (default: all).")
  @Nullable Integer samples;

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "42",
      description = "Of every random choice (default: ${DEFAULT-VALUE}).")
  long seed;

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
          Explainers.catalogue(),
          Stream.of(ExplanationAttacks.catalogue(), QualityMetrics.catalogue())
              .<Declaration<?>>flatMap(others -> others.declarations().stream())
              .toList(),
          command.commandLine().getOut());
    }
    if (updateGolden && golden == null) {
      throw new IllegalArgumentException(
          "--update-golden writes into the folder of --golden; give that, too");
    }
    if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
      throw new IllegalArgumentException(
          "--tolerance must be a finite number from 0 but was " + tolerance);
    }
    Optional<GoldenAttributions> accepted =
        golden == null || updateGolden
            ? Optional.empty()
            : Optional.of(GoldenAttributions.read(golden));
    int code = ExitCode.OK;
    method.set("steps", steps);
    method.set("quadrature", quadrature);
    method.set("baseline", baseline);
    Explainer explainer =
        SeededExplainers.create(
            name == null ? IntegratedGradients.DEFAULT.name() : name, method.settings(), seed);
    Target what = Target.parse(target, output);
    Optional<ExplanationAttack> attack = attacks.attack(seed);
    if (attack.isPresent() && !what.equals(Target.predicted())) {
      throw new IllegalArgumentException(
          "--attack moves explanations of the logit of what the model decides; leave out --target"
              + " and --output");
    }
    Console console = new Console(command.commandLine().getErr());
    DataSpec spec = data.spec(Optional.ofNullable(samples));
    DataSet all = Inputs.all(spec);
    DataSet drawn = Inputs.drawn(spec, all, seed);
    Explainer fitted = explainer.fitted(all.reference(data.table()));
    try (Subject subject = model.open(drawn, engine.options())) {
      DataSet rows = data.named(drawn, subject);
      data.remark().ifPresent(console::remark);
      health.check(subject, rows.examples(), seed, console);
      Explanations found =
          ExplanationFiles.run(subject, rows.examples(), fitted, what, console, out);
      command.commandLine().getOut().println(found.summary() + saved(subject, fitted));
      if (pictures) {
        Pictures.Drawn made =
            new Pictures(rows, subject.model().inputShape(), explainer.slopes()).write(found, out);
        made.remark().ifPresent(console::remark);
        Curves beside =
            new Curves(
                subject.service(), rows.examples(), fitted, all.reference(data.table()), seed);
        List<String> files = new ArrayList<>(made.files());
        beside.write(found, curves, console, out.resolve(Pictures.FOLDER)).ifPresent(files::add);
        command
            .commandLine()
            .getOut()
            .println(files.isEmpty() ? "no pictures" : "pictures: " + String.join(", ", files));
      }
      if (attack.isPresent()) {
        AttackOnExplanations.run(
            attack.get(),
            subject,
            rows,
            fitted,
            seed,
            pictures,
            out,
            command.commandLine().getOut());
      }
      if (target.equals(PREDICTED)) {
        // The target of each explanation is what the model decides, at no further cost.
        int[] predicted = found.certificates().stream().mapToInt(Certificate::target).toArray();
        Remarks.accuracy(rows.labels(), predicted, rows.classes(), !data.table())
            .ifPresent(console::remark);
      }
      if (golden != null) {
        GoldenAttributions now =
            GoldenAttributions.of(subject.file().sha256(), rows.examples(), found);
        if (accepted.isPresent()) {
          code = compare(accepted.get(), now);
        } else {
          now.write(golden);
          command.commandLine().getOut().printf("accepted: %s%n", golden);
        }
      }
      command.commandLine().getOut().flush();
    }
    return code;
  }

  private int compare(GoldenAttributions accepted, GoldenAttributions now) {
    PrintWriter lines = command.commandLine().getOut();
    List<GoldenAttributions.Moved> moved = accepted.moved(now, tolerance);
    String model = accepted.isOfModel(now) ? "the model is the accepted one" : "the model changed";
    if (moved.isEmpty()) {
      lines.printf("no explanation moved by more than %s; %s%n", tolerance, model);
      return ExitCode.OK;
    }
    lines.printf(
        "%d of %d explanations moved by more than %s; %s%n",
        moved.size(), now.size(), tolerance, model);
    moved.stream().limit(MOVED).forEach(one -> lines.printf("  %s%n", one.describe()));
    if (moved.size() > MOVED) {
      lines.printf("  and %d more%n", moved.size() - MOVED);
    }
    lines.printf("Accept them on purpose: the same command with --update-golden%n");
    return ExitCode.FAILED;
  }

  /** What need not be computed again, where there was any. */
  private static String saved(Subject subject, Explainer explainer) {
    Meter.Count saved = subject.service().meter().saved().get(explainer.name());
    return saved == null
        ? ""
        : String.format(
            Locale.ROOT,
            "; %.1f gradients saved",
            new Passes(saved.forwards(), saved.backwards()).gradients());
  }
}
