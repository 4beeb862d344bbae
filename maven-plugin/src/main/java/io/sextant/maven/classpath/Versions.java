package io.sextant.maven.classpath;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.maven.artifact.versioning.ComparableVersion;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.graph.Dependency;

/**
 * The versions of libraries that the worker needs at least. Deeplearning4j is not among them: there
 * another version is an error, and must be seen.
 */
final class Versions {
  private final Map<String, Artifact> needed = new LinkedHashMap<>();

  /** The worker uses an artifact. */
  void need(Artifact artifact) {
    if (!OneDeeplearning.covers(artifact.getGroupId())) {
      needed.put(key(artifact), artifact);
    }
  }

  /** The dependency, in the version that is needed if its own is older. */
  Dependency raise(Dependency dependency) {
    Artifact own = dependency.getArtifact();
    Artifact other = needed.get(key(own));
    return other == null || !isOlder(own, other)
        ? dependency
        : dependency.setArtifact(own.setVersion(other.getVersion()));
  }

  /** The managed dependencies of a project, with what is needed. */
  List<Dependency> manage(List<Dependency> managed) {
    Map<String, Artifact> missing = new LinkedHashMap<>(needed);
    List<Dependency> all = new ArrayList<>();
    for (Dependency dependency : managed) {
      all.add(raise(dependency));
      missing.remove(key(dependency.getArtifact()));
    }
    // Without a scope, so that only the version is managed.
    missing.values().forEach(artifact -> all.add(new Dependency(artifact, "")));
    return all;
  }

  private static boolean isOlder(Artifact one, Artifact other) {
    return new ComparableVersion(one.getVersion())
            .compareTo(new ComparableVersion(other.getVersion()))
        < 0;
  }

  private static String key(Artifact artifact) {
    return String.join(
        ":",
        artifact.getGroupId(),
        artifact.getArtifactId(),
        artifact.getExtension(),
        artifact.getClassifier());
  }
}
