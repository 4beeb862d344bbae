package io.sextant.cli;

import io.sextant.spec.DataSpec;
import io.sextant.spec.Sampling;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the examples are. */
final class DataOptions {
  @Option(
      names = "--images",
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

  /** The data, all of it or its first rows. */
  DataSpec spec(Optional<Integer> first) {
    return new DataSpec(source(), first.orElse(Integer.MAX_VALUE), Sampling.FIRST, List.of(), 0, 1);
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
    return new DataSpec.Table(csv, labelColumn, Optional.ofNullable(schema));
  }
}
