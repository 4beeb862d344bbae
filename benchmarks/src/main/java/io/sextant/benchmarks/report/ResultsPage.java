package io.sextant.benchmarks.report;

import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.contenders.Mode;
import io.sextant.benchmarks.networks.Network;
import io.sextant.benchmarks.timing.Agreement;
import io.sextant.benchmarks.timing.MemoryReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** RESULTS.md. */
public final class ResultsPage {
  private static final List<Contender> COLUMNS =
      List.of(Contender.ONEDNN, Contender.ND4J, Contender.LIBTORCH, Contender.DL4J);

  /** Kernels with less of the time are left out. */
  private static final double SMALLEST_SHARE = 0.002;

  private final Results results;
  private final List<Processor> processors;
  private final Markdown page = new Markdown();

  private ResultsPage(Results results, List<Processor> processors) {
    this.results = results;
    this.processors = processors;
  }

  /**
   * The page's text.
   *
   * @param processors the main figures of this run's processor and of others
   */
  public static String of(Results results, List<Processor> processors) {
    ResultsPage page = new ResultsPage(results, processors);
    page.head();
    page.goals();
    switch (results.plan()) {
      case "commands" -> page.commands();
      case "sequences" -> {
        page.allCells();
        page.onnx();
        page.agreement();
      }
      case "explainers" -> {
        page.jobs();
        page.agreement();
      }
      default -> page.all();
    }
    return page.page.toString();
  }

  private void all() {
    processors();
    allCells();
    onnx();
    jobs();
    commands();
    floors();
    kernels();
    scaling();
    memory();
    agreement();
  }

  private void allCells() {
    for (Mode mode : Mode.values()) {
      cells(mode);
    }
  }

  private void onnx() {
    page.heading(2, "From ONNX");
    page.paragraph(
        "The reference CNN from Deeplearning4j and from PyTorch's ONNX export of it, with the same"
            + " weights: forward + input gradient at batch 128 on the onednn engine, in one"
            + " process, call by call in turns.");
    Question own = Question.paired(Network.REFERENCE_CNN);
    Question exported = Question.paired(Network.REFERENCE_CNN_ONNX);
    page.table(
        List.of(">Deeplearning4j", ">ONNX", ">ONNX / Deeplearning4j"),
        List.of(
            List.of(
                millis(own, Contender.ONEDNN),
                millis(exported, Contender.ONEDNN),
                results
                    .timings()
                    .cost(exported, own, Contender.ONEDNN)
                    .map(Ratio::text)
                    .orElse("n/a"))));
  }

  private void head() {
    Machine machine = results.machine();
    page.heading(
        1,
        "Benchmark results on %s%s"
            .formatted(
                machine.title(),
                results.plan().equals("full") ? "" : " (%s run)".formatted(results.plan())));
    boolean commands = results.plan().equals("commands");
    int rounds = commands ? results.commandRounds() : results.rounds();
    page.paragraph(
        "Written by `mvn -Pbench verify`; [README.md](README.md) says what is measured and how. "
            + "Times are medians%s. \"x\" is how many times as long the other library takes: the"
                .formatted(commands ? "" : " in milliseconds, where no other unit is named")
            + " median over %d %s of the ratio of medians, with the range over the rounds in"
                .formatted(rounds, rounds == 1 ? "round" : "rounds")
            + " brackets%s."
                .formatted(commands ? "" : "; nd4j and DL4J take part in the first of them only"));
    if (results.plan().equals("quick")) {
      page.paragraph(
          "**A quick run: few samples, no error ranges. It shows that things run, not how fast.**");
    }
    List<String> facts = new ArrayList<>();
    facts.add("Machine: %s; %s; %s".formatted(machine.title(), machine.system(), machine.java()));
    facts.add("Date: " + results.date());
    new TreeSet<>(results.agreements().stream().map(Agreement::engine).toList())
        .forEach(facts::add);
    facts.add(
        "Other work on the machine while a process was timed: at most %s of it%s"
            .formatted(
                Figures.percent(results.busy()),
                results.idle()
                    ? ""
                    : ". **The machine was not idle: do not trust these figures.**"));
    page.bullets(facts);
    results
        .absences()
        .forEach(
            (contender, reason) ->
                page.paragraph("**%s: n/a, %s.**".formatted(contender.title(), reason)));
    if (!results.failures().isEmpty()) {
      page.paragraph("**Measurements that failed:**");
      page.bullets(results.failures());
    }
    if (!List.of("full", "quick").contains(results.plan())) {
      return;
    }
    page.paragraph("![Time of forward + input gradient against batch](RESULTS.svg)");
  }

  private void goals() {
    page.heading(2, "Reach");
    page.table(
        List.of("Goal, with the onednn engine", "Measured", "Verdict"),
        Goals.of(results).stream()
            .map(goal -> List.of(goal.claim(), goal.figure(), goal.verdict().text()))
            .toList());
  }

  private void processors() {
    page.heading(2, "Processors");
    page.paragraph(
        "The last full run on each processor: forward + input gradient at batch 128 on the onednn"
            + " engine, and cold commands. The rest of this page is about the first of them. Floors"
            + " belong to a processor: the rate of its matrix products is measured in the same"
            + " run.");
    List<String> head = new ArrayList<>(List.of("Processor", "Date"));
    head.addAll(Processor.COLUMNS);
    page.table(
        head,
        processors.stream()
            .map(
                processor ->
                    Stream.concat(
                            Stream.of(processor.title(), processor.date()),
                            processor.figures().stream())
                        .toList())
            .toList());
  }

  private void cells(Mode mode) {
    page.heading(2, mode.title());
    List<Network> networks = networks(mode);
    if (mode == Mode.JACOBIAN && networks.contains(Network.CREDIT_MLP)) {
      page.paragraph("The credit MLP has 2 classes: forward + 2 pullbacks.");
    }
    List<List<String>> rows = new ArrayList<>();
    for (Network network : networks) {
      for (int batch : Results.BATCHES) {
        Question cell = Question.cell(mode, network, batch);
        rows.add(
            Stream.of(
                    Stream.of(network.title(), Integer.toString(batch)),
                    COLUMNS.stream().map(contender -> millis(cell, contender)),
                    ratios(cell))
                .flatMap(cells -> cells)
                .toList());
      }
    }
    page.table(
        List.of(
            "Network",
            ">Batch",
            ">onednn",
            ">nd4j",
            ">libtorch",
            ">DL4J",
            ">libtorch / onednn",
            ">DL4J / onednn",
            ">libtorch / nd4j"),
        rows);
    page.bullets(absences(mode));
  }

  /** The networks that this run, or part of a run, is about. */
  private List<Network> networks(Mode mode) {
    return Network.TIMED.stream()
        .filter(
            network ->
                Results.BATCHES.stream()
                    .anyMatch(batch -> results.measured(Question.cell(mode, network, batch))))
        .toList();
  }

  private Stream<String> ratios(Question question) {
    return Stream.of(
        ratio(question, Contender.ONEDNN, Contender.LIBTORCH),
        ratio(question, Contender.ONEDNN, Contender.DL4J),
        ratio(question, Contender.ND4J, Contender.LIBTORCH));
  }

  private String millis(Question question, Contender contender) {
    return results
        .timings()
        .series(question, contender)
        .map(series -> Figures.millis(series.median()))
        .orElse("n/a");
  }

  private String ratio(Question question, Contender fast, Contender slow) {
    return results.timings().ratio(question, fast, slow).map(Ratio::text).orElse("n/a");
  }

  /** Why cells of a mode have no figure. */
  private List<String> absences(Mode mode) {
    TreeSet<String> reasons = new TreeSet<>();
    for (Contender contender : COLUMNS) {
      for (Network network : networks(mode)) {
        for (int batch : Results.BATCHES) {
          if (results.timings().series(Question.cell(mode, network, batch), contender).isEmpty()) {
            reasons.add(
                contender
                    .absence(network, batch, mode)
                    .orElse("batch %d: not part of this run, or failed".formatted(batch)));
          }
        }
      }
    }
    return reasons.stream().map(reason -> "n/a: " + reason).toList();
  }

  private void jobs() {
    page.heading(2, "End to end");
    page.paragraph(
        "The attack and the explainers of this toolkit against plain loops over libtorch in batches"
            + " of 128, which do the same work and keep examples that are broken already; occlusion"
            + " in one batch per image, Grad-CAM and DeepLIFT in one for all. The plans `quick` and"
            + " `standard` exist here only.");
    List<List<String>> rows = new ArrayList<>();
    for (Network network : Network.values()) {
      for (Job job : Job.values()) {
        Question question = job.on(network);
        if (!results.measured(question)) {
          continue;
        }
        rows.add(
            List.of(
                job.title(),
                network.title(),
                millis(question, Contender.ONEDNN),
                millis(question, Contender.ND4J),
                millis(question, Contender.LIBTORCH),
                ratio(question, Contender.ONEDNN, Contender.LIBTORCH),
                ratio(question, Contender.ND4J, Contender.LIBTORCH)));
      }
    }
    page.table(
        List.of(
            "Job",
            "Network",
            ">onednn",
            ">nd4j",
            ">libtorch",
            ">libtorch / onednn",
            ">libtorch / nd4j"),
        rows);
    List<String> counts = new ArrayList<>();
    for (Network network : Network.values()) {
      for (Job job : Job.values()) {
        Map<Contender, Integer> found = results.timings().found(job.on(network));
        if (!found.isEmpty()) {
          counts.add(
              "%s, %s: %s"
                  .formatted(network.title(), job.title(), found(500, found, Contender::title)));
        }
      }
    }
    page.bullets(counts);
  }

  private static String found(
      int images, Map<Contender, Integer> found, Function<Contender, String> name) {
    return "of %d images broken or wrong from the start: %s"
        .formatted(
            images,
            String.join(
                ", ",
                found.entrySet().stream()
                    .map(entry -> name.apply(entry.getKey()) + " " + entry.getValue())
                    .toList()));
  }

  private void commands() {
    page.heading(2, "Cold commands");
    page.paragraph(
        "`bin/sextant attack` in a new process, from its start to its end, beside a new process"
            + " that runs the same attack as a plain loop over libtorch. Both load the %s and the"
                .formatted(Command.NETWORK.title())
            + " images and attack at L∞ 0.1. The command also checks the model, has Deeplearning4j"
            + " judge each input, and writes its files; the loop only counts, and skips no example."
            + " It is a Java program without kept classes. All files are in the page cache. Warm"
            + " is the attack alone, the second time in a process. Seconds, of %d %s."
                .formatted(
                    results.commandRounds(), results.commandRounds() == 1 ? "round" : "rounds"));
    List<List<String>> rows = new ArrayList<>();
    List<String> counts = new ArrayList<>();
    for (Command command : Command.values()) {
      rows.add(cold(command, "whole process, wall clock", command.wall()));
      rows.add(cold(command, "whole process, CPU", command.cpu()));
      rows.add(cold(command, "warm attack, wall clock", command.warm()));
      Map<Contender, Integer> found = results.timings().found(command.wall());
      if (!found.isEmpty()) {
        counts.add(
            found(
                command.examples(),
                found,
                contender -> contender == Contender.ONEDNN ? "sextant" : contender.title()));
      }
    }
    page.table(List.of("Command", "What", ">sextant", ">libtorch", ">libtorch / sextant"), rows);
    page.bullets(counts);
  }

  private List<String> cold(Command command, String what, Question question) {
    return List.of(
        command.title(),
        what,
        seconds(question, Contender.ONEDNN),
        seconds(question, Contender.LIBTORCH),
        ratio(question, Contender.ONEDNN, Contender.LIBTORCH));
  }

  private String seconds(Question question, Contender contender) {
    return results.timings().series(question, contender).map(Figures::seconds).orElse("n/a");
  }

  private void floors() {
    page.heading(2, "Arithmetic floor");
    page.paragraph(
        "The floor is the time that the convolutions and dense layers would take at the best"
            + " rate at multiplying matrices, measured in the same run: %s. The operations of"
                .formatted(
                    String.join(
                        ", ",
                        results.peaks().stream()
                            .map(
                                peak ->
                                    "%s GFLOP/s with %s"
                                        .formatted(
                                            Figures.giga(peak.operationsPerSecond()),
                                            peak.library()))
                            .toList()))
            + " forward + input gradient are twice those of forward; a multiplication with its"
            + " addition counts as two. Batch 128, forward + input gradient.");
    List<List<String>> rows = new ArrayList<>();
    for (Network network : Network.TIMED) {
      Question cell = Question.cell(Mode.GRADIENT, network, 128);
      double floor = results.floor(network, 128);
      List<String> row = new ArrayList<>();
      row.add(network.title());
      row.add(String.format(Locale.ROOT, "%,d", results.parameters().getOrDefault(network, 0L)));
      row.add(
          String.format(Locale.ROOT, "%.3f", results.operations().getOrDefault(network, 0L) / 1e6));
      row.add(Figures.millis(floor));
      for (Contender contender : COLUMNS) {
        row.add(
            results
                .timings()
                .series(cell, contender)
                .map(series -> Figures.percent(floor / series.median()))
                .orElse("n/a"));
      }
      rows.add(row);
    }
    page.table(
        List.of(
            "Network",
            ">Parameters",
            ">MFLOP forward, one example",
            ">Floor, ms",
            ">onednn",
            ">nd4j",
            ">libtorch",
            ">DL4J"),
        rows);
  }

  private void kernels() {
    Kernels kernels = results.kernels();
    page.heading(2, "Kernels");
    if (kernels.all().isEmpty()) {
      page.paragraph("Not measured in this run.");
      return;
    }
    page.paragraph(
        "Reference CNN, forward + input gradient at batch 128 on the onednn engine: its calls as"
            + " oneDNN itself times them, each on one thread. The shapes are those after the engine"
            + " has cut the batch; a pullback is a forward convolution with the channels"
            + " exchanged. The arithmetic floor of one core is %s GFLOP/s, measured in the same"
                .formatted(Figures.giga(kernels.coreOperationsPerSecond()))
            + " way as that of all cores. Where nothing is multiplied, the bytes read and written"
            + " are told instead of a floor: they stay in a core's cache.");
    page.table(
        List.of(
            "Kernel",
            "Problem",
            ">Share of time",
            ">µs a call",
            ">GFLOP/s",
            ">of the floor",
            ">GB/s"),
        kernels.all().stream()
            .filter(kernel -> kernels.share(kernel) >= SMALLEST_SHARE)
            .map(kernel -> kernel(kernels, kernel))
            .toList());
  }

  private static List<String> kernel(Kernels kernels, Kernel kernel) {
    double rate = kernel.operations() / kernel.millis() * 1000;
    double bytes = kernel.bytes() / kernel.millis() * 1000;
    return List.of(
        kernel.kind(),
        "`%s`".formatted(kernel.problem()),
        String.format(Locale.ROOT, "%.1f%%", kernels.share(kernel) * 100),
        Figures.millis(kernel.millis() * 1000),
        rate == 0 ? "" : Figures.giga(rate),
        rate == 0 ? "" : Figures.percent(rate / kernels.coreOperationsPerSecond()),
        bytes == 0 ? "" : Figures.giga(bytes));
  }

  private void scaling() {
    List<Contender> shown = List.of(Contender.ONEDNN, Contender.ND4J, Contender.LIBTORCH);
    page.heading(2, "Scaling");
    page.paragraph(
        "Reference CNN, forward + input gradient. Milliseconds, and microseconds per example in"
            + " brackets.");
    page.heading(3, "Against the batch");
    page.table(
        List.of(">Batch", ">onednn", ">nd4j", ">libtorch"),
        results.scaledBatches().stream()
            .map(batch -> scaled("gradient", batch, 0, Integer.toString(batch), shown))
            .toList());
    page.heading(3, "Against the number of examples");
    page.paragraph(
        "One query of the gradient service, which cuts it into batches; libtorch in batches of"
            + " 128.");
    page.table(
        List.of(">Examples", ">onednn", ">nd4j", ">libtorch"),
        results.scaledRows().stream()
            .map(rows -> scaled("rows", rows, 0, Integer.toString(rows), shown))
            .toList());
    page.heading(3, "Against workers");
    page.paragraph("512 examples, as before; the service's workers, libtorch's threads.");
    page.table(
        List.of(">Workers", ">onednn", ">nd4j", ">libtorch"),
        Stream.of(1, 2)
            .map(threads -> scaled("rows", 512, threads, Integer.toString(threads), shown))
            .toList());
  }

  private List<String> scaled(
      String what, int batch, int threads, String first, List<Contender> shown) {
    List<String> row = new ArrayList<>(List.of(first));
    for (Contender contender : shown) {
      Optional<Series> series =
          results
              .timings()
              .series(new Question(what, Network.REFERENCE_CNN, batch, threads), contender);
      row.add(
          series
              .map(
                  s ->
                      "%s (%s)"
                          .formatted(
                              Figures.millis(s.median()),
                              Figures.millis(s.median() * 1000 / batch)))
              .orElse("n/a"));
    }
    return row;
  }

  private void memory() {
    page.heading(2, "Memory");
    page.paragraph(
        "Peak resident memory of a process that loads the network and computes 30 input gradients"
            + " of batches of 128, with a Java heap of at most 256 MiB.");
    List<List<String>> rows = new ArrayList<>();
    results
        .memory()
        .forEach(
            (network, readings) -> {
              List<String> row = new ArrayList<>(List.of(network.title()));
              for (Contender contender : COLUMNS) {
                MemoryReading reading = readings.get(contender);
                row.add(reading == null ? "n/a" : Figures.mebibytes(reading.peak()));
              }
              rows.add(row);
            });
    page.table(List.of("Network", ">onednn", ">nd4j", ">libtorch", ">DL4J"), rows);
    page.paragraph(
        "Resident memory over many gradient calls at batch 16 (demo CNN), after each tenth of them;"
            + " the Java heap is touched beforehand.");
    List<List<String>> soak = new ArrayList<>();
    for (Map.Entry<Contender, MemoryReading> entry : results.soak().entrySet()) {
      MemoryReading reading = entry.getValue();
      soak.add(
          List.of(
              entry.getKey().title(),
              String.format(Locale.ROOT, "%,d", reading.calls()),
              String.join(", ", reading.resident().stream().map(Figures::mebibytes).toList()),
              String.format(Locale.ROOT, "%+.1f%%", reading.growth() * 100)));
    }
    page.table(List.of("Engine", ">Calls", "Resident", ">First to last"), soak);
  }

  private void agreement() {
    page.heading(2, "The same work");
    page.paragraph(
        "Distance of logits and input gradients from the nd4j engine in double precision, relative"
            + " to their length, on 16 inputs. A run with a distance above 1e-4 stops.");
    page.table(
        List.of("Network", "Library", ">Logits", ">Input gradients"),
        results.agreements().stream()
            .map(
                a ->
                    List.of(
                        Network.of(a.network()).title(),
                        Contender.of(a.contender()).title(),
                        String.format(Locale.ROOT, "%.1e", a.logits()),
                        String.format(Locale.ROOT, "%.1e", a.gradients())))
            .toList());
  }
}
