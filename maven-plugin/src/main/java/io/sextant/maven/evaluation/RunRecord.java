package io.sextant.maven.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.sextant.results.AtomicFile;
import io.sextant.results.gate.GatePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What the results in an output folder are: which build put them there, what they were measured on
 * and how they are to be judged. Paths are relative to the folder.
 *
 * @param format version of this file
 * @param session which build put them there
 * @param execution of the plugin
 * @param subject digest of what was measured
 * @param spec file with every rule
 * @param models ids, in the order of the spec
 * @param baselines folder
 * @param policy of the gate
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record RunRecord(
    int format,
    String session,
    String execution,
    String subject,
    String spec,
    List<String> models,
    String baselines,
    GatePolicy policy) {
  /** The name of the file. */
  public static final String FILE = "run.json";

  /** The version that this code writes. */
  public static final int FORMAT = 1;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  public RunRecord {
    models = List.copyOf(models);
  }

  /**
   * The record of a folder.
   *
   * @return nothing where there is none, or one of another version
   * @throws IOException if it cannot be read
   */
  public static Optional<RunRecord> read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      RunRecord found = MAPPER.readValue(file.toFile(), RunRecord.class);
      return found != null && found.format() == FORMAT ? Optional.of(found) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /**
   * Writes the record of a folder.
   *
   * @throws IOException if it cannot be written
   */
  public void write(Path folder) throws IOException {
    AtomicFile.write(
        folder.resolve(FILE),
        MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
  }

  /** A path as it stands in the record of a folder. */
  public static String relative(Path folder, Path path) {
    Path base = folder.toAbsolutePath().normalize();
    Path target = path.toAbsolutePath().normalize();
    boolean related = base.getRoot() != null && base.getRoot().equals(target.getRoot());
    return (related ? base.relativize(target) : target).toString().replace('\\', '/');
  }
}
