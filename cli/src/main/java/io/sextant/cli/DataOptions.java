package io.sextant.cli;

import io.sextant.evaluation.SpecSources;
import io.sextant.evaluation.Subject;
import io.sextant.evaluation.data.Box;
import io.sextant.evaluation.data.DataSet;
import io.sextant.evaluation.data.ImageFiles;
import io.sextant.spec.DataSpec;
import io.sextant.spec.Missing;
import io.sextant.spec.Sampling;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where the examples are. */
final class DataOptions {
  @Option(
      names = {"--images", "--inputs"},
      paramLabel = "FILE",
      description = "Inputs: IDX (plain or gzip) or NPY. Bytes become byte/255.")
  @Nullable Path images;

  @Option(names = "--labels", paramLabel = "FILE", description = "Classes: IDX or NPY.")
  @Nullable Path labels;

  @Option(
      names = "--image-folder",
      paramLabel = "DIR",
      description = "A folder with a sub-folder of PNG or JPEG images per class.")
  @Nullable Path folder;

  @Option(names = "--csv", paramLabel = "FILE", description = "A table with a header row.")
  @Nullable Path csv;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description = "The column that holds the class.")
  @Nullable String labelColumn;

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "Types and bounds of the columns (YAML).")
  @Nullable Path schema;

  @Option(
      names = "--missing",
      paramLabel = "refuse|skip",
      defaultValue = "refuse",
      converter = MissingConverter.class,
      description = "Rows of a table with a missing value: an error (default), or left out.")
  @SuppressWarnings("NullAway.Init")
  Missing missing;

  @Option(
      names = "--classes",
      paramLabel = "NAME",
      split = ",",
      description = {
        "Names of the model's classes in its order, separated by commas; image folders are matched"
            + " with them by name."
      })
  List<String> classes = List.of();

  @Option(
      names = "--box",
      paramLabel = "MIN,MAX",
      split = ",",
      arity = "1",
      description = "Bounds of the values of --images (default: 0,1).")
  List<Double> box = List.of(0.0, 1.0);

  /** The data, all of it or its first rows. */
  DataSpec spec(Optional<Integer> first) {
    return new DataSpec(
        source(),
        first.orElse(Integer.MAX_VALUE),
        Sampling.FIRST,
        List.of(),
        box.get(0),
        box.get(1));
  }

  /** The data with one class per class of a model. */
  DataSet named(DataSet rows, Subject subject) {
    return rows.forModel(subject.model().classes(), classes);
  }

  /** What is to be known of a table whose columns nobody has described. */
  Optional<String> remark() {
    return csv != null && schema == null
        ? Optional.of(
            "no schema: every column is taken for a real number that may move between the bounds of"
                + " the data; sextant init drafts a schema")
        : Optional.empty();
  }

  /** Other data of the same format, whose labels do not matter. */
  DataSet unlabelled(Path path) {
    Box bounds = new Box(box.get(0), box.get(1));
    if (images != null) {
      return ImageFiles.unlabelled(path, bounds);
    }
    return SpecSources.data(
        labelColumn == null
            ? new DataSpec.Folder(path)
            : new DataSpec.Table(path, labelColumn, Optional.ofNullable(schema), missing),
        bounds);
  }

  boolean table() {
    return csv != null;
  }

  DataSpec.Source source() {
    int given = (images != null ? 1 : 0) + (folder != null ? 1 : 0) + (csv != null ? 1 : 0);
    if (given != 1) {
      throw new IllegalArgumentException(
          "exactly one of --images (with --labels), --image-folder and --csv must be given");
    }
    if (box.size() != 2 || !(box.get(0) < box.get(1))) {
      throw new IllegalArgumentException("--box must be MIN,MAX with MIN below MAX but was " + box);
    }
    if (csv != null && !box.equals(List.of(0.0, 1.0))) {
      throw new IllegalArgumentException(
          "--box is about images; the bounds of a table's columns stand in its schema");
    }
    if (images != null) {
      if (labels == null) {
        throw new IllegalArgumentException("--images needs --labels");
      }
      return new DataSpec.Arrays(images, labels);
    }
    if (folder != null) {
      return new DataSpec.Folder(folder);
    }
    if (csv == null || labelColumn == null) {
      throw new IllegalArgumentException("--csv needs --label-column");
    }
    return new DataSpec.Table(csv, labelColumn, Optional.ofNullable(schema), missing);
  }

  /** Reads the value of {@code --missing}. */
  static final class MissingConverter implements ITypeConverter<Missing> {
    @Override
    public Missing convert(String text) {
      return Arrays.stream(Missing.values())
          .filter(value -> value.key().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "must be refuse or skip but was '%s'".formatted(text)));
    }
  }
}
