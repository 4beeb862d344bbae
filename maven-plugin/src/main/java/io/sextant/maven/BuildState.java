package io.sextant.maven;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;

/** What the goals of one build know of each other, across its modules and threads. */
final class BuildState {
  private static final String KEY = BuildState.class.getName();

  private final Set<MavenProject> aggregating = ConcurrentHashMap.newKeySet();
  private final Map<MavenProject, Set<Path>> folders = new ConcurrentHashMap<>();

  private BuildState() {}

  /** The state of a build; it ends with the build. */
  static BuildState of(MavenSession session) {
    Map<String, Object> data = session.getRequest().getData();
    synchronized (data) {
      // Another class loader's state, of a module with another version of this plugin, is foreign.
      if (data.get(KEY) instanceof BuildState known) {
        return known;
      }
      BuildState fresh = new BuildState();
      data.put(KEY, fresh);
      return fresh;
    }
  }

  /** A module has results in a folder. */
  void measured(MavenProject module, Path folder) {
    folders
        .computeIfAbsent(module, key -> ConcurrentHashMap.newKeySet())
        .add(folder.toAbsolutePath().normalize());
  }

  /** Where a module has put results in this build. */
  Set<Path> folders(MavenProject module) {
    return new LinkedHashSet<>(folders.getOrDefault(module, Set.of()));
  }

  /** A module is done but for its aggregation. */
  void arrive(MavenProject module) {
    aggregating.add(module);
  }

  /** Whether a module is done but for its aggregation. */
  boolean hasArrived(MavenProject module) {
    return aggregating.contains(module);
  }
}
