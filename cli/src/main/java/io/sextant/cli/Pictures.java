package io.sextant.cli;

import io.sextant.evaluation.AttributionPicture;
import io.sextant.evaluation.data.DataSet;
import io.sextant.explainers.Certificate;
import io.sextant.explainers.Explanations;
import io.sextant.gradients.Feature;
import io.sextant.gradients.InputDomain;
import io.sextant.gradients.graph.Shape;
import io.sextant.reports.AttributionPictures;
import io.sextant.results.Pixels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Draws explanations into files, one per example, named by its id and the class that is explained.
 *
 * @param rows what was explained
 * @param input the shape of the model's input
 */
record Pictures(DataSet rows, Shape input) {
  /** More than anybody looks at. */
  private static final int MOST = 100;

  /**
   * Draws the first ones.
   *
   * @param found the explanations
   * @param out the output folder; pictures go into {@code pictures} in it
   * @return what to know of the pictures
   */
  Optional<String> write(Explanations found, Path out) throws IOException {
    AttributionPicture picture = new AttributionPicture(input, found.shape());
    Path folder = Files.createDirectories(out.resolve("pictures"));
    int perExample = rows.size() == 0 ? 1 : found.size() / rows.size();
    for (int i = 0; i < Math.min(MOST, found.size()); i++) {
      Certificate about = found.certificates().get(i);
      String name = about.example() + "-" + about.target();
      double[] row = rows.row(i / perExample);
      Optional<double[]> shown = picture.of(found.attributions()[i]);
      if (isImage() && shown.isPresent()) {
        write(
            folder.resolve(name + ".png"),
            AttributionPictures.image(pixels(row), narrow(shown.get())));
      } else if (!isImage()) {
        write(
            folder.resolve(name + ".svg"), bars(found, i, about).getBytes(StandardCharsets.UTF_8));
      }
    }
    return picture.remark();
  }

  private boolean isImage() {
    return input.rank() == 3 && (input.channels() == 1 || input.channels() == 3);
  }

  private Pixels pixels(double[] row) {
    Feature pixel = rows.domain().feature(0);
    return Pixels.of(
        narrow(row),
        input.channels(),
        input.size(1),
        input.size(2),
        pixel.minimum(),
        pixel.maximum());
  }

  /**
   * Of values, by the names of the features, and of those of a layer by their places. A one-hot
   * group that played as one is one bar.
   */
  private String bars(Explanations found, int i, Certificate about) {
    double[] values = found.attributions()[i];
    String[] names = new String[values.length];
    boolean named = values.length == rows.domain().size();
    Arrays.setAll(names, j -> named ? rows.domain().feature(j).name() : String.valueOf(j));
    BitSet shown = new BitSet();
    shown.set(0, values.length);
    if (named && found.players().isPresent()) {
      for (InputDomain.OneHot group : rows.domain().groups()) {
        int first = group.members().get(0);
        if (group.members().stream().allMatch(member -> values[member] == values[first])) {
          group.members().forEach(shown::clear);
          shown.set(first);
          names[first] = group.name();
        }
      }
    }
    int[] places = shown.stream().toArray();
    return AttributionPictures.bars(
        "%s of sample %d: %s of %s"
            .formatted(
                found.explainer(),
                about.example(),
                about.output().text(),
                about.target() < rows.classes().size()
                    ? rows.classes().get(about.target())
                    : "class " + about.target()),
        IntStream.of(places).mapToObj(place -> names[place]).toList(),
        at(values, places),
        found.standardErrors().map(errors -> at(errors[i], places)));
  }

  private static double[] at(double[] values, int[] places) {
    return IntStream.of(places).mapToDouble(place -> values[place]).toArray();
  }

  private static void write(Path file, byte[] content) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.write(part, content);
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static float[] narrow(double[] row) {
    float[] narrow = new float[row.length];
    for (int i = 0; i < row.length; i++) {
      narrow[i] = (float) row[i];
    }
    return narrow;
  }
}
