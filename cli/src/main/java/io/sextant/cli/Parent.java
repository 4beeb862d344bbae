package io.sextant.cli;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The process that wants this one's results. When it is gone, even killed, so are those who read
 * them, and this process must not keep on holding folders and cores.
 */
final class Parent {
  /** Names its process id. */
  static final String PROPERTY = "sextant.parent";

  private Parent() {}

  /**
   * Acts when the parent has ended; at once if it is not there any more.
   *
   * @param id of its process, perhaps none
   * @param orphaned what to do then
   */
  static CompletableFuture<Void> watch(Optional<String> id, Runnable orphaned) {
    if (id.isEmpty() || !id.get().matches("\\d{1,18}")) {
      return CompletableFuture.completedFuture(null);
    }
    return ProcessHandle.of(Long.parseLong(id.get()))
        .map(ProcessHandle::onExit)
        .orElseGet(() -> CompletableFuture.completedFuture(ProcessHandle.current()))
        .thenAccept(ended -> orphaned.run());
  }
}
