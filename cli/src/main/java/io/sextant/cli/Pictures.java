package io.sextant.cli;

import io.sextant.evaluation.AttributionPicture;
import io.sextant.evaluation.InputPicture;
import io.sextant.evaluation.TableView;
import io.sextant.evaluation.data.DataSet;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explanations;
import io.sextant.gradients.graph.Shape;
import io.sextant.reports.AttributionPictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Draws explanations into files: one or two per example, named by its id and the class that is
 * explained, and for tables one per class over all of its examples.
 *
 * @param rows what was explained
 * @param input the shape of the model's input
 * @param slopes whether attributions are slopes, not parts of the output
 */
record Pictures(DataSet rows, Shape input, boolean slopes) {
  /** In the output folder. */
  static final String FOLDER = "pictures";

  /** More than anybody looks at. */
  private static final int MOST = 100;

  /** Classes that have a summary. */
  private static final int MOST_CLASSES = 20;

  /**
   * What was drawn.
   *
   * @param files kinds of files with their numbers, for people; empty where nothing was drawn
   * @param remark what to know of the pictures
   */
  record Drawn(List<String> files, Optional<String> remark) {}

  /**
   * Draws the first explanations, and a summary of all of them.
   *
   * @param found the explanations
   * @param out the output folder; pictures go into {@code pictures} in it
   */
  Drawn write(Explanations found, Path out) throws IOException {
    Path folder = Files.createDirectories(out.resolve(FOLDER));
    AttributionPicture picture = new AttributionPicture(input, found.shape());
    List<String> files = new ArrayList<>();
    if (new InputPicture(rows.domain(), input).isImage()) {
      maps(found, picture, folder).ifPresent(files::add);
    } else {
      files.addAll(tables(found, folder));
    }
    return new Drawn(files, picture.remark());
  }

  private Optional<String> maps(Explanations found, AttributionPicture picture, Path folder)
      throws IOException {
    InputPicture inputs = new InputPicture(rows.domain(), input);
    int drawn = 0;
    for (int i = 0; i < Math.min(MOST, found.size()); i++) {
      Optional<double[]> shown = picture.of(found.attributions()[i]);
      if (shown.isPresent()) {
        write(
            folder.resolve(name(found.certificates().get(i)) + ".png"),
            AttributionPictures.image(inputs.of(row(found, i)), narrow(shown.get())));
        drawn++;
      }
    }
    return files(drawn, "SAMPLE-CLASS.png");
  }

  private List<String> tables(Explanations found, Path folder) throws IOException {
    TableView view = new TableView(rows.domain(), found);
    int waterfalls = 0;
    int drawn = Math.min(MOST, found.size());
    for (int i = 0; i < drawn; i++) {
      Certificate about = found.certificates().get(i);
      write(
          folder.resolve(name(about) + ".svg"),
          AttributionPictures.bars(
              title(found, about) + ": " + output(about),
              view.names(),
              view.of(i),
              view.errors(i)));
      if (about.fBaseline().isPresent() && !slopes && view.ofInput()) {
        write(
            folder.resolve("waterfall-" + name(about) + ".svg"),
            AttributionPictures.waterfall(
                title(found, about),
                output(about),
                about.fBaseline().getAsDouble(),
                about.fInput(),
                view.told(row(found, i)),
                view.of(i)));
        waterfalls++;
      }
    }
    List<String> files = new ArrayList<>();
    files(drawn, "SAMPLE-CLASS.svg").ifPresent(files::add);
    files(waterfalls, "waterfall-SAMPLE-CLASS.svg").ifPresent(files::add);
    if (view.ofInput()) {
      files.addAll(summaries(found, view, folder));
    }
    return files;
  }

  /** Attributions of different classes do not compare, so each class has a summary of its own. */
  private List<String> summaries(Explanations found, TableView view, Path folder)
      throws IOException {
    List<String> files = new ArrayList<>();
    for (List<Integer> of : largest(found.byTarget().values())) {
      Certificate about = found.certificates().get(of.get(0));
      String file = "beeswarm-%d.svg".formatted(about.target());
      write(
          folder.resolve(file),
          AttributionPictures.beeswarm(
              "%s of %s".formatted(found.explainer(), className(about)),
              (slopes ? "change of the %s per unit of the feature" : "attribution to the %s")
                  .formatted(output(about)),
              view.names(),
              of.stream().map(i -> view.numbers(row(found, i))).toArray(double[][]::new),
              of.stream().map(view::of).toArray(double[][]::new)));
      files.add(file);
    }
    return files;
  }

  /** The classes with the most examples, of those with more than one. */
  private static List<List<Integer>> largest(Collection<List<Integer>> classes) {
    return classes.stream()
        .filter(of -> of.size() > 1)
        .sorted(Comparator.comparingInt((List<Integer> of) -> of.size()).reversed())
        .limit(MOST_CLASSES)
        .toList();
  }

  private double[] row(Explanations found, int i) {
    return rows.row(i / (found.size() / rows.size()));
  }

  private static String name(Certificate about) {
    return about.example() + "-" + about.target();
  }

  private static Optional<String> files(int count, String name) {
    return count == 0 ? Optional.empty() : Optional.of("%d %s".formatted(count, name));
  }

  private static String title(Explanations found, Certificate about) {
    return "%s of sample %d".formatted(found.explainer(), about.example());
  }

  private String output(Certificate about) {
    return "%s of %s".formatted(about.output().text(), className(about));
  }

  private String className(Certificate about) {
    return about.target() < rows.classes().size()
        ? rows.classes().get(about.target())
        : "class " + about.target();
  }

  static void write(Path file, String content) throws IOException {
    write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(Path file, byte[] content) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.write(part, content);
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
  }

  static float[] narrow(double[] row) {
    float[] narrow = new float[row.length];
    for (int i = 0; i < row.length; i++) {
      narrow[i] = (float) row[i];
    }
    return narrow;
  }
}
