package io.sextant.benchmarks.report;

import io.sextant.benchmarks.contenders.Contender;
import io.sextant.benchmarks.contenders.Mode;
import io.sextant.benchmarks.networks.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The main figures of one processor, as they stand beside those of others.
 *
 * @param title processor, cores and vectors
 * @param date of the run
 * @param figures texts in the order of {@link #COLUMNS}
 */
public record Processor(String title, String date, List<String> figures) {
  /** What {@link #figures} are. */
  static final List<String> COLUMNS =
      List.of(
          ">Matrix product, GFLOP/s",
          ">reference CNN, ms",
          ">of its floor",
          ">libtorch / onednn",
          ">ResNet-20, ms",
          ">of its floor",
          ">libtorch / onednn",
          ">one image, CPU s",
          ">500 images, s");

  public Processor {
    figures = List.copyOf(figures);
  }

  /** The figures of a run. */
  public static Processor of(Results results) {
    List<String> figures = new ArrayList<>();
    figures.add(results.peaks().isEmpty() ? "n/a" : Figures.giga(results.peak()));
    for (Network network : List.of(Network.REFERENCE_CNN, Network.RESNET_20)) {
      Question cell = Question.cell(Mode.GRADIENT, network, 128);
      Optional<Series> series = results.timings().series(cell, Contender.ONEDNN);
      figures.add(series.map(s -> Figures.millis(s.median())).orElse("n/a"));
      figures.add(
          series.map(s -> Figures.percent(results.floor(network, 128) / s.median())).orElse("n/a"));
      figures.add(
          results
              .timings()
              .ratio(cell, Contender.ONEDNN, Contender.LIBTORCH)
              .map(Ratio::text)
              .orElse("n/a"));
    }
    for (Question question : List.of(Command.ONE_IMAGE.cpu(), Command.MANY_IMAGES.wall())) {
      figures.add(
          results.timings().series(question, Contender.ONEDNN).map(Figures::seconds).orElse("n/a"));
    }
    return new Processor(results.machine().title(), results.date().toString(), figures);
  }

  /** These figures, and those of other processors that are kept. */
  public List<Processor> beside(List<Processor> kept) {
    List<Processor> all = new ArrayList<>(List.of(this));
    kept.stream().filter(other -> !other.title.equals(title)).forEach(all::add);
    return all;
  }
}
