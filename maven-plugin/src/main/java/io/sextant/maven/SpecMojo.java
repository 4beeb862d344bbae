package io.sextant.maven;

import io.sextant.maven.config.DataConfiguration;
import io.sextant.maven.config.EffectiveSpec;
import io.sextant.maven.config.ModelConfiguration;
import io.sextant.maven.config.PomSpec;
import io.sextant.maven.config.RuleConfiguration;
import io.sextant.maven.config.Selection;
import io.sextant.maven.config.ThreatConfiguration;
import io.sextant.maven.config.WaiverConfiguration;
import io.sextant.maven.evaluation.EvaluationException;
import io.sextant.maven.judge.Advice;
import io.sextant.maven.judge.Conclusion;
import io.sextant.maven.judge.Format;
import io.sextant.maven.judge.GateRun;
import io.sextant.maven.judge.Judgement;
import io.sextant.maven.judge.Outputs;
import io.sextant.maven.judge.RuleAnchor;
import io.sextant.results.Limit;
import io.sextant.results.baseline.Baselines;
import io.sextant.results.gate.GatePolicy;
import io.sextant.results.internal.Text;
import java.io.File;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * A goal that is about the audit of a module: what is asked for, where it lies, how it is judged.
 */
@SuppressWarnings("NullAway.Init")
abstract class SpecMojo extends SextantMojo {
  /** Properties that change what is measured, and so belong to a command that repeats it. */
  private static final Set<String> AUDIT =
      Set.of(
          "sextant.spec",
          "sextant.profile",
          "sextant.samples",
          "sextant.seed",
          "sextant.curtail",
          "sextant.baselineDirectory",
          "sextant.maxRegression",
          "sextant.significance",
          "sextant.projectClassPath",
          "sextant.inputs");

  private static final String DEFAULT_SPEC = "src/test/robustness/audit.yaml";

  /**
   * The audit spec, a YAML file; {@code src/test/robustness/audit.yaml} where that exists and the
   * POM names no model.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.spec")
  private @Nullable File spec;

  /**
   * The model under audit, in place of the spec's: {@code file} or {@code supplier}, and an {@code
   * id}.
   *
   * @since 0.1
   */
  @Parameter private @Nullable ModelConfiguration model;

  /**
   * Several models under audit, in place of the spec's.
   *
   * @since 0.1
   */
  @Parameter private @Nullable List<ModelConfiguration> models;

  /**
   * The examples, in place of the spec's: {@code images} and {@code labels}, {@code folder}, {@code
   * csv} or {@code supplier}; {@code samples} and {@code sampling}.
   *
   * @since 0.1
   */
  @Parameter private @Nullable DataConfiguration data;

  /**
   * What the attacker may do, in place of the spec's threats: {@code norm} and {@code epsilons}.
   *
   * @since 0.1
   */
  @Parameter private @Nullable List<ThreatConfiguration> threats;

  /**
   * The attacks, in place of the spec's: {@code quick}, {@code standard} or {@code thorough}; each
   * is the preset of that name with FGSM, the latter two also with PGD.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.profile")
  private @Nullable String profile;

  /**
   * Rules that are added to the spec's, or take the place of those with the same id.
   *
   * @since 0.1
   */
  @Parameter private @Nullable List<RuleConfiguration> rules;

  /**
   * Broken rules that somebody accepts for a time, besides those of the spec.
   *
   * @since 0.1
   */
  @Parameter private @Nullable List<WaiverConfiguration> waivers;

  /**
   * How many examples at most, in place of the spec's number.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.samples")
  private @Nullable Integer samples;

  /**
   * The seed of every random choice, in place of the spec's.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.seed")
  private @Nullable Long seed;

  /**
   * Ids of the rules to look at, all when empty; only what they rest on is measured, and results go
   * into a folder {@code reproduce}.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.rules")
  private @Nullable List<String> onlyRules;

  /**
   * Rows of the data to use, in place of a drawn sample; results then go into a folder {@code
   * reproduce}.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.samples.ids")
  private @Nullable List<String> sampleIds;

  /**
   * The folder for results and reports; {@code target/sextant}, with the id of the execution below
   * it where it has one.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.outputDirectory")
  private @Nullable File outputDirectory;

  /**
   * The folder of the committed baselines, a file per model.
   *
   * @since 0.1
   */
  @Parameter(
      property = "sextant.baselineDirectory",
      defaultValue = "${project.basedir}/src/test/robustness/baseline")
  private File baselineDirectory;

  /**
   * The largest acceptable fall below the baseline of rules that do not give their own, for example
   * {@code 1%}.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.maxRegression", defaultValue = "0")
  private String maxRegression;

  /**
   * The level of the test that a fall below the baseline is not by chance, above 0 and below 1.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.significance", defaultValue = "0.05")
  private String significance;

  /**
   * Whether a rule without a figure fails the build.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.failIfNotMeasured", defaultValue = "true")
  private boolean failIfNotMeasured;

  /**
   * Whether a rule that cannot be decided fails the build.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.failOnInconclusive", defaultValue = "true")
  private boolean failOnInconclusive;

  /**
   * Whether a waiver that is not needed, or over, fails the build.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.failOnUnusedWaiver", defaultValue = "false")
  private boolean failOnUnusedWaiver;

  /**
   * Whether what the rules find fails the build; otherwise it is a warning.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.failOnViolation", defaultValue = "true")
  private boolean failOnViolation;

  /**
   * What is written besides the results: {@code HTML}, {@code JSON}, {@code JUNIT}, {@code
   * MARKDOWN}, {@code CSV}, {@code SARIF}.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.formats", defaultValue = "HTML,JSON,JUNIT,MARKDOWN")
  private List<String> formats;

  @Override
  Optional<String> whyNothingToDo() {
    boolean asked = specFile().isPresent() || namesModel();
    return project().getPackaging().equals("pom") && !asked
        ? Optional.of("packaging is pom, and neither <spec> nor <model> is configured.")
        : Optional.empty();
  }

  private boolean namesModel() {
    return model != null || (models != null && !models.isEmpty());
  }

  private Optional<Path> specFile() {
    if (spec != null) {
      return Optional.of(spec.toPath());
    }
    Path usual = base().resolve(DEFAULT_SPEC);
    return !namesModel() && Files.isRegularFile(usual) ? Optional.of(usual) : Optional.empty();
  }

  final Path base() {
    return project().getBasedir().toPath();
  }

  /** What is asked for; written where the POM adds to the user's spec. */
  final EffectiveSpec effectiveSpec() throws IOException {
    Optional<Path> file = specFile();
    if (model != null && models != null && !models.isEmpty()) {
      throw new IllegalArgumentException(
          "<model> and <models> are both configured; give one of them");
    }
    if (file.isEmpty() && !namesModel()) {
      throw new IllegalArgumentException(
          "nothing to check: there is neither <spec> nor <model> in the configuration, and no %s; write a spec with sextant init, or give <model>, <data> and <rules>"
              .formatted(DEFAULT_SPEC));
    }
    if (file.isEmpty() && data == null) {
      throw new IllegalArgumentException(
          "<model> is configured without <data> and without <spec>; give <data>, for example with"
              + " <images> and <labels>");
    }
    return EffectiveSpec.of(file, pomSpec(), selection(), base(), folder());
  }

  private PomSpec pomSpec() {
    List<ModelConfiguration> own = models == null ? List.of() : models;
    return new PomSpec(
        model == null ? own : List.of(model),
        Optional.ofNullable(data),
        threats == null ? List.of() : threats,
        Optional.ofNullable(profile),
        rules == null ? List.of() : rules,
        waivers == null ? List.of() : waivers,
        samples == null ? OptionalInt.empty() : OptionalInt.of(samples),
        seed == null ? OptionalLong.empty() : OptionalLong.of(seed));
  }

  private Selection selection() {
    return Selection.parse(
        onlyRules == null ? List.of() : onlyRules, sampleIds == null ? List.of() : sampleIds);
  }

  /** The folder of this execution. A part of the audit must not pass for the whole. */
  final Path folder() {
    Path whole;
    if (outputDirectory != null) {
      whole = outputDirectory.toPath();
    } else {
      Path usual = Path.of(project().getBuild().getDirectory(), "sextant");
      whole = ownExecution().map(SpecMojo::folderName).map(usual::resolve).orElse(usual);
    }
    return selection().isEverything() ? whole : whole.resolve("reproduce");
  }

  /** The id of the execution, where somebody gave it one. */
  private Optional<String> ownExecution() {
    String id = execution().getExecutionId();
    return id.equals("default") || id.equals("default-cli") || id.equals(defaultId())
        ? Optional.empty()
        : Optional.of(id);
  }

  /** Names a folder, and so must not lead out of it or into what is kept there. */
  private static String folderName(String execution) {
    if (!execution.matches("[^/\\\\:\\p{Cntrl}]+")
        || List.of(".", "..", "reproduce", "evidence", "work").contains(execution)) {
      throw new IllegalArgumentException(
          "the execution id '%s' cannot be the name of a folder for its results; choose another, or give <outputDirectory>"
              .formatted(execution));
    }
    return execution;
  }

  private String defaultId() {
    return "default-" + execution().getGoal();
  }

  final Advice advice() {
    Optional<String> needed =
        ownExecution().or(() -> hasOwnSettings() ? Optional.of("default") : Optional.empty());
    return Advice.of(commandFolder(), base(), needed, given());
  }

  /** What the user said on the command line about the audit itself. */
  private List<String> given() {
    List<String> given = new ArrayList<>();
    Properties typed = session().getUserProperties();
    for (String name : new TreeSet<>(typed.stringPropertyNames())) {
      if (AUDIT.contains(name)) {
        given.add("-D" + name + "=" + typed.getProperty(name));
      }
    }
    return given;
  }

  /** Whether a command without the execution's id would miss settings. */
  private boolean hasOwnSettings() {
    Plugin plugin = execution().getPlugin();
    PluginExecution own = plugin.getExecutionsAsMap().get(execution().getExecutionId());
    return own != null
        && !String.valueOf(own.getConfiguration())
            .equals(String.valueOf(plugin.getConfiguration()));
  }

  final Path baselineFolder() {
    return baselineDirectory.toPath();
  }

  final GatePolicy policy() {
    BigDecimal level;
    try {
      level = new BigDecimal(significance.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "sextant.significance must be a number such as 0.05 but was '%s'".formatted(significance),
          e);
    }
    return new GatePolicy(
        failIfNotMeasured,
        failOnInconclusive,
        failOnUnusedWaiver,
        Optional.of(Limit.parse(maxRegression)),
        level);
  }

  final GateRun gate(EffectiveSpec asked) {
    return new GateRun(asked.spec(), asked.selection(), Baselines.in(baselineFolder()), policy());
  }

  /** Judges the results in the folder and writes the outputs. Nothing is thrown for a violation. */
  final List<Conclusion> judge(EffectiveSpec asked) throws EvaluationException, IOException {
    Outputs outputs = outputs(asked);
    List<Judgement> judgements = gate(asked).judge(folder(), today());
    outputs.write(judgements);
    return judgements.stream().map(outputs::conclusion).toList();
  }

  final Outputs outputs(EffectiveSpec asked) throws IOException {
    return new Outputs(
        folder(),
        wantedFormats(),
        advice(),
        RuleAnchor.of(checkout(), asked, project().getFile().toPath()),
        version());
  }

  private Set<Format> wantedFormats() {
    return Format.parse(formats);
  }

  /** A mistake in what is done with results must not cost a measurement. */
  final void requireJudging(EffectiveSpec asked) {
    gate(asked).requireRules();
    wantedFormats();
  }

  /** Tells the verdicts, and fails the build where they want it. */
  final void conclude(List<Conclusion> conclusions) throws MojoFailureException {
    List<String> failed = new ArrayList<>();
    for (Conclusion conclusion : conclusions) {
      List<String> lines = conclusion.message().lines().toList();
      if (conclusion.level() == Conclusion.Level.PASS) {
        lines.forEach(getLog()::info);
      } else if (conclusion.level() == Conclusion.Level.WARN) {
        lines.forEach(getLog()::warn);
      } else if (failOnViolation) {
        lines.forEach(getLog()::error);
        failed.add(conclusion.message());
      } else {
        lines.forEach(getLog()::warn);
        getLog().warn("The build goes on: sextant.failOnViolation is false.");
      }
    }
    if (!failed.isEmpty()) {
      throw new MojoFailureException(Text.lines(String.join("\n\n", failed)));
    }
  }
}
