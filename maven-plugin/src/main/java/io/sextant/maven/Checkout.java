package io.sextant.maven;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder that belongs to all modules of a checkout. Maven knows it only where there is a folder
 * {@code .mvn}; without one it takes the folder in which it was called for it.
 *
 * @param root absolute
 */
record Checkout(Path root) {
  /** What lies in the root: the folder of git, or its file in a worktree, and that of Maven. */
  private static final List<String> MARKS = List.of(".git", ".mvn");

  /**
   * The checkout of a module.
   *
   * @param module its folder
   * @param parents the folders of its parents that lie in this build, the nearest first
   */
  static Checkout of(Path module, List<Path> parents) {
    Path base = module.toAbsolutePath().normalize();
    Optional<Path> marked =
        Stream.iterate(base, folder -> folder != null, Path::getParent)
            .filter(folder -> MARKS.stream().map(folder::resolve).anyMatch(Files::exists))
            .findFirst();
    Path topmost = parents.isEmpty() ? base : parents.get(parents.size() - 1);
    return new Checkout(marked.orElse(topmost.toAbsolutePath().normalize()));
  }
}
