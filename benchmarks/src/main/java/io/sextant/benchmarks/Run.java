package io.sextant.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.contenders.Mode;
import io.sextant.benchmarks.networks.Checkout;
import io.sextant.benchmarks.networks.FloatingPointOperations;
import io.sextant.benchmarks.networks.Network;
import io.sextant.benchmarks.report.Job;
import io.sextant.benchmarks.report.Kernels;
import io.sextant.benchmarks.report.Machine;
import io.sextant.benchmarks.report.Measurements;
import io.sextant.benchmarks.report.Question;
import io.sextant.benchmarks.report.Results;
import io.sextant.benchmarks.timing.Agreement;
import io.sextant.benchmarks.timing.AgreementProcess;
import io.sextant.benchmarks.timing.JmhProcess;
import io.sextant.benchmarks.timing.MemoryProcess;
import io.sextant.benchmarks.timing.MemoryReading;
import io.sextant.benchmarks.timing.PairProcess;
import io.sextant.benchmarks.timing.Peak;
import io.sextant.benchmarks.timing.PeakProcess;
import io.sextant.gradients.graph.InferenceGraph;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One run of all measurements. Each process measures one library; the libraries take turns, and
 * everything is done again in each round, so that a drift of the machine meets all of them alike.
 */
final class Run {
  private static final String HEAP = "-Xmx1g";
  private static final List<String> SMALL_HEAP = List.of("-Xmx256m");
  // Touched beforehand, so that what grows is not the heap on its way to its limit.
  private static final List<String> FIXED_HEAP =
      List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch");
  // JavaCPP would count the whole process against the heap's limit.
  static final String NO_NATIVE_LIMIT = "-Dorg.bytedeco.javacpp.maxphysicalbytes=0";
  private static final long LONGEST_ROUNDS_NANOS = 30L * 60 * 1_000_000_000;
  private static final int MEMORY_CALLS = 30;
  private static final int SOAK_BATCH = 16;
  private static final int SLOW_SOAK_CALLS = 2_000;

  private final Plan plan;
  private final Checkout checkout;
  private final Path work;
  private final PrintWriter console;
  private final Fork fork;
  private final long start = System.nanoTime();
  private final ObjectMapper json = new ObjectMapper();
  private final Measurements timings = new Measurements();
  private final List<String> failures = new ArrayList<>();
  private final Map<Contender, String> absences = new EnumMap<>(Contender.class);
  private double busy;

  Run(Plan plan, Checkout checkout, Path work, PrintWriter console) {
    this.plan = plan;
    this.checkout = checkout;
    this.work = work;
    this.console = console;
    this.fork = new Fork(work);
  }

  Results measure() throws IOException {
    Files.createDirectories(work.resolve("jmh"));
    for (Contender contender : Contender.values()) {
      contender.absence().ifPresent(reason -> absences.put(contender, reason));
    }
    absences.forEach((contender, reason) -> say("%s: n/a, %s", contender.title(), reason));
    if (plan.rounds() == 0) {
      commands();
      return results(0, List.of(), List.of(), Map.of(), Map.of(), Kernels.NONE);
    }
    List<Agreement> agreements = agreements();
    List<Peak> peaks = new ArrayList<>(peaks("before"));
    int rounds = 0;
    while (rounds < plan.rounds() && (rounds == 0 || !late())) {
      rounds++;
      say("round %d of %d", rounds, plan.rounds());
      round(rounds);
    }
    if (plan.isPart()) {
      peaks.addAll(peaks("after"));
      return results(rounds, agreements, best(peaks), Map.of(), Map.of(), Kernels.NONE);
    }
    commands();
    scaling();
    Map<Network, Map<Contender, MemoryReading>> memory = memory();
    Map<Contender, MemoryReading> soak = soak();
    peaks.addAll(peaks("after"));
    return results(rounds, agreements, best(peaks), memory, soak, kernels());
  }

  private Results results(
      int rounds,
      List<Agreement> agreements,
      List<Peak> peaks,
      Map<Network, Map<Contender, MemoryReading>> memory,
      Map<Contender, MemoryReading> soak,
      Kernels kernels)
      throws IOException {
    Map<Network, Long> operations = new EnumMap<>(Network.class);
    Map<Network, Long> parameters = new EnumMap<>(Network.class);
    for (Network network : Network.TIMED) {
      InferenceGraph graph = network.load(checkout).graph();
      operations.put(network, FloatingPointOperations.forward(graph));
      parameters.put(network, graph.weights().count());
    }
    return new Results(
        plan.name(),
        rounds,
        LocalDate.now(java.time.ZoneOffset.UTC),
        Machine.here(),
        busy,
        agreements,
        peaks,
        operations,
        parameters,
        plan.commandRounds(),
        timings,
        plan.scaledBatches(),
        plan.scaledRows(),
        memory,
        soak,
        kernels,
        absences,
        failures);
  }

  private void commands() throws IOException {
    if (absences.containsKey(Contender.ONEDNN)) {
      return;
    }
    say("cold commands");
    ColdCommands commands =
        new ColdCommands(
            fork,
            checkout,
            work,
            timings,
            plan.attempts(),
            new ColdCommands.Listener() {
              @Override
              public void ended(String name, double millis) {
                say("  %s: %.1f s", name, millis / 1000);
              }

              @Override
              public void failed(String name, String reason) {
                Run.this.failed(name, reason);
              }
            });
    commands.measure(plan.commandRounds());
    busy = Math.max(busy, commands.busy());
  }

  private boolean late() {
    return System.nanoTime() - start > LONGEST_ROUNDS_NANOS;
  }

  private List<Contender> present(Contender... asked) {
    return Stream.of(asked).filter(contender -> !absences.containsKey(contender)).toList();
  }

  private List<Agreement> agreements() throws IOException {
    List<Agreement> all = new ArrayList<>();
    for (Contender contender : present(Contender.ND4J, Contender.ONEDNN, Contender.LIBTORCH)) {
      Path file = work.resolve("agreement-" + contender.key() + ".json");
      Optional<String> failure =
          run(
              "agreement-" + contender.key(),
              contender,
              List.of(HEAP),
              AgreementProcess.class,
              List.of(file.toString(), checkout.root().toString(), contender.key()));
      if (failure.isPresent()) {
        throw new IllegalStateException(
            "whether %s computes what the others do could not be checked: %s"
                .formatted(contender.title(), failure.get()));
      }
      all.addAll(List.of(json.readValue(file.toFile(), Agreement[].class)));
    }
    for (Agreement agreement : all) {
      if (!agreement.holds()) {
        throw new IllegalStateException(
            ("%s on %s does other work: its logits are %.1e and its gradients %.1e away, where %.0e"
                    + " is allowed; make the TorchScript files again as benchmarks/README.md says")
                .formatted(
                    agreement.contender(),
                    agreement.network(),
                    agreement.logits(),
                    agreement.gradients(),
                    Agreement.TOLERANCE));
      }
    }
    return all;
  }

  private List<Peak> peaks(String when) throws IOException {
    List<Peak> peaks = new ArrayList<>();
    // Each library has kernels for some processors only: MKL and OpenBLAS leave AVX-512 unused on
    // AMD, and a floor that rests on them is too easy there.
    for (Contender contender : present(Contender.ONEDNN, Contender.ND4J, Contender.LIBTORCH)) {
      // All cores, whatever a library's workers are given.
      peaks.add(peak("peak-%s-%s".formatted(contender.key(), when), contender, Map.of()));
    }
    return peaks;
  }

  private Peak peak(String name, Contender contender, Map<String, String> environment)
      throws IOException {
    Path file = work.resolve(name + ".json");
    Optional<String> failure =
        fork.run(
            name,
            environment,
            List.of(HEAP, NO_NATIVE_LIMIT),
            PeakProcess.class,
            List.of(file.toString(), contender.key()));
    if (failure.isPresent()) {
      throw new IllegalStateException("the machine's peak could not be measured: " + failure.get());
    }
    return json.readValue(file.toFile(), Peak.class);
  }

  /** What the fast engine's calls into oneDNN take, as oneDNN prints it. */
  private Kernels kernels() throws IOException {
    if (absences.containsKey(Contender.ONEDNN)) {
      return Kernels.NONE;
    }
    say("kernels");
    Map<String, String> environment = new HashMap<>(Contender.ONEDNN.environment());
    Peak core = peak("peak-core", Contender.ONEDNN, environment);
    environment.put("DNNL_VERBOSE", "1");
    String name = "kernels";
    Fork.Ended ended =
        fork.run(
            name,
            environment,
            fork.java(
                List.of(HEAP, NO_NATIVE_LIMIT),
                MemoryProcess.class,
                List.of(
                    work.resolve(name + ".json").toString(),
                    checkout.root().toString(),
                    Contender.ONEDNN.key(),
                    Network.REFERENCE_CNN.key(),
                    "128",
                    Integer.toString(MEMORY_CALLS))));
    if (ended.failure().isPresent()) {
      failed(name, ended.failure().get());
      return Kernels.NONE;
    }
    return Kernels.read(Files.readAllLines(ended.log()), core.operationsPerSecond());
  }

  /** The best of each library. */
  private static List<Peak> best(List<Peak> peaks) {
    return peaks.stream()
        .collect(Collectors.toMap(Peak::library, Peak::operationsPerSecond, Math::max))
        .entrySet()
        .stream()
        .map(entry -> new Peak(entry.getKey(), entry.getValue()))
        .sorted(java.util.Comparator.comparing(Peak::operationsPerSecond).reversed())
        .toList();
  }

  private void round(int round) throws IOException {
    List<Contender> contenders =
        new ArrayList<>(
            round <= plan.slowRounds()
                ? present(Contender.ONEDNN, Contender.LIBTORCH, Contender.ND4J, Contender.DL4J)
                : present(Contender.ONEDNN, Contender.LIBTORCH));
    if (round % 2 == 0) {
      Collections.reverse(contenders);
    }
    for (Network network : plan.networks()) {
      for (Contender contender : contenders) {
        cells(round, network, contender);
      }
    }
    if (!plan.networks().isEmpty()) {
      pair(round);
    }
    for (Network network : plan.jobNetworks()) {
      for (Contender contender : contenders) {
        if (contender != Contender.DL4J) {
          jobs("jobs", round, network, contender, false);
        }
        if (contender == Contender.ONEDNN) {
          jobs("presets", round, network, contender, true);
        }
      }
    }
  }

  /** The reference network from either of its files. */
  private void pair(int round) throws IOException {
    if (absences.containsKey(Contender.ONEDNN)) {
      return;
    }
    List<Network> networks = List.of(Network.REFERENCE_CNN, Network.REFERENCE_CNN_ONNX);
    String name = "pair-%d".formatted(round);
    Path file = work.resolve(name + ".json");
    List<String> arguments =
        new ArrayList<>(
            List.of(file.toString(), checkout.root().toString(), Contender.ONEDNN.key(), "128"));
    networks.forEach(network -> arguments.add(network.key()));
    Optional<String> failure =
        run(name, Contender.ONEDNN, List.of(HEAP), PairProcess.class, arguments);
    if (failure.isPresent()) {
      failed(name, failure.get());
      return;
    }
    double[] millis = json.readValue(file.toFile(), double[].class);
    for (int i = 0; i < millis.length; i++) {
      timings.add(Question.paired(networks.get(i)), Contender.ONEDNN, round, millis[i]);
    }
  }

  private void cells(int round, Network network, Contender contender) throws IOException {
    if (contender == Contender.DL4J) {
      if (contender.absence(network, 128, Mode.GRADIENT).isEmpty()) {
        cells(round, network, contender, "forward|gradient", List.of(128));
      }
    } else if (plan.jacobianBatches().equals(plan.batches())) {
      cells(round, network, contender, "forward|gradient|jacobian", plan.batches());
    } else {
      cells(round, network, contender, "forward|gradient", plan.batches());
      cells(round, network, contender, "jacobian", plan.jacobianBatches());
    }
  }

  private void cells(
      int round, Network network, Contender contender, String benchmarks, List<Integer> batches)
      throws IOException {
    jmh(
        "cells-%d-%s-%s-%s"
            .formatted(round, network.key(), contender.key(), benchmarks.replace('|', '-')),
        round,
        contender,
        "GradientCells\\.(%s)$".formatted(benchmarks),
        List.of("0", "1", Integer.toString(plan.measureMillis())),
        List.of(
            "network=" + network.key(),
            "batch=" + joined(batches),
            "warmup=" + plan.warmupMillis()));
  }

  private void jobs(String name, int round, Network network, Contender contender, boolean own)
      throws IOException {
    String methods =
        Stream.of(Job.values())
            .filter(job -> job.own() == own && job.networks().contains(network))
            .map(Job::key)
            .collect(Collectors.joining("|"));
    if (methods.isEmpty()) {
      return;
    }
    jmh(
        "%s-%d-%s-%s".formatted(name, round, network.key(), contender.key()),
        round,
        contender,
        "(EndToEnd|Presets)\\.(%s)$".formatted(methods),
        List.of("1", "1", "1"),
        List.of("network=" + network.key()));
  }

  private void scaling() throws IOException {
    List<Contender> contenders = present(Contender.ONEDNN, Contender.LIBTORCH, Contender.ND4J);
    for (Contender contender : contenders) {
      say("scaling of %s", contender.title());
      // Batches of the table of cells are measured already; their rounds are better than this one.
      List<Integer> batches =
          plan.scaledBatches().stream().filter(b -> !plan.batches().contains(b)).toList();
      scale("batch", contender, "gradient", batches, List.of(0));
      scale("rows", contender, "rows", plan.scaledRows(), List.of(0));
      scale("threads", contender, "rows", List.of(512), List.of(1, 2));
    }
  }

  private void scale(
      String name,
      Contender contender,
      String benchmark,
      List<Integer> batches,
      List<Integer> threads)
      throws IOException {
    jmh(
        "scaling-%s-%s".formatted(name, contender.key()),
        1,
        contender,
        "GradientCells\\.%s$".formatted(benchmark),
        List.of("0", "1", Integer.toString(plan.measureMillis())),
        List.of(
            "network=" + Network.REFERENCE_CNN.key(),
            "batch=" + joined(batches),
            "threads=" + joined(threads),
            "warmup=" + plan.warmupMillis()));
  }

  private void jmh(
      String name,
      int round,
      Contender contender,
      String benchmarks,
      List<String> lengths,
      List<String> parameters)
      throws IOException {
    Path file = work.resolve("jmh").resolve(name + ".json");
    List<String> arguments = new ArrayList<>(List.of(file.toString(), benchmarks));
    arguments.addAll(lengths);
    arguments.add("contender=" + contender.key());
    arguments.add("root=" + checkout.root());
    arguments.addAll(parameters);
    for (int attempt = 1; ; attempt++) {
      long begin = System.nanoTime();
      Ticks before = Ticks.now();
      Optional<String> failure = run(name, contender, List.of(HEAP), JmhProcess.class, arguments);
      double others = Ticks.now().othersSince(before);
      if (failure.isPresent()) {
        failed(name, failure.get());
        return;
      }
      say(
          "  %s: %.0f s%s",
          name,
          (System.nanoTime() - begin) / 1e9,
          others > Results.QUIET
              ? ", disturbed by other work (%.0f%%)".formatted(others * 100)
              : "");
      if (others <= Results.QUIET || attempt == plan.attempts() || late()) {
        busy = Math.max(busy, others);
        timings.add(file, round);
        return;
      }
    }
  }

  private Map<Network, Map<Contender, MemoryReading>> memory() throws IOException {
    Map<Network, Map<Contender, MemoryReading>> readings = new EnumMap<>(Network.class);
    List<Network> networks =
        plan.name().equals("full") ? Network.TIMED : List.of(Network.REFERENCE_CNN);
    for (Network network : networks) {
      for (Contender contender : present(Contender.values())) {
        if (contender.absence(network, 128, Mode.GRADIENT).isEmpty()) {
          memory("memory", contender, network, 128, MEMORY_CALLS, SMALL_HEAP)
              .ifPresent(
                  reading ->
                      readings
                          .computeIfAbsent(network, key -> new EnumMap<>(Contender.class))
                          .put(contender, reading));
        }
      }
    }
    return readings;
  }

  private Map<Contender, MemoryReading> soak() throws IOException {
    Map<Contender, MemoryReading> readings = new EnumMap<>(Contender.class);
    for (Contender contender : present(Contender.ONEDNN, Contender.ND4J)) {
      long calls =
          contender == Contender.ONEDNN
              ? plan.soakCalls()
              : Math.min(plan.soakCalls(), SLOW_SOAK_CALLS);
      say("%,d gradient calls of %s", calls, contender.title());
      memory("soak", contender, Network.DEMO_CNN, SOAK_BATCH, calls, FIXED_HEAP)
          .ifPresent(reading -> readings.put(contender, reading));
    }
    return readings;
  }

  private Optional<MemoryReading> memory(
      String what, Contender contender, Network network, int batch, long calls, List<String> heap)
      throws IOException {
    String name = "%s-%s-%s".formatted(what, network.key(), contender.key());
    Path file = work.resolve(name + ".json");
    Optional<String> failure =
        run(
            name,
            contender,
            heap,
            MemoryProcess.class,
            List.of(
                file.toString(),
                checkout.root().toString(),
                contender.key(),
                network.key(),
                Integer.toString(batch),
                Long.toString(calls)));
    if (failure.isPresent()) {
      failed(name, failure.get());
      return Optional.empty();
    }
    return Optional.of(json.readValue(file.toFile(), MemoryReading.class));
  }

  private Optional<String> run(
      String name, Contender contender, List<String> heap, Class<?> main, List<String> arguments)
      throws IOException {
    List<String> options = new ArrayList<>(heap);
    options.add(NO_NATIVE_LIMIT);
    return fork.run(name, contender.environment(), options, main, arguments);
  }

  private void failed(String name, String reason) {
    failures.add("%s: %s".formatted(name, reason));
    say("  %s FAILED: %s", name, reason);
  }

  private void say(String format, Object... arguments) {
    console.printf(
        "[%4d s] %s%n",
        (System.nanoTime() - start) / 1_000_000_000,
        String.format(java.util.Locale.ROOT, format, arguments));
  }

  private static String joined(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
