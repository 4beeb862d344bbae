package io.sextant.maven;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;

/** What the goals of one build know of each other, across its modules and threads. */
final class BuildState {
  private static final String KEY = BuildState.class.getName();

  private final Map<MavenProject, Boolean> arrived = new HashMap<>();
  private final Map<Path, String> owners = new ConcurrentHashMap<>();
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

  /**
   * Takes a folder for an execution.
   *
   * @param owner module and execution
   * @return who has it already, if not the same
   */
  Optional<String> claim(Path folder, String owner) {
    String first = owners.putIfAbsent(folder.toAbsolutePath().normalize(), owner);
    return Optional.ofNullable(first).filter(other -> !other.equals(owner));
  }

  /**
   * A module is done but for its aggregation.
   *
   * @param skipped whether it would not aggregate by itself
   * @param all modules that come to this point
   * @return those that have not come yet
   */
  synchronized List<MavenProject> arrive(
      MavenProject module, boolean skipped, List<MavenProject> all) {
    arrived.put(module, skipped);
    return all.stream().filter(other -> !arrived.containsKey(other)).toList();
  }

  /** Whether a module that has come would aggregate by itself. */
  synchronized boolean isAnyAggregating() {
    return arrived.containsValue(false);
  }
}
