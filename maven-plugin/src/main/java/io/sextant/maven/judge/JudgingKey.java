package io.sextant.maven.judge;

import io.sextant.maven.cache.ContentDigest;
import io.sextant.maven.evaluation.RunRecord;
import io.sextant.spec.ResultFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * What verdicts and their outputs depend on, as a digest: they are a function of the results, of
 * the rules, policy and baselines that these are held against, of the day, and of what outputs
 * point to.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class JudgingKey {
  private JudgingKey() {}

  /**
   * The key of a judgement.
   *
   * @param gate that judges
   * @param outputs that are written
   * @param today by which waivers are counted
   * @param code that judges, where its version does not say it
   * @throws IOException if a file cannot be read
   */
  public static String of(GateRun gate, Outputs outputs, LocalDate today, List<Path> code)
      throws IOException {
    ContentDigest digest = new ContentDigest().text("day", today.toString());
    for (Map.Entry<String, Path> model :
        ResultFolders.of(gate.spec(), outputs.folder()).entrySet()) {
      digest
          .text("model", model.getKey())
          .content("result", model.getValue().resolve("result.json"))
          .content("samples", model.getValue().resolve("samples.csv"))
          .content("baseline", gate.baselines().file(model.getKey()).orElseThrow());
    }
    digest
        .text("spec", gate.spec().text())
        .text("selection", gate.selection().toString())
        .text(
            "reused",
            RunRecord.read(outputs.folder()).flatMap(RunRecord::reused).orElse("measured"))
        .text("policy", gate.policy().toString())
        .text("folder", outputs.folder().toAbsolutePath().normalize().toString())
        .text("formats", formats(outputs).toString())
        .text("advice", outputs.advice().toString())
        .text("anchor", outputs.anchor().uri())
        .text("lines", new TreeMap<>(outputs.anchor().lines()).toString())
        .text("version", outputs.version());
    for (Path entry : code) {
      digest.classPathEntry(entry);
    }
    return digest.hex();
  }

  /** In a fixed order. */
  private static EnumSet<Format> formats(Outputs outputs) {
    EnumSet<Format> formats = EnumSet.noneOf(Format.class);
    formats.addAll(outputs.formats());
    return formats;
  }
}
