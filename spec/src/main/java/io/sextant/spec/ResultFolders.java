package io.sextant.spec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Where the results of each model are put.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ResultFolders {
  private ResultFolders() {}

  /** By model, in the order of the spec. */
  public static Map<String, Path> of(AuditSpec spec, Path folder) {
    return of(spec.models().stream().map(ModelSpec::id).toList(), folder);
  }

  /** By model, in the given order: the folder itself for a single model. */
  public static Map<String, Path> of(List<String> models, Path folder) {
    Map<String, Path> folders = new LinkedHashMap<>();
    models.forEach(
        model -> folders.put(model, models.size() == 1 ? folder : folder.resolve(model)));
    return Collections.unmodifiableMap(folders);
  }

  /**
   * Where an earlier audit of a model is, in what somebody names as its place: the folder by the
   * model's id, or that of a single model itself.
   *
   * @param folder that was named
   * @param model id
   * @param models how many there are now; the earlier audit may have had more
   */
  public static Path earlier(Path folder, String model, int models) {
    Path own = folder.resolve(model);
    return models == 1 && !Files.isDirectory(own) ? folder : own;
  }
}
