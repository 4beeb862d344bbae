package io.sextant.maven;

import io.sextant.maven.evaluation.BuildLog;
import io.sextant.maven.evaluation.EvaluationException;
import io.sextant.results.internal.Text;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/** What every goal does first: look whether it is to be skipped. And last: say what broke. */
@SuppressWarnings("NullAway.Init")
abstract class SextantMojo extends AbstractMojo {
  @Parameter(defaultValue = "${project}", readonly = true, required = true)
  private MavenProject project;

  @Parameter(defaultValue = "${session}", readonly = true, required = true)
  private MavenSession session;

  @Parameter(defaultValue = "${mojoExecution}", readonly = true, required = true)
  private MojoExecution execution;

  /**
   * Skips every goal of this plugin.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.skip", defaultValue = "false")
  private boolean skip;

  /**
   * Skips this plugin where tests are skipped ({@code skipTests} or {@code maven.test.skip}).
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.honourSkipTests", defaultValue = "false")
  private boolean honourSkipTests;

  @Parameter(property = "skipTests", defaultValue = "false", readonly = true)
  private boolean skipTests;

  @Parameter(property = "maven.test.skip", defaultValue = "false", readonly = true)
  private boolean skipTestCompilation;

  @Override
  public final void execute() throws MojoExecutionException, MojoFailureException {
    Optional<String> reason = whySkipped();
    if (reason.isPresent()) {
      getLog().info("Skipped: " + reason.get());
      if (!isNeededByOthers()) {
        return;
      }
    }
    try {
      run();
    } catch (EvaluationException | IllegalArgumentException e) {
      throw new MojoExecutionException(Text.lines(String.valueOf(e.getMessage())), e);
    } catch (IOException e) {
      throw new MojoExecutionException(Text.lines("a file could not be read or written: " + e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MojoExecutionException("the build was interrupted, and the worker was ended", e);
    }
  }

  /** Does the goal's work. */
  abstract void run()
      throws EvaluationException, IOException, InterruptedException, MojoFailureException;

  /** Whether the setting of this one goal skips it. */
  abstract boolean isGoalSkipped();

  /** Whether other modules wait for this goal, although it is skipped in this one. */
  boolean isNeededByOthers() {
    return false;
  }

  /** A reason of the goal itself to do nothing. */
  Optional<String> whyNothingToDo() {
    return Optional.empty();
  }

  private Optional<String> whySkipped() {
    if (skip) {
      return Optional.of("sextant.skip is true.");
    }
    if (isGoalSkipped()) {
      return Optional.of("sextant.%s.skip is true.".formatted(execution.getGoal()));
    }
    if (honourSkipTests && (skipTests || skipTestCompilation)) {
      return Optional.of("tests are skipped, and sextant.honourSkipTests is true.");
    }
    return whyNothingToDo();
  }

  final MavenProject project() {
    return project;
  }

  final MavenSession session() {
    return session;
  }

  final MojoExecution execution() {
    return execution;
  }

  /** Names come from people and files; they must not move the cursor or fake a line. */
  @Override
  public final Log getLog() {
    return new PlainLog(super.getLog());
  }

  final BuildLog log() {
    return new MavenLog(getLog());
  }

  /** The version of this plugin, and so of the toolkit. */
  final String version() {
    return execution.getVersion();
  }

  /** The folder in which the user typed the command. */
  final Path commandFolder() {
    return Path.of(session.getExecutionRootDirectory());
  }

  /** The folder of the whole checkout. */
  final Path checkout() {
    List<Path> parents =
        Stream.iterate(project.getParent(), parent -> parent != null, MavenProject::getParent)
            .map(MavenProject::getBasedir)
            .filter(folder -> folder != null)
            .map(File::toPath)
            .toList();
    return Checkout.of(project.getBasedir().toPath(), parents).root();
  }

  /** Tells this build from any other. */
  final String sessionId() {
    return started().toString();
  }

  /** The day of this build, the same for all of its modules. */
  final LocalDate today() {
    return LocalDate.ofInstant(started(), ZoneId.systemDefault());
  }

  private Instant started() {
    return session.getRequest().getStartTime().toInstant();
  }
}
