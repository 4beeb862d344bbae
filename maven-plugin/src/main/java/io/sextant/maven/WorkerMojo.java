package io.sextant.maven;

import io.sextant.maven.cache.LastEvidence;
import io.sextant.maven.cache.MeasurementKey;
import io.sextant.maven.cache.ResultCache;
import io.sextant.maven.classpath.Toolkit;
import io.sextant.maven.classpath.WorkerArtifacts;
import io.sextant.maven.config.EffectiveSpec;
import io.sextant.maven.evaluation.Evaluation;
import io.sextant.maven.evaluation.EvaluationException;
import io.sextant.maven.evaluation.RunRecord;
import io.sextant.maven.evaluation.Worker;
import io.sextant.maven.judge.Conclusion;
import io.sextant.maven.judge.JudgingKey;
import io.sextant.maven.judge.Outputs;
import io.sextant.maven.judge.VerdictCache;
import io.sextant.maven.worker.ArgumentLine;
import io.sextant.maven.worker.JavaRuntime;
import io.sextant.maven.worker.Patience;
import io.sextant.maven.worker.TimeSpan;
import io.sextant.maven.worker.WorkerJvm;
import io.sextant.reports.HtmlReport;
import io.sextant.results.AuditResult;
import io.sextant.results.curtail.Curtail;
import io.sextant.spec.AuditSpec;
import io.sextant.spec.ModelSpec;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.maven.RepositoryUtils;
import org.apache.maven.model.Dependency;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.toolchain.Toolchain;
import org.apache.maven.toolchain.ToolchainManager;
import org.eclipse.aether.RepositorySystem;
import org.jspecify.annotations.Nullable;

/** A goal that may need a worker: how it is started, and what is remembered between builds. */
@SuppressWarnings("NullAway.Init")
abstract class WorkerMojo extends SpecMojo {
  @Inject private RepositorySystem system;

  @Inject private ToolchainManager toolchains;

  /**
   * The folder of finished measurements; {@code .sextant/cache} in the root of the checkout.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.cacheDirectory")
  private @Nullable File cacheDirectory;

  /**
   * Which finished measurements are reused: those in {@code local}, the folder of the cache, or
   * {@code none}, so that nothing is read from it and nothing kept in it. Whoever can write the
   * folder can decide verdicts, so release builds take {@code none}.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.cache", defaultValue = "local")
  private String cache;

  /**
   * Which certain verdicts end the evaluation of a rule early: {@code fail}, {@code both} or {@code
   * none}.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.curtail", defaultValue = "fail")
  private String curtail;

  /**
   * After how long no more attacks are begun, for example {@code 90s} or {@code 5m}; what was not
   * run is reported, and leaves rules undecided.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.timeBudget")
  private @Nullable String timeBudget;

  /**
   * Whether the worker gets the project's classes and test dependencies, as models with custom
   * layers need; suppliers get them anyway.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.projectClassPath", defaultValue = "false")
  private boolean projectClassPath;

  /**
   * Jars and folders with the worker and all that it needs, in place of their resolution.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.fork.classPath")
  private @Nullable List<File> forkClassPath;

  /**
   * More options for the worker's Java, in one line; quotes keep a part together.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.fork.jvmArgs")
  private @Nullable String forkJvmArgs;

  /**
   * The worker's Java heap, for example {@code 2g}; 1g unless given.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.fork.maxHeap")
  private @Nullable String forkMaxHeap;

  /**
   * The worker's native memory, for example {@code 4g}.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.fork.maxBytes")
  private @Nullable String forkMaxBytes;

  /**
   * The worker's threads; the machine's cores shared out among concurrent workers unless given.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.fork.threads")
  private @Nullable Integer forkThreads;

  /**
   * After how long a worker is killed, for example {@code 30m}.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.fork.timeout")
  private @Nullable String forkTimeout;

  /**
   * After how long without a sign of progress a worker is killed, for example {@code 30m}, or
   * {@code none}. A worker that makes progress says so at least once a minute; a supplier that
   * takes longer to make a model or data needs more.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.fork.stallTimeout", defaultValue = "10m")
  private String forkStallTimeout;

  /**
   * Variables in the worker's environment; {@code OMP_NUM_THREADS} is 1 unless given here.
   *
   * @since 0.1
   */
  @Parameter private @Nullable Map<String, String> forkEnv;

  /**
   * How many workers a parallel build runs at once.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.fork.concurrency", defaultValue = "1")
  private int forkConcurrency;

  /**
   * Files and folders that suppliers read. Results of suppliers are reused only with this list,
   * since the plugin cannot know what else they depend on; an empty folder will do for one that
   * reads nothing.
   *
   * @since 0.1
   */
  @Parameter(property = "sextant.inputs")
  private @Nullable List<File> inputs;

  private @Nullable List<Path> resolved;

  /** Makes results in the folder, and notes whose they are. */
  final void evaluate(EffectiveSpec asked)
      throws EvaluationException, IOException, InterruptedException {
    requireOwnFolder();
    MeasurementKey key = key(asked);
    Evaluation.Measurement wanted =
        new Evaluation.Measurement(
            asked,
            key,
            () -> key(asked),
            Curtail.parse(curtail),
            Optional.ofNullable(timeBudget).map(t -> TimeSpan.parse("sextant.timeBudget", t)),
            gate(asked)::compared,
            gate(asked).waived(today()),
            !asked.needsProject() || (inputs != null && !inputs.isEmpty()),
            folder());
    Files.createDirectories(folder());
    boolean reused =
        new Evaluation(
                wanted, memory(), worker(asked, line -> getLog().info("worker | " + line)), log())
            .run();
    new RunRecord(
            RunRecord.FORMAT,
            sessionId(),
            execution().getExecutionId(),
            key.subject(),
            RunRecord.relative(folder(), asked.worker()),
            List.copyOf(wanted.folders().keySet()),
            RunRecord.relative(folder(), baselineFolder()),
            policy(),
            reused ? Optional.of(RunRecord.relative(checkout(), cacheFolder())) : Optional.empty())
        .write(folder());
    BuildState.of(session()).measured(project(), folder());
  }

  /** Two executions in one folder would judge each other's results. */
  private void requireOwnFolder() throws EvaluationException {
    String own = "%s of %s".formatted(execution().getExecutionId(), project().getId());
    Optional<String> other = BuildState.of(session()).claim(folder(), own);
    if (other.isPresent()) {
      throw new EvaluationException(
          "the executions %s and %s both write into %s; give each its own <outputDirectory>"
              .formatted(other.get(), own, folder()));
    }
  }

  /** Judges, or says again what was said about the same results under the same circumstances. */
  final List<Conclusion> verdicts(EffectiveSpec asked) throws EvaluationException, IOException {
    if (!usesCache() || !asked.selection().isEverything()) {
      return judge(asked);
    }
    Outputs outputs = outputs(asked);
    VerdictCache verdicts =
        new VerdictCache(cacheFolder().resolve("verdicts"), module(), log()::debug);
    String key = JudgingKey.of(gate(asked), outputs, today(), judgingCode());
    Map<String, Path> files =
        outputs.files(asked.spec().models().stream().map(ModelSpec::id).toList());
    Optional<List<Conclusion>> before = verdicts.restore(key, files);
    if (before.isPresent()) {
      log().debug("nothing changed since the last verdicts; they are reported again");
      return before.get();
    }
    List<Conclusion> now = judge(asked);
    // Somebody may have changed a baseline meanwhile.
    if (key.equals(JudgingKey.of(gate(asked), outputs, today(), judgingCode()))) {
      verdicts.store(key, files, now);
    }
    return now;
  }

  /** Where the code lies that judges and writes, if its version does not say it all. */
  private List<Path> judgingCode() {
    if (!Toolkit.of(version()).isSnapshot()) {
      return List.of();
    }
    return Stream.of(WorkerMojo.class, AuditSpec.class, AuditResult.class, HtmlReport.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
        .map(WorkerMojo::path)
        .toList();
  }

  private static Path path(URL location) {
    try {
      return Path.of(location.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Maven loads plugins from files: " + location, e);
    }
  }

  private Optional<Evaluation.Memory> memory() {
    return usesCache()
        ? Optional.of(
            new Evaluation.Memory(
                new ResultCache(cacheFolder(), log()::debug),
                new LastEvidence(cacheFolder().resolve("last").resolve(module()), log()::debug)))
        : Optional.empty();
  }

  private boolean usesCache() {
    return switch (cache.trim()) {
      case "local" -> true;
      case "none" -> false;
      default ->
          throw new IllegalArgumentException(
              "sextant.cache must be local or none but was '%s'".formatted(cache));
    };
  }

  private Path cacheFolder() {
    return cacheDirectory != null ? cacheDirectory.toPath() : checkout().resolve(".sextant/cache");
  }

  /** A name of this execution in this module, among all that share a cache, fit for a folder. */
  private String module() {
    return "%s.%s.%s"
        .formatted(project().getGroupId(), project().getArtifactId(), execution().getExecutionId())
        .replaceAll("[^A-Za-z0-9._-]", "_");
  }

  final Worker worker(EffectiveSpec asked, Consumer<String> lines) {
    int cores = Runtime.getRuntime().availableProcessors();
    return new Worker(
        () -> classPath(asked),
        new WorkerJvm(
            java().executable(),
            Optional.ofNullable(forkMaxHeap),
            Optional.ofNullable(forkMaxBytes),
            forkJvmArgs == null ? List.of() : ArgumentLine.split(forkJvmArgs),
            forkEnv == null ? Map.of() : forkEnv),
        base(),
        Patience.parse(Optional.ofNullable(forkTimeout), forkStallTimeout),
        forkThreads != null ? forkThreads : Math.max(1, cores / Math.max(1, forkConcurrency)),
        forkConcurrency,
        getLog().isDebugEnabled(),
        lines);
  }

  private JavaRuntime java() {
    Toolchain jdk = toolchains.getToolchainFromBuildContext("jdk", session());
    String tool = jdk == null ? null : jdk.findTool("java");
    return tool == null ? JavaRuntime.current() : new JavaRuntime(Path.of(tool));
  }

  final MeasurementKey key(EffectiveSpec asked) throws EvaluationException, IOException {
    Toolkit toolkit = Toolkit.of(version());
    List<Path> entries = new ArrayList<>();
    if (!givenClassPath().isEmpty() || needsProject(asked)) {
      entries.addAll(classPath(asked));
    } else if (toolkit.isSnapshot()) {
      entries.addAll(workerArtifacts().own());
    }
    if (inputs != null) {
      for (File input : inputs) {
        if (!input.exists()) {
          throw new IllegalArgumentException(
              "<inputs> names %s, which does not exist; correct the path".formatted(input));
        }
        entries.add(input.toPath());
      }
    }
    return MeasurementKey.of(
        asked,
        List.of(
            toolkit.version(),
            forkJvmArgs == null ? "" : forkJvmArgs,
            forkEnv == null ? "" : new TreeMap<>(forkEnv).toString(),
            System.getProperty("os.name", ""),
            System.getProperty("os.arch", ""),
            java().identity()),
        entries);
  }

  private List<Path> givenClassPath() {
    return forkClassPath == null ? List.of() : forkClassPath.stream().map(File::toPath).toList();
  }

  private boolean needsProject(EffectiveSpec asked) {
    return projectClassPath || asked.needsProject();
  }

  private List<Path> classPath(EffectiveSpec asked) throws EvaluationException {
    if (resolved == null) {
      resolved = resolve(needsProject(asked));
    }
    return resolved;
  }

  private List<Path> resolve(boolean withProject) throws EvaluationException {
    List<Path> own =
        withProject
            ? Stream.of(
                    project().getBuild().getTestOutputDirectory(),
                    project().getBuild().getOutputDirectory())
                .map(Path::of)
                .toList()
            : List.of();
    List<Path> rest;
    if (!givenClassPath().isEmpty()) {
      rest = givenClassPath();
      for (Path entry : rest) {
        if (!Files.exists(entry)) {
          throw new EvaluationException(
              "sextant.fork.classPath names %s, which does not exist".formatted(entry));
        }
      }
    } else {
      rest = artifacts(withProject);
    }
    return Stream.concat(own.stream(), rest.stream()).toList();
  }

  private WorkerArtifacts workerArtifacts() {
    return new WorkerArtifacts(
        system,
        session().getRepositorySession(),
        Stream.concat(
                project().getRemoteProjectRepositories().stream(),
                project().getRemotePluginRepositories().stream())
            .distinct()
            .toList(),
        Toolkit.of(version()));
  }

  private List<Path> artifacts(boolean withProject) throws EvaluationException {
    if (!withProject) {
      return workerArtifacts().alone();
    }
    List<Dependency> managed =
        project().getDependencyManagement() == null
            ? List.of()
            : project().getDependencyManagement().getDependencies();
    return workerArtifacts().with(convert(project().getDependencies()), convert(managed));
  }

  private List<org.eclipse.aether.graph.Dependency> convert(List<Dependency> dependencies) {
    return dependencies.stream()
        .map(
            dependency ->
                RepositoryUtils.toDependency(
                    dependency, session().getRepositorySession().getArtifactTypeRegistry()))
        .toList();
  }
}
