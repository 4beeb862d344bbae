package io.sextant.maven.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A {@code <model>} of the POM. Maven fills the fields.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ModelConfiguration {
  /** Names the model in results; {@code model} when there is only one. */
  @Nullable String id;

  /** A DL4J zip or a Keras file, relative to the module. */
  @Nullable String file;

  /** A class on the test class path that makes the model, in place of a file. */
  @Nullable String supplier;

  boolean isNamed() {
    return id != null;
  }

  /** As an entry of {@code models}. */
  Map<String, Object> entry(SpecPaths paths) {
    Map<String, Object> entry = new LinkedHashMap<>();
    Entries.put(entry, "id", id);
    Entries.put(entry, "file", file == null ? null : paths.absolute(file));
    Entries.put(entry, "supplier", supplier);
    return entry;
  }

  /** As the value of {@code model}. */
  Object single(SpecPaths paths) {
    if ((file == null) == (supplier == null)) {
      throw new IllegalArgumentException(
          "a <model> of the POM must have either a <file> or a <supplier> but has %s"
              .formatted(file == null ? "neither" : "both"));
    }
    return file != null ? paths.absolute(file) : Map.of("supplier", String.valueOf(supplier));
  }
}
