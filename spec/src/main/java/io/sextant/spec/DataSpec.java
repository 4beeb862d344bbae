package io.sextant.spec;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apiguardian.api.API;

/**
 * Where the data is and how much of it is taken.
 *
 * @param source files of one of the supported formats
 * @param samples how many examples at most, at least 1
 * @param sampling which ones
 * @param rows exactly these 0-based rows instead of a sample; none for a sample
 * @param minimum smallest value of a pixel
 * @param maximum largest value of a pixel
 * @param train how many of the rows that are not attacked universal attacks learn from, at most;
 *     empty for as many as are attacked
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record DataSpec(
    Source source,
    int samples,
    Sampling sampling,
    List<Integer> rows,
    double minimum,
    double maximum,
    OptionalInt train) {
  public DataSpec {
    if (samples < 1) {
      throw new IllegalArgumentException("samples must be at least 1 but was " + samples);
    }
    if (train.orElse(1) < 1) {
      throw new IllegalArgumentException("train must be at least 1 but was " + train.getAsInt());
    }
    rows = rows.stream().sorted().distinct().toList();
    if (!rows.isEmpty() && rows.get(0) < 0) {
      throw new IllegalArgumentException("rows must be at least 0 but had " + rows.get(0));
    }
  }

  /** Universal attacks learn from as many rows as are attacked. */
  public DataSpec(
      Source source,
      int samples,
      Sampling sampling,
      List<Integer> rows,
      double minimum,
      double maximum) {
    this(source, samples, sampling, rows, minimum, maximum, OptionalInt.empty());
  }

  /** The same source, and these rows of it; none for a sample. */
  public DataSpec withRows(List<Integer> otherRows) {
    return new DataSpec(source, samples, sampling, otherRows, minimum, maximum, train);
  }

  /** The files. */
  public sealed interface Source {}

  /**
   * Images and labels in two files, IDX or NPY.
   *
   * @param images the inputs
   * @param labels the classes
   */
  public record Arrays(Path images, Path labels) implements Source {}

  /**
   * A folder with a sub-folder of images per class.
   *
   * @param folder the folder
   */
  public record Folder(Path folder) implements Source {}

  /**
   * A table.
   *
   * @param csv the file, with a header row
   * @param labelColumn name of the column that holds the class
   * @param schema types and bounds of the columns
   * @param missing what becomes of rows with a missing value
   */
  public record Table(Path csv, String labelColumn, Optional<Path> schema, Missing missing)
      implements Source {
    /** A table without missing values. */
    public Table(Path csv, String labelColumn, Optional<Path> schema) {
      this(csv, labelColumn, schema, Missing.REFUSE);
    }
  }

  /**
   * A class that makes the data.
   *
   * @param className of a {@code java.util.function.Supplier} with a constructor without parameters
   */
  public record Supplied(String className) implements Source {
    public Supplied {
      ModelSpec.requireClassName(className);
    }
  }
}
