package io.sextant.maven.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The {@code <data>} of the POM. Maven fills the fields; paths are relative to the module.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class DataConfiguration {
  /** What says where the data is; one such key replaces all of them. */
  private static final List<String> SOURCE =
      List.of(
          "images",
          "inputs",
          "labels",
          "folder",
          "csv",
          "label-column",
          "schema",
          "missing",
          "supplier");

  /** An IDX or NPY file of inputs. */
  @Nullable String images;

  /** An IDX or NPY file of classes. */
  @Nullable String labels;

  /** A folder with a sub-folder of images per class. */
  @Nullable String folder;

  /** A table with a header row. */
  @Nullable String csv;

  /** The column of the table that holds the class. */
  @Nullable String labelColumn;

  /** Types and bounds of the table's columns. */
  @Nullable String schema;

  /** {@code refuse} or {@code skip}: what becomes of rows with a missing value. */
  @Nullable String missing;

  /** A class on the test class path that makes the data. */
  @Nullable String supplier;

  /** How many examples at most. */
  @Nullable String samples;

  /** {@code stratified} or {@code first}. */
  @Nullable String sampling;

  /** What a spec says about its data, with what the POM says instead. */
  Map<String, Object> over(Map<String, Object> spec, SpecPaths paths) {
    Map<String, Object> own = new LinkedHashMap<>();
    Entries.put(own, "images", images == null ? null : paths.absolute(images));
    Entries.put(own, "labels", labels == null ? null : paths.absolute(labels));
    Entries.put(own, "folder", folder == null ? null : paths.absolute(folder));
    Entries.put(own, "csv", csv == null ? null : paths.absolute(csv));
    Entries.put(own, "label-column", labelColumn);
    Entries.put(own, "schema", schema == null ? null : paths.absolute(schema));
    Entries.put(own, "missing", Entries.key(missing));
    Entries.put(own, "supplier", supplier);
    Map<String, Object> merged = new LinkedHashMap<>(spec);
    if (!own.isEmpty()) {
      merged.keySet().removeAll(SOURCE);
      merged.putAll(own);
      if (csv != null) {
        merged.remove("box"); // that of the images which the table replaces
      }
    }
    Entries.put(merged, "samples", samples);
    Entries.put(merged, "sampling", Entries.key(sampling));
    return merged;
  }
}
