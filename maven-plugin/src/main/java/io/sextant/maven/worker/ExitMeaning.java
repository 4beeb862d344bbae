package io.sextant.maven.worker;

import io.sextant.maven.worker.WorkerExit.Ended;
import io.sextant.maven.worker.WorkerExit.Stalled;
import io.sextant.maven.worker.WorkerExit.TimedOut;
import java.util.Locale;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What the end of a worker means: results to judge, or something broken and what to do about it.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ExitMeaning {
  private static final int KILLED = 137;
  private static final int TERMINATED = 143;

  private ExitMeaning() {}

  /**
   * What is broken.
   *
   * @param exit of the worker
   * @param results whether it left every result; they are from this run
   * @param jvm it ran in
   * @return nothing when there are results to judge; else what happened and the next step
   */
  public static Optional<String> broken(WorkerExit exit, boolean results, WorkerJvm jvm) {
    if (exit instanceof TimedOut late) {
      return Optional.of(
          "the worker was killed after %s, the limit of sextant.fork.timeout; raise it, take fewer samples, use sextant.profile=quick, or set sextant.timeBudget to a shorter time, which ends in a verdict"
              .formatted(TimeSpan.words(late.limit())));
    }
    if (exit instanceof Stalled stalled) {
      return Optional.of(
          "the worker was killed: it made no progress for %s, the limit of sextant.fork.stallTimeout%s; where it was reading a model, that file may be at fault (sextant inspect FILE reads it alone), and where it is only slow, raise the limit or set it to none"
              .formatted(
                  TimeSpan.words(stalled.limit()),
                  stalled.last().map(line -> ", after it said: " + line).orElse("")));
    }
    if (!(exit instanceof Ended ended)) {
      throw new IllegalArgumentException("unknown exit " + exit);
    }
    int code = ended.code();
    if (ended.crashed()) {
      return Optional.of(crashed(code));
    }
    if (results && (code == 0 || code == 1 || code == 3)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (code) {
          case 2 ->
              "the audit cannot be done: "
                  + ended.complaint().orElse("the worker gave no reason; see its lines above");
          case 70 ->
              "the worker has a defect: %s; run Maven with -X to see where, and report it"
                  .formatted(ended.complaint().orElse("it gave no reason; see its lines above"));
          case 71 -> outOfMemory(ended, jvm);
          case KILLED ->
              "the worker was killed from outside (exit code 137), most likely because the machine ran out of memory; lower sextant.fork.maxHeap (now %s), set sextant.fork.maxBytes%s, or use fewer sextant.fork.threads"
                  .formatted(jvm.heap(), now(jvm));
          case TERMINATED ->
              "the worker was ended from outside (exit code 143); run the build again, the worker"
                  + " goes on where it was";
          case 0, 1, 3 -> started(ended, jvm);
          default -> crashed(code);
        });
  }

  private static String crashed(int code) {
    return "the worker crashed (exit code %d); its lines above and any hs_err_pid file in the output folder say where; where it was reading a model, that file may be at fault (sextant inspect FILE reads it alone); try -Dsextant.fork.jvmArgs=-Xint to tell native code from Java, and report it"
        .formatted(code);
  }

  /** The right exit code, but no result: some of Java's own ends share it. */
  private static String started(Ended ended, WorkerJvm jvm) {
    String errors = String.join("\n", ended.errors());
    if (errors.contains("UnsupportedClassVersionError")) {
      return "the worker needs Java 17 or later, and %s is older; configure a jdk toolchain, or run Maven with a newer one"
          .formatted(jvm.java());
    }
    if (errors.contains("Could not find or load main class")
        || errors.contains("NoClassDefFoundError")
        || errors.contains("ClassNotFoundException")) {
      return "the worker's class path lacks classes (%s); sextant.fork.classPath must hold sextant-cli and everything it needs"
          .formatted(first(ended, "class"));
    }
    if (errors.contains("Error: Could not create the Java Virtual Machine")
        || errors.contains("Error occurred during initialization of VM")) {
      return "the worker's Java did not start (%s); check sextant.fork.jvmArgs and sextant.fork.maxHeap"
          .formatted(first(ended, ""));
    }
    if (errors.contains("OutOfMemoryError")) {
      return "the worker ran out of memory (%s): raise sextant.fork.maxHeap (now %s) or sextant.fork.maxBytes%s, or use fewer sextant.fork.threads"
          .formatted(first(ended, "outofmemoryerror"), jvm.heap(), now(jvm));
    }
    if (ended.code() == 3) {
      return "the worker ended with exit code 3 and without a result, as Java does when it runs out of memory with -XX:+ExitOnOutOfMemoryError; raise sextant.fork.maxHeap (now %s)"
          .formatted(jvm.heap());
    }
    return "the worker ended with exit code %d but left no result.json; see its lines above, and report it"
        .formatted(ended.code());
  }

  private static String first(Ended ended, String word) {
    return ended.errors().stream()
        .filter(line -> !line.isBlank() && line.toLowerCase(Locale.ROOT).contains(word))
        .findFirst()
        .map(line -> line.strip().replaceFirst("^Error: ", ""))
        .orElse("no reason given");
  }

  private static String outOfMemory(Ended ended, WorkerJvm jvm) {
    String complaint = ended.complaint().orElse("out of memory");
    boolean heap = complaint.contains("heap space") || complaint.contains("GC overhead");
    return heap
        ? "the worker ran out of Java heap (%s): raise sextant.fork.maxHeap (now %s), or use fewer sextant.fork.threads"
            .formatted(complaint, jvm.heap())
        : "the worker ran out of off-heap memory (%s): raise sextant.fork.maxBytes%s, or use fewer sextant.fork.threads"
            .formatted(complaint, now(jvm));
  }

  private static String now(WorkerJvm jvm) {
    return jvm.maxBytes().map(size -> " (now " + size + ")").orElse(" (now not set)");
  }
}
