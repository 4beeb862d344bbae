package io.sextant.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.networks.Checkout;
import io.sextant.benchmarks.report.Command;
import io.sextant.benchmarks.report.Measurements;
import io.sextant.benchmarks.report.Results;
import io.sextant.benchmarks.timing.LoopProcess;
import io.sextant.benchmarks.timing.LoopReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The command of this checkout as a user gives it, side by side with a program that runs the same
 * attack as a plain loop over libtorch. Every time is that of a new process.
 */
final class ColdCommands {
  private static final Pattern COUNTS =
      Pattern.compile("(\\d+) of \\d+ examples broken by .*; (\\d+) were wrong before");

  private final Fork fork;
  private final Checkout checkout;
  private final Path work;
  private final Measurements timings;
  private final Listener listener;
  private final int attempts;
  private final ObjectMapper json = new ObjectMapper();
  private double busy;

  /** Is notified of progress. */
  interface Listener {
    void ended(String name, double millis);

    void failed(String name, String reason);
  }

  /**
   * Commands to be timed.
   *
   * @param work folder for what they write
   * @param timings to add to
   * @param attempts how often a process is measured until it is not disturbed by other work
   */
  ColdCommands(
      Fork fork,
      Checkout checkout,
      Path work,
      Measurements timings,
      int attempts,
      Listener listener) {
    this.fork = fork;
    this.checkout = checkout;
    this.work = work;
    this.timings = timings;
    this.attempts = attempts;
    this.listener = listener;
  }

  /** The largest share of the machine that other work took while a process was timed. */
  double busy() {
    return busy;
  }

  /** Measures in rounds, each of which begins with another library than the one before. */
  void measure(int rounds) throws IOException {
    // The first time, the command is built if need be, and files come into memory.
    for (Contender contender : contenders(0)) {
      if (!once(0, Command.ONE_IMAGE, contender)) {
        return;
      }
    }
    for (int round = 1; round <= rounds; round++) {
      for (Command command : Command.values()) {
        for (Contender contender : contenders(round)) {
          if (!once(round, command, contender) || !warm(round, command, contender)) {
            return;
          }
        }
      }
    }
  }

  private static List<Contender> contenders(int round) {
    List<Contender> contenders = new ArrayList<>(List.of(Contender.ONEDNN, Contender.LIBTORCH));
    if (round % 2 == 0) {
      Collections.reverse(contenders);
    }
    return contenders;
  }

  /** A whole process. Round 0 is not counted. */
  private boolean once(int round, Command command, Contender contender) throws IOException {
    String name = "%s-%d-%s".formatted(command.key(), round, contender.key());
    Path out = work.resolve("commands").resolve(name);
    for (int attempt = 1; ; attempt++) {
      delete(out);
      Files.createDirectories(out.getParent());
      Fork.Ended ended =
          contender == Contender.LIBTORCH
              ? fork.run(name, contender.environment(), loop(out, command, contender, 1))
              : fork.run(name, Map.of(), sextant(out, command));
      if (ended.failure().isPresent()) {
        listener.failed(name, ended.failure().get());
        return false;
      }
      Optional<Integer> broken = contender == Contender.LIBTORCH ? read(out) : counts(ended.log());
      if (broken.isEmpty()) {
        listener.failed(
            name, "it did not say what it found (log: %s)".formatted(ended.log().getFileName()));
        return false;
      }
      if (round == 0 || ended.others() <= Results.QUIET || attempt == attempts) {
        listener.ended(name, ended.wallMillis());
        if (round > 0) {
          busy = Math.max(busy, ended.others());
          timings.add(command.wall(), contender, round, ended.wallMillis());
          timings.add(command.cpu(), contender, round, ended.cpuMillis());
          timings.found(command.wall(), contender, broken.get());
        }
        return true;
      }
    }
  }

  /** The attack alone, in a process that has done it before. */
  private boolean warm(int round, Command command, Contender contender) throws IOException {
    String name = "%s-warm-%d-%s".formatted(command.key(), round, contender.key());
    Path out = work.resolve("commands").resolve(name);
    Fork.Ended ended = fork.run(name, contender.environment(), loop(out, command, contender, 2));
    if (ended.failure().isPresent()) {
      listener.failed(name, ended.failure().get());
      return false;
    }
    listener.ended(name, ended.wallMillis());
    timings.add(
        command.warm(), contender, round, json.readValue(out.toFile(), LoopReading.class).millis());
    return true;
  }

  private List<String> sextant(Path out, Command command) {
    return List.of(
        checkout.root().resolve("bin/sextant").toString(),
        "attack",
        "--model",
        checkout.example("models/fashion-cnn-adversarial.zip").toString(),
        "--images",
        checkout.example("data/fashion-mnist/test-images-idx3-ubyte.gz").toString(),
        "--labels",
        checkout.example("data/fashion-mnist/test-labels-idx1-ubyte.gz").toString(),
        "--samples",
        Integer.toString(command.examples()),
        "--steps",
        "40",
        "--norm",
        "linf",
        "--epsilon",
        "0.1",
        "--out",
        out.toString());
  }

  private List<String> loop(Path out, Command command, Contender contender, int repetitions) {
    return fork.java(
        List.of("-Xmx1g", "-XX:+UseSerialGC", Run.NO_NATIVE_LIMIT),
        LoopProcess.class,
        List.of(
            out.toString(),
            checkout.root().toString(),
            contender.key(),
            Command.NETWORK.key(),
            Integer.toString(command.examples()),
            Integer.toString(repetitions)));
  }

  private Optional<Integer> read(Path file) throws IOException {
    return Optional.of(json.readValue(file.toFile(), LoopReading.class).broken());
  }

  /** Examples broken and examples wrong from the start, as the command says in its last line. */
  static Optional<Integer> counts(Path log) throws IOException {
    Matcher matcher = COUNTS.matcher(Files.readString(log));
    return matcher.find()
        ? Optional.of(Integer.parseInt(matcher.group(1)) + Integer.parseInt(matcher.group(2)))
        : Optional.empty();
  }

  private static void delete(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try (Stream<Path> files = Files.walk(file)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
