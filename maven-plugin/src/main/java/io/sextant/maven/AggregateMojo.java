package io.sextant.maven;

import io.sextant.maven.aggregate.Aggregation;
import io.sextant.maven.aggregate.ModuleResults;
import io.sextant.maven.config.AggregateRuleConfiguration;
import io.sextant.maven.evaluation.EvaluationException;
import io.sextant.results.gate.GatePolicy;
import io.sextant.results.gate.Guidance;
import io.sextant.results.internal.Text;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.maven.model.Plugin;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Puts the results of all modules into one report, and judges them by rules over all of them.
 *
 * <p>Run it as {@code mvn verify sextant:aggregate}, or bind it in the parent: it then waits for
 * the last module. Only results of this build count, where it has put them or in the {@code
 * sextant} folder below each module's build folder.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Mojo(
    name = "aggregate",
    defaultPhase = LifecyclePhase.VERIFY,
    aggregator = true,
    threadSafe = true)
@SuppressWarnings("NullAway.Init")
public final class AggregateMojo extends SextantMojo {
  /**
   * Skips this goal.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.aggregate.skip", defaultValue = "false")
  private boolean skipGoal;

  /**
   * Rules over the models of all modules: {@code id}, {@code metric}, {@code norm}, {@code
   * epsilon}, {@code attack}, {@code minimumWorst} and {@code minimumMean}.
   *
   * @since 0.1
   */
  @Parameter private @Nullable List<AggregateRuleConfiguration> aggregateRules;

  /**
   * The folder for the report; {@code sextant-aggregate} below the first module's build folder.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.aggregateDirectory")
  private @Nullable File aggregateDirectory;

  /**
   * Whether a rule without a figure, or a build without any result, fails.
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
   * Whether what the rules find fails the build; otherwise it is a warning.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.failOnViolation", defaultValue = "true")
  private boolean failOnViolation;

  /** Maven fills the fields. */
  public AggregateMojo() {}

  @Override
  boolean isGoalSkipped() {
    return skipGoal;
  }

  @Override
  void run() throws EvaluationException, IOException, MojoFailureException {
    if (!isFromCommandLine()) {
      requireLast();
      List<MavenProject> awaited = arrive(false);
      if (!awaited.isEmpty()) {
        getLog()
            .info(
                "Skipped: not built yet are %s; the last of them aggregates."
                    .formatted(names(awaited)));
        return;
      }
    }
    aggregate();
  }

  @Override
  boolean isNeededByOthers() {
    return !isFromCommandLine()
        && arrive(true).isEmpty()
        && BuildState.of(session()).isAnyAggregating();
  }

  private void aggregate() throws EvaluationException, IOException, MojoFailureException {
    List<ModuleResults.Entry> entries = ModuleResults.of(modules(), sessionId(), today());
    if (entries.isEmpty()) {
      String what =
          "no module of this build has results; bind sextant:check in them, and run mvn verify"
              + " sextant:aggregate";
      if (failIfNotMeasured) {
        throw new EvaluationException(what);
      }
      getLog().warn("Nothing to aggregate: " + what);
      return;
    }
    Aggregation aggregation =
        Aggregation.of(
            entries,
            aggregateRules == null
                ? List.of()
                : aggregateRules.stream().map(AggregateRuleConfiguration::rule).toList(),
            GatePolicy.DEFAULT
                .withFailOnInconclusive(failOnInconclusive)
                .withFailIfNotMeasured(failIfNotMeasured),
            today());
    Path folder = folder();
    Path index = folder.resolve("index.html");
    String shown =
        (index.startsWith(commandFolder()) ? commandFolder().relativize(index) : index)
            .toString()
            .replace('\\', '/');
    aggregation.write(
        folder,
        new Guidance(
            "mvn verify sextant:aggregate", "mvn sextant:update-baseline", Optional.of(shown)));
    conclude(aggregation, aggregation.message(shown));
  }

  private void conclude(Aggregation aggregation, String message) throws MojoFailureException {
    if (!aggregation.failed()) {
      message.lines().forEach(getLog()::info);
    } else if (failOnViolation) {
      message.lines().forEach(getLog()::error);
      throw new MojoFailureException(Text.lines(message));
    } else {
      message.lines().forEach(getLog()::warn);
      getLog().warn("The build goes on: sextant.failOnViolation is false.");
    }
  }

  private boolean isFromCommandLine() {
    return execution().getSource() == MojoExecution.Source.CLI;
  }

  /** Whichever of the modules that have this goal comes last does the work, skipped or not. */
  private List<MavenProject> arrive(boolean skipped) {
    return BuildState.of(session())
        .arrive(project(), skipped, session().getProjects().stream().filter(this::hasGoal).toList())
        .stream()
        .filter(module -> session().getResult().getBuildSummary(module) == null)
        .toList();
  }

  /** A parent is built before its modules. If it alone has the goal, it comes too early. */
  private void requireLast() throws EvaluationException {
    List<MavenProject> early =
        session().getProjects().stream()
            .filter(module -> measures(module) && !hasGoal(module))
            .filter(module -> session().getResult().getBuildSummary(module) == null)
            .toList();
    if (!early.isEmpty()) {
      throw new EvaluationException(
          "%s is built before %s, so there is nothing to aggregate yet; run mvn verify sextant:aggregate, or bind the goal so that the last module inherits it"
              .formatted(project().getArtifactId(), names(early)));
    }
  }

  private static String names(List<MavenProject> modules) {
    return String.join(", ", modules.stream().map(MavenProject::getArtifactId).toList());
  }

  private boolean hasGoal(MavenProject module) {
    return binds(module, Set.of(execution().getGoal()));
  }

  private boolean measures(MavenProject module) {
    return binds(module, Set.of("check", "evaluate"));
  }

  private boolean binds(MavenProject module, Set<String> goals) {
    Plugin own = module.getPlugin(execution().getPlugin().getKey());
    return own != null
        && own.getExecutions().stream()
            .filter(bound -> !"none".equals(bound.getPhase()))
            .anyMatch(bound -> bound.getGoals().stream().anyMatch(goals::contains));
  }

  /** Where each module may have results. Two of one name in different groups are told apart. */
  private Map<String, Set<Path>> modules() {
    BuildState build = BuildState.of(session());
    List<String> names = session().getProjects().stream().map(MavenProject::getArtifactId).toList();
    Map<String, Set<Path>> modules = new LinkedHashMap<>();
    for (MavenProject module : session().getProjects()) {
      Set<Path> folders = build.folders(module);
      folders.add(
          Path.of(module.getBuild().getDirectory(), "sextant").toAbsolutePath().normalize());
      String name = module.getArtifactId();
      modules.put(
          Collections.frequency(names, name) > 1 ? module.getGroupId() + ":" + name : name,
          folders);
      if (measures(module) && build.folders(module).isEmpty()) {
        getLog().warn("Module %s has no results of this build.".formatted(name));
      }
    }
    return modules;
  }

  private Path folder() {
    return aggregateDirectory != null
        ? aggregateDirectory.toPath()
        : Path.of(session().getTopLevelProject().getBuild().getDirectory(), "sextant-aggregate");
  }
}
