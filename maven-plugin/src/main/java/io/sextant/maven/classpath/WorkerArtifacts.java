package io.sextant.maven.classpath;

import io.sextant.maven.evaluation.EvaluationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.collection.DependencyCollectionException;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.DependencyNode;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;

/**
 * The worker's artifacts, by one resolution of {@code sextant-cli}: its POMs choose the native
 * libraries by operating system and architecture.
 *
 * @param system that resolves
 * @param session of the build
 * @param repositories of the project and its plugins
 * @param toolkit that is resolved
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record WorkerArtifacts(
    RepositorySystem system,
    RepositorySystemSession session,
    List<RemoteRepository> repositories,
    Toolkit toolkit) {
  public WorkerArtifacts {
    repositories = List.copyOf(repositories);
  }

  /**
   * Without the project.
   *
   * @throws EvaluationException if an artifact cannot be had
   */
  public List<Path> alone() throws EvaluationException {
    CollectRequest wanted = new CollectRequest();
    wanted.addDependency(worker());
    return files(resolve(wanted));
  }

  /**
   * With the project's dependencies in the same resolution, the project's first. Of libraries that
   * both use, the newer version is taken: Maven alone would take the nearer one, with which the
   * worker may not run.
   *
   * @param dependencies of the project, in all scopes
   * @param managed dependencies of the project
   * @throws EvaluationException if an artifact cannot be had, or the project has another
   *     Deeplearning4j
   */
  public List<Path> with(List<Dependency> dependencies, List<Dependency> managed)
      throws EvaluationException {
    // A direct dependency is the nearest one: its version is the one that is chosen.
    OneDeeplearning.require(
        dependencies.stream().map(Dependency::getArtifact).map(WorkerArtifacts::named).toList(),
        toolkit.dl4j());
    Versions versions = new Versions();
    CollectRequest alone = new CollectRequest();
    alone.addDependency(worker());
    artifacts(collect(alone)).forEach(versions::need);
    CollectRequest wanted = new CollectRequest();
    dependencies.stream().map(versions::raise).forEach(wanted::addDependency);
    wanted.addDependency(worker());
    wanted.setManagedDependencies(versions.manage(managed));
    // Versions are chosen before any file is looked for, so that a wrong one is reported first.
    OneDeeplearning.require(
        artifacts(collect(wanted)).stream().map(WorkerArtifacts::named).toList(), toolkit.dl4j());
    return files(resolve(wanted));
  }

  private static Coordinates named(Artifact artifact) {
    return new Coordinates(artifact.getGroupId(), artifact.getArtifactId(), artifact.getVersion());
  }

  private DependencyNode collect(CollectRequest wanted) throws EvaluationException {
    wanted.setRepositories(repositories);
    try {
      return system.collectDependencies(session, wanted).getRoot();
    } catch (DependencyCollectionException e) {
      throw unresolved(e);
    }
  }

  private static List<Artifact> artifacts(DependencyNode node) {
    List<Artifact> found = new ArrayList<>();
    if (node.getArtifact() != null) {
      found.add(node.getArtifact());
    }
    node.getChildren().forEach(child -> found.addAll(artifacts(child)));
    return found;
  }

  /**
   * The files of the toolkit's own artifacts, without what they depend on: enough to tell two
   * snapshots apart, and quick, as no POM is read.
   *
   * @throws EvaluationException if an artifact cannot be had
   */
  public List<Path> own() throws EvaluationException {
    List<ArtifactRequest> wanted =
        Toolkit.MEASURING.stream()
            .map(
                module ->
                    new DefaultArtifact(
                        "io.sextant", "sextant-" + module, "jar", toolkit.version()))
            .map(artifact -> new ArtifactRequest(artifact, repositories, null))
            .toList();
    try {
      return files(
          system.resolveArtifacts(session, wanted).stream()
              .map(ArtifactResult::getArtifact)
              .toList());
    } catch (ArtifactResolutionException e) {
      throw unresolved(e);
    }
  }

  private static EvaluationException unresolved(Exception e) {
    return new EvaluationException(
        "the worker's class path cannot be resolved: %s; check the network or run once without -o, or give sextant.fork.classPath"
            .formatted(e.getMessage()),
        e);
  }

  private Dependency worker() {
    return new Dependency(
        new DefaultArtifact("io.sextant", "sextant-cli", "jar", toolkit.version()), "runtime");
  }

  private List<Artifact> resolve(CollectRequest wanted) throws EvaluationException {
    wanted.setRepositories(repositories);
    try {
      return system
          .resolveDependencies(session, new DependencyRequest(wanted, null))
          .getArtifactResults()
          .stream()
          .map(ArtifactResult::getArtifact)
          .toList();
    } catch (DependencyResolutionException e) {
      throw unresolved(e);
    }
  }

  private static List<Path> files(List<Artifact> artifacts) {
    List<Path> files = new ArrayList<>();
    for (Artifact artifact : artifacts) {
      if (artifact.getFile() != null && !artifact.getExtension().equals("pom")) {
        files.add(artifact.getFile().toPath());
      }
    }
    return List.copyOf(files);
  }
}
