package io.sextant.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Stands in for the worker: does what system properties say, and needs nothing but Java.
 *
 * <ul>
 *   <li>{@code stub.log}: a file to which the arguments are added, one line per call
 *   <li>{@code stub.out}, {@code stub.err}: lines to print
 *   <li>{@code stub.environment}: a variable to print
 *   <li>{@code stub.span}: a file that hears of the beginning and the end of each call
 *   <li>{@code stub.child}: a file that a child of this process keeps locked for ten minutes
 *   <li>{@code stub.temporary}: the content of a temporary file to leave, whose name it prints
 *   <li>{@code stub.seconds}: how long it takes; with {@code stub.ticks} it says a line each second
 *   <li>{@code stub.results}: a folder that is copied into the one after {@code --out}
 *   <li>{@code stub.signal}: a signal to send to itself, for example SEGV
 *   <li>{@code stub.heap}: memory to ask for, in MiB
 *   <li>{@code stub.exit}: the exit code
 * </ul>
 */
public final class Main {
  private Main() {}

  /** Does it. */
  public static void main(String[] arguments) throws Exception {
    Optional<String> log = setting("stub.log");
    if (log.isPresent()) {
      append(log.get(), String.join(" ", arguments));
    }
    if (setting("stub.lock").isPresent()) {
      keepLocked(Path.of(setting("stub.lock").get()));
    }
    if (setting("stub.span").isPresent()) {
      append(setting("stub.span").get(), "begin");
    }
    setting("stub.out").ifPresent(System.out::println);
    setting("stub.err").ifPresent(System.err::println);
    setting("stub.environment")
        .ifPresent(name -> System.out.println(name + "=" + System.getenv(name)));
    if (setting("stub.child").isPresent()) {
      startChild(setting("stub.child").get());
    }
    if (setting("stub.temporary").isPresent()) {
      System.out.println(
          Files.writeString(Files.createTempFile("stub", ".tmp"), setting("stub.temporary").get()));
    }
    if (setting("stub.seconds").isPresent()) {
      for (long left = Long.parseLong(setting("stub.seconds").get()); left > 0; left--) {
        TimeUnit.SECONDS.sleep(1);
        setting("stub.ticks").ifPresent(on -> System.err.println("tick"));
      }
    }
    if (setting("stub.heap").isPresent()) {
      byte[][] memory = new byte[Integer.parseInt(setting("stub.heap").get())][];
      for (int i = 0; i < memory.length; i++) {
        memory[i] = new byte[1 << 20];
      }
    }
    if (setting("stub.signal").isPresent()) {
      String self = String.valueOf(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-" + setting("stub.signal").get(), self).start().waitFor();
      TimeUnit.MINUTES.sleep(1);
    }
    List<String> given = List.of(arguments);
    if (setting("stub.results").isPresent() && given.contains("--out")) {
      copy(Path.of(setting("stub.results").get()), Path.of(given.get(given.indexOf("--out") + 1)));
    }
    if (setting("stub.span").isPresent()) {
      append(setting("stub.span").get(), "end");
    }
    System.exit(Integer.parseInt(setting("stub.exit").orElse("0")));
  }

  private static void append(String file, String line) throws IOException {
    Files.writeString(
        Path.of(file),
        line + System.lineSeparator(),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** Another of these, which tells when it has the lock. */
  private static void startChild(String file) throws IOException {
    Process child =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dstub.lock=" + file,
                Main.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    System.out.println(child.inputReader().readLine());
  }

  private static void keepLocked(Path file) throws IOException, InterruptedException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock();
      System.out.println("the child has the lock");
      TimeUnit.MINUTES.sleep(10);
    }
  }

  private static Optional<String> setting(String name) {
    return Optional.ofNullable(System.getProperty(name));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.write(target, Files.readAllBytes(file));
      }
    }
  }
}
