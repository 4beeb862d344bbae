package io.sextant.cli;

import java.util.Optional;

/**
 * The process that wants this one's results. When it is gone, even killed, so are those who read
 * them, and this process must not keep on holding folders and cores.
 */
final class Parent {
  /** The variable of the environment with its process id. */
  static final String VARIABLE = "SEXTANT_PARENT";

  private Parent() {}

  /**
   * Acts when the parent has ended; at once if it is not there any more.
   *
   * @param id of its process, perhaps none
   * @param orphaned what to do then
   */
  static void watch(Optional<String> id, Runnable orphaned) {
    if (id.isEmpty() || !id.get().matches("\\d{1,18}")) {
      return;
    }
    ProcessHandle.of(Long.parseLong(id.get()))
        .ifPresentOrElse(
            parent -> {
              var unused = parent.onExit().thenRun(orphaned);
            },
            orphaned);
  }
}
