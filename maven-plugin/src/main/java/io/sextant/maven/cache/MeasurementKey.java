package io.sextant.maven.cache;

import io.sextant.maven.config.EffectiveSpec;
import io.sextant.results.curtail.Curtail;
import io.sextant.spec.DataSpec;
import io.sextant.spec.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * What a measurement depends on, as a digest: the spec, the bytes of each file that it names, and
 * what computes.
 *
 * <p>What computes is known without looking for it. The worker of a released plugin has one class
 * path per operating system and architecture, native libraries included, so version, platform and
 * Java say it all; a class path of the user's own, a snapshot's or the project's goes in by its
 * content.
 *
 * @param subject digest, in hexadecimal
 * @param contents digest of each file or folder that is read, by its path
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record MeasurementKey(String subject, Map<String, String> contents) {
  public MeasurementKey {
    contents = Map.copyOf(contents);
  }

  /**
   * The key of a measurement.
   *
   * @param spec that is measured
   * @param toolkit what computes, one line per part
   * @param classPath entries that go in by content
   * @throws IllegalArgumentException if a file that the spec names does not exist
   * @throws IOException if a file cannot be read
   */
  public static MeasurementKey of(EffectiveSpec spec, List<String> toolkit, List<Path> classPath)
      throws IOException {
    ContentDigest digest = new ContentDigest().text("spec", spec.measured());
    Map<String, String> contents = new LinkedHashMap<>();
    if (!spec.selection().rules().isEmpty()) {
      // Even where all rules are selected, less is measured than without a selection.
      digest.text("measured", "rules only");
    }
    for (ModelSpec model : spec.spec().models()) {
      if (model.source() instanceof ModelSpec.File file) {
        add(digest, contents, "model", "the file of model " + model.id(), file.path());
        for (Path weights :
            WeightFiles.of(existing("the file of model " + model.id(), file.path()))) {
          add(digest, contents, "weights", "the weights of model " + model.id(), weights);
        }
      }
    }
    DataSpec.Source data = spec.spec().data().source();
    if (data instanceof DataSpec.Arrays arrays) {
      add(digest, contents, "images", "the file of images", arrays.images());
      add(digest, contents, "labels", "the file of labels", arrays.labels());
    } else if (data instanceof DataSpec.Folder folder) {
      add(digest, contents, "folder", "the folder of images", folder.folder());
    } else if (data instanceof DataSpec.Table table) {
      add(digest, contents, "csv", "the table", table.csv());
      if (table.schema().isPresent()) {
        add(digest, contents, "schema", "the schema", table.schema().get());
      }
    }
    toolkit.forEach(line -> digest.text("toolkit", line));
    for (Path entry : classPath) {
      String content = new ContentDigest().classPathEntry(entry).hex();
      digest.text("class path", content);
      contents.put(entry.toString(), content);
    }
    return new MeasurementKey(digest.hex(), contents);
  }

  /** The paths whose content is another one than in an earlier key, in order. */
  public Set<String> changedSince(MeasurementKey before) {
    Set<String> changed = new TreeSet<>(contents.keySet());
    changed.addAll(before.contents.keySet());
    changed.removeIf(path -> Objects.equals(contents.get(path), before.contents.get(path)));
    return changed;
  }

  private static void add(
      ContentDigest digest, Map<String, String> contents, String name, String what, Path path)
      throws IOException {
    String content = ContentDigest.of(existing(what, path));
    digest.text(name, content);
    contents.put(path.toString(), content);
  }

  private static Path existing(String what, Path path) {
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(
          "%s does not exist: %s; correct the path in the spec or the POM, or bind the goal to a phase after the one that makes it"
              .formatted(what, path));
    }
    return path;
  }

  /** Under which a measurement lies that was run to the end: it serves every way of curtailing. */
  public String complete() {
    return new ContentDigest().text("complete", subject).hex();
  }

  /**
   * Under which a measurement lies that stopped where verdicts were certain.
   *
   * @param curtail which verdicts end it
   * @param compared rules that are held against a baseline, and so run to the end
   * @param waived rules whose failure does not end it
   */
  public String curtailed(Curtail curtail, Set<String> compared, Set<String> waived) {
    ContentDigest digest = new ContentDigest().text("curtailed", subject);
    digest.text("curtail", curtail.key());
    new TreeSet<>(compared).forEach(id -> digest.text("compared", id));
    new TreeSet<>(waived).forEach(id -> digest.text("waived", id));
    return digest.hex();
  }
}
