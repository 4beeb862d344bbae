package io.sextant.maven.judge;

import io.sextant.maven.evaluation.EvaluationException;
import io.sextant.results.AuditResult;
import io.sextant.results.EarlierResult;
import io.sextant.results.SamplesCsv;
import io.sextant.results.Slice;
import io.sextant.results.gate.GateSubject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A result on disk.
 *
 * @param file the {@code result.json}
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record ResultFile(Path file) {
  /**
   * A result that somebody points to.
   *
   * @param place the file or its folder
   * @throws EvaluationException if there is none
   */
  public static ResultFile of(Path place) throws EvaluationException {
    return of(place, "");
  }

  /**
   * A model's result that somebody points to.
   *
   * @param place the file, its folder, or the folder of several models
   * @param model id
   * @throws EvaluationException if there is none
   */
  public static ResultFile of(Path place, String model) throws EvaluationException {
    for (Path candidate :
        List.of(place, place.resolve(model).resolve("result.json"), place.resolve("result.json"))) {
      if (Files.isRegularFile(candidate)) {
        return new ResultFile(candidate);
      }
    }
    throw new EvaluationException(
        "there is no result.json at %s; give the file or its folder, or run mvn sextant:check"
            .formatted(place));
  }

  /**
   * The result.
   *
   * @throws IllegalArgumentException if the file is none
   * @throws IOException if it cannot be read
   */
  public AuditResult result() throws IOException {
    return AuditResult.read(file);
  }

  /**
   * The result, to be compared with another.
   *
   * @throws IllegalArgumentException if the file is none, or what it keeps for comparisons is not
   *     what the evidence beside it records
   * @throws IOException if it cannot be read
   */
  public AuditResult compared() throws IOException {
    return EarlierResult.read(file);
  }

  /**
   * The result as a gate sees it.
   *
   * @param result that was read from the file
   * @param slices that rules may name
   * @throws EvaluationException if its samples are missing
   * @throws IOException if a file cannot be read
   */
  public GateSubject subject(AuditResult result, List<Slice> slices)
      throws EvaluationException, IOException {
    Path samples = file.resolveSibling("samples.csv");
    if (!Files.isRegularFile(samples)) {
      throw new EvaluationException(
          "there is no samples.csv beside %s; run mvn sextant:check".formatted(file));
    }
    return GateSubject.of(result, SamplesCsv.read(samples), slices);
  }
}
