package io.sextant.benchmarks.report;

import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.contenders.Mode;
import io.sextant.benchmarks.networks.Network;
import io.sextant.benchmarks.timing.MemoryReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Judges the figures that the fast engine is meant to reach. */
final class Goals {
  private static final Contender FAST = Contender.ONEDNN;

  private final Results results;
  private final List<Goal> goals = new ArrayList<>();

  private Goals(Results results) {
    this.results = results;
  }

  static List<Goal> of(Results results) {
    Goals goals = new Goals(results);
    switch (results.plan()) {
      case "commands" -> goals.commands();
      case "sequences" -> goals.sequences();
      case "explainers" -> goals.explainers();
      default -> goals.all();
    }
    return goals.goals;
  }

  private void all() {
    Question reference = Question.cell(Mode.GRADIENT, Network.REFERENCE_CNN, 128);
    faster(reference, Contender.DL4J, 25);
    faster(reference, Contender.LIBTORCH, 2.2);
    floorFraction(reference, 0.6);
    faster(Question.cell(Mode.GRADIENT, Network.RESNET_20, 128), Contender.LIBTORCH, 1.5);
    everyCell();
    oneImage(0.3);
    jacobian(7);
    for (Network network : Job.PGD.networks()) {
      faster(Job.PGD.on(network), Contender.LIBTORCH, 3);
    }
    preset(Job.QUICK, Network.DEMO_CNN, 1);
    preset(Job.QUICK, Network.DEMO_CNN_ADVERSARIAL, 2);
    preset(Job.STANDARD, Network.DEMO_CNN, 10);
    preset(Job.STANDARD, Network.DEMO_CNN_ADVERSARIAL, 25);
    explainers();
    sequences();
    commands();
    soak(0.05);
  }

  private void explainers() {
    for (Job job : Job.values()) {
      if (job.networks().contains(Network.REFERENCE_CNN)) {
        faster(job.on(Network.REFERENCE_CNN), Contender.LIBTORCH, 1);
      }
    }
  }

  private void sequences() {
    for (Network network : Network.SEQUENCES) {
      faster(Question.cell(Mode.GRADIENT, network, 128), Contender.LIBTORCH, 1);
    }
    fromOnnx(0.05);
  }

  /** A network is as fast from one format as from another. */
  private void fromOnnx(double most) {
    String claim =
        "%s, batch 128, forward + input gradient: within %s of the same network from Deeplearning4j"
            .formatted(Network.REFERENCE_CNN_ONNX.title(), Figures.percent(most));
    Optional<Ratio> cost =
        results
            .timings()
            .cost(
                Question.paired(Network.REFERENCE_CNN_ONNX),
                Question.paired(Network.REFERENCE_CNN),
                FAST);
    if (cost.isEmpty()) {
      notMeasured(claim);
    } else {
      add(
          claim,
          "%s as long".formatted(cost.get().text()),
          Math.abs(cost.get().value() - 1) <= most);
    }
  }

  private void commands() {
    seconds("Cold command, " + Command.ONE_IMAGE.title(), "CPU", Command.ONE_IMAGE.cpu(), 2);
    seconds(
        "Cold command, %s, %s".formatted(Command.MANY_IMAGES.title(), Command.NETWORK.title()),
        "wall clock",
        Command.MANY_IMAGES.wall(),
        3);
  }

  private void preset(Job preset, Network network, double most) {
    seconds(
        "%s, %s".formatted(network.title(), preset.title()),
        "wall clock",
        preset.on(network),
        most);
  }

  private void seconds(String what, String clock, Question question, double most) {
    String claim = "%s: at most %s s of %s".formatted(what, plain(most), clock);
    Optional<Series> series = results.timings().series(question, FAST);
    if (series.isEmpty()) {
      notMeasured(claim);
    } else {
      add(claim, Figures.seconds(series.get()) + " s", series.get().median() <= most * 1000);
    }
  }

  private static String name(Question question) {
    Optional<Job> job =
        Stream.of(Job.values()).filter(each -> each.key().equals(question.what())).findFirst();
    return job.isPresent()
        ? "%s, %s".formatted(question.network().title(), job.get().title())
        : "%s, batch %d, %s"
            .formatted(
                question.network().title(),
                question.batch(),
                Mode.of(question.what()).title().toLowerCase(java.util.Locale.ROOT));
  }

  private void faster(Question question, Contender slow, double least) {
    String claim = "%s: at least %sx %s".formatted(name(question), plain(least), slow.title());
    Optional<Ratio> ratio = results.timings().ratio(question, FAST, slow);
    if (ratio.isEmpty()) {
      notMeasured(claim);
    } else {
      add(claim, ratio.get().text(), ratio.get().value() >= least);
    }
  }

  private void floorFraction(Question question, double least) {
    String claim =
        "%s: at least %s of the arithmetic floor".formatted(name(question), Figures.percent(least));
    Optional<Series> series = results.timings().series(question, FAST);
    if (series.isEmpty()) {
      notMeasured(claim);
      return;
    }
    double floor = results.floor(question.network(), question.batch());
    double fraction = floor / series.get().median();
    add(
        claim,
        "%s (%s ms, floor %s ms)"
            .formatted(
                Figures.percent(fraction),
                Figures.millis(series.get().median()),
                Figures.millis(floor)),
        fraction >= least);
  }

  /** All cells: none may be slower than libtorch. */
  private void everyCell() {
    String claim = "Every cell: at least 1.0x libtorch";
    int measured = 0;
    List<String> slower = new ArrayList<>();
    for (Mode mode : Mode.values()) {
      for (Network network : Network.TIMED) {
        for (int batch : Results.BATCHES) {
          Question cell = Question.cell(mode, network, batch);
          Optional<Ratio> ratio = results.timings().ratio(cell, FAST, Contender.LIBTORCH);
          measured += ratio.isPresent() ? 1 : 0;
          if (ratio.isPresent() && ratio.get().value() < 1) {
            slower.add("%s %s".formatted(name(cell), ratio.get().text()));
          }
        }
      }
    }
    if (measured == 0) {
      notMeasured(claim);
    } else {
      add(
          claim,
          slower.isEmpty()
              ? "all %d cells".formatted(measured)
              : "%d of %d cells are slower: %s"
                  .formatted(slower.size(), measured, String.join("; ", slower)),
          slower.isEmpty());
    }
  }

  private void oneImage(double mostMillis) {
    Question question = Question.cell(Mode.GRADIENT, Network.REFERENCE_CNN, 1);
    String claim = "%s: at most %s ms".formatted(name(question), plain(mostMillis));
    Optional<Series> series = results.timings().series(question, FAST);
    if (series.isEmpty()) {
      notMeasured(claim);
    } else {
      double median = series.get().median();
      add(claim, Figures.millis(median) + " ms", median <= mostMillis);
    }
  }

  /** The dearest Jacobian of the networks with 10 classes, at batch 128. */
  private void jacobian(double most) {
    String claim =
        "Forward + 10 pullbacks, batch 128: at most %sx one forward + pullback"
            .formatted(plain(most));
    List<String> figures = new ArrayList<>();
    boolean met = true;
    for (Network network : Network.TIMED) {
      Optional<Ratio> cost =
          results
              .timings()
              .cost(
                  Question.cell(Mode.JACOBIAN, network, 128),
                  Question.cell(Mode.GRADIENT, network, 128),
                  FAST);
      if (network != Network.CREDIT_MLP && cost.isPresent()) {
        figures.add("%s %s".formatted(network.title(), cost.get().text()));
        met &= cost.get().value() <= most;
      }
    }
    if (figures.isEmpty()) {
      notMeasured(claim);
    } else {
      add(claim, String.join("; ", figures), met);
    }
  }

  private void soak(double most) {
    MemoryReading reading = results.soak().get(FAST);
    String claim =
        "100,000 gradient calls at batch 16: resident memory flat within %s"
            .formatted(Figures.percent(most));
    if (reading == null) {
      notMeasured(claim);
      return;
    }
    String figure =
        String.format(
            java.util.Locale.ROOT,
            "%+.1f%% over %,d calls (demo CNN)",
            reading.growth() * 100,
            reading.calls());
    if (reading.calls() < 100_000) {
      goals.add(new Goal(claim, figure, Goal.Verdict.NOT_MEASURED));
    } else {
      add(claim, figure, Math.abs(reading.growth()) <= most);
    }
  }

  private void add(String claim, String figure, boolean met) {
    Goal.Verdict verdict = met ? Goal.Verdict.MET : Goal.Verdict.NOT_MET;
    goals.add(new Goal(claim, figure, results.idle() ? verdict : Goal.Verdict.UNRELIABLE));
  }

  private void notMeasured(String claim) {
    goals.add(
        new Goal(claim, results.absences().getOrDefault(FAST, "n/a"), Goal.Verdict.NOT_MEASURED));
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
